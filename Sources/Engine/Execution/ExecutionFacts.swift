import JSON
import JSONata
import Journal
import StatesLanguage

/// What stays the same during an execution: its names, its input, when it began.
///
/// Children of a Map Run number in the millions, so everything that can be made from the index is
/// made only when something asks.
public final class ExecutionFacts: ContextSource {
    /// The machine and run that an execution belongs to.
    public struct Machine: Sendable {
        /// The state machine's name; for children `<machine>/<label>`.
        public var name: String
        /// The region in ARNs.
        public var region = "us-east-1"
        /// The account in ARNs.
        public var account = "000000000000"
        /// The role in the Context object.
        public var roleARN = "arn:aws:iam::000000000000:role/maprun"
        /// Whether executions are EXPRESS ones.
        public var isExpress = false
        /// The run directory's name.
        public var run = ""
        /// Children: the Map state that they belong to, and where its execution stands itself.
        public var iterations: [(map: String, index: Int)] = []
        /// Children: the name of the Map state.
        public var mapState: String?
        /// What random numbers and names of this machine's executions are derived from.
        public var seed: UInt64 = 0
        /// What tells its Map Runs from those of other runs of the same seed.
        var mapRunSalt: UInt64 = 0
        /// How much one JSONata expression may use.
        public var expressionLimits = Environment.Limits()

        /// A machine of this name.
        public init(name: String) { self.name = name }

        /// The state machine's ARN.
        public var arn: String { "arn:aws:states:\(region):\(account):stateMachine:\(name)" }
    }

    /// The machine and run that the execution belongs to.
    public var machine: Machine { shared.machine }
    private let shared: SharedMachine
    /// The input as given, before any state.
    public let input: Value
    /// When it began, in milliseconds since 1970.
    public let startTime: Int
    /// The index of the item that this is the child execution for.
    public let item: Int?
    private let givenName: String?
    /// How often it has been redriven, and when last; nil if it has not been.
    let redrives: Redrives?

    /// The redrives of an execution.
    struct Redrives: Sendable {
        var count: Int
        /// Milliseconds since 1970.
        var time: Int
        /// The id in the whole history of an event that has this one since the last redrive; nil
        /// where that is not known.
        var eventID: (@Sendable (Int, ExecutionFacts) -> Int)?

        init(count: Int, time: Int) {
            self.count = count
            self.time = time
        }

        /// Those that have been noted.
        init?(_ notes: [Note]) {
            let redriven = notes.filter { $0.kind == ExecutionHistory.redrivenKind }
            guard let last = redriven.last else { return nil }
            count = redriven.count
            time = last.payload["time"]?.number?.int ?? 0
        }
    }

    /// A machine that many executions share: one reference to count for each of them, not one for
    /// each text.
    final class SharedMachine: Sendable {
        let machine: Machine
        /// What the ARNs of all its executions begin with.
        private let arnStart: String

        init(_ machine: Machine) {
            self.machine = machine
            let kind = machine.isExpress ? "express" : "execution"
            arnStart =
                "arn:aws:states:\(machine.region):\(machine.account):\(kind):\(machine.name):"
        }

        /// The ARN of the execution of this name.
        func arn(of name: String) -> String {
            guard machine.isExpress else { return arnStart + name }
            let seed = ExecutionFacts.mix(ExecutionFacts.hash(name))
            var source = RandomSource(seed: machine.seed &+ seed)
            return arnStart + name + ":" + source.uuid()
        }
    }

    /// An execution of this machine.
    public convenience init(
        machine: Machine, input: Value, startTime: Int, item: Int? = nil, name: String? = nil
    ) {
        self.init(
            SharedMachine(machine), input: input, startTime: startTime, item: item, name: name)
    }

    init(
        _ shared: SharedMachine, input: Value, startTime: Int, item: Int? = nil,
        name: String? = nil, redrives: Redrives? = nil
    ) {
        self.shared = shared
        self.input = input
        self.startTime = startTime
        self.item = item
        givenName = name
        self.redrives = redrives
    }

    /// The same execution, whose events have other ids in its history.
    func numbering(_ eventID: @escaping @Sendable (Int) -> Int) -> ExecutionFacts {
        var redrives = redrives
        redrives?.eventID = { event, _ in eventID(event) }
        return ExecutionFacts(
            shared, input: input, startTime: startTime, item: item, name: givenName,
            redrives: redrives)
    }

    /// The id that an event of the execution as it goes on now has in its history.
    func eventID(_ event: Int) -> Int { redrives?.eventID?(event, self) ?? event }

    /// An earlier attempt of the same execution.
    func attempt(from startTime: Int, _ redrives: Redrives?) -> ExecutionFacts {
        ExecutionFacts(
            shared, input: input, startTime: startTime, item: item, name: givenName,
            redrives: redrives)
    }

    /// Map states around the execution and the index of the item, outermost first.
    var iterations: [(map: String, index: Int)] {
        guard let mapState = machine.mapState, let item else { return machine.iterations }
        return machine.iterations + [(mapState, item)]
    }

    /// The name: as given, else a UUID that follows from the run and the item.
    public var name: String { givenName ?? Self.childName(machine, item: item ?? 0) }

    /// The name of the child execution for this item: the same whenever it is asked for.
    static func childName(_ machine: Machine, item: Int) -> String {
        var source = RandomSource(seed: machine.seed ^ mix(UInt64(bitPattern: Int64(item)) &+ 1))
        return source.uuid()
    }

    /// The name of the child execution for so many items from this one on, where a batch that fails
    /// is split.
    static func childName(_ machine: Machine, item: Int, count: Int) -> String {
        var source = RandomSource(
            seed: machine.seed ^ mix(UInt64(bitPattern: Int64(item)) &+ 1)
                &+ mix(UInt64(count) << 1 | 1))
        return source.uuid()
    }

    /// The execution's ARN.
    public var arn: String { shared.arn(of: name) }

    static func arn(of name: String, _ machine: Machine) -> String {
        SharedMachine(machine).arn(of: name)
    }

    /// What task handlers are told of the execution.
    public var identity: ExecutionIdentity {
        let name = name
        return ExecutionIdentity(
            arn: shared.arn(of: name), name: name, item: item, run: machine.run)
    }

    public var execution: Value {
        let name = name
        var members = [
            Member("Id", .string(shared.arn(of: name))), Member("Input", input),
            Member("StartTime", .string(Timestamp(milliseconds: startTime).text)),
            Member("Name", .string(name)), Member("RoleArn", .string(machine.roleARN)),
        ]
        if !machine.isExpress {
            members.append(Member("RedriveCount", .int(redrives?.count ?? 0)))
            if let redrives {
                let time = Timestamp(milliseconds: redrives.time).text
                members.append(Member("RedriveTime", .string(time)))
            }
        }
        return .object(members)
    }

    public var stateMachine: Value {
        .object([
            Member("Id", .string(machine.arn)), Member("Name", .string(machine.name)),
        ])
    }

    /// A seed for the random numbers of one workflow of the execution.
    func seed(for path: String) -> UInt64 {
        let item = UInt64(bitPattern: Int64(self.item ?? -1))
        return Self.mix(machine.seed &+ Self.mix(item) &+ (path.isEmpty ? 0 : Self.hash(path)))
    }

    /// A seed for the random numbers of the ItemSelector, which makes the same of an item whenever
    /// and in whatever company it does.
    static func selectorSeed(_ machineSeed: UInt64, item: Int) -> UInt64 {
        mix(machineSeed &+ mix(UInt64(bitPattern: Int64(item))) &+ selectorHash)
    }

    private static let selectorHash = hash("ItemSelector")

    private static func mix(_ value: UInt64) -> UInt64 {
        var source = RandomSource(seed: value)
        return source.next()
    }

    static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
