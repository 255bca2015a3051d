import ArgumentParser
import Dispatch
import Engine
import JSON
import Reporting
import Synchronization

/// Shows what a workflow does with one item.
struct TraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "Shows what a workflow does with one item, state by state.",
        discussion: """
            Runs the workflow up to its distributed Map and from there on for one item: for each \
            state its input, each expression with its value, what tasks were sent and answered, \
            retries, the output and the next state. Tasks are really called, also those before \
            the Map, unless --mock answers for them; nothing is kept. Where items are batched \
            the item is a batch. Of other distributed Maps, before that of --map or within the \
            item, only the result is shown.

            A workflow without a distributed Map is shown whole; leave --item out.

            EXAMPLES:
              maprun trace batch.asl.json --item 12
              maprun trace batch.asl.json --key orderId --item A-1077 --full
              maprun trace batch.asl.json --item 0 --mock MockConfigFile.json#HappyPath
              maprun trace flow.asl.json --input '{"customer": 7}' --json | jq .state
            """)

    @Argument(help: ArgumentHelp("The definition; - is standard input.", valueName: "flow"))
    var definition: String

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input = "{}"

    @Option(
        help: ArgumentHelp(
            "Which item: its index, counted from 0; with --key its key, the first that has it.",
            valueName: "index|key"))
    var item: String?

    @Option(
        help: ArgumentHelp(
            "Where items have the key that --item gives.", valueName: "column|/json/pointer"))
    var key: String?

    @Option(help: ArgumentHelp("The Map whose item it is, if not the first.", valueName: "state"))
    var map: String?

    @OptionGroup var taskOptions: TaskOptions

    @Option(help: "Random numbers follow from it; traces and runs of the same seed are the same.")
    var seed: UInt64?

    @Flag(help: "Show long values whole.")
    var full = false

    @Flag(help: "One JSON object a line: one for each visit of a state when it has ended.")
    var json = false

    func validate() throws {
        if let key, ItemKey(parsing: key) == nil {
            throw ValidationError(
                "--key '\(key)' is neither a column nor a JSON Pointer such as /order/id")
        }
        if key != nil, item == nil {
            throw ValidationError("--key says where the key is; give the key itself with --item")
        }
        if map != nil, item == nil {
            throw ValidationError("--map goes with --item, the item of the Map to show")
        }
        if json, full { throw ValidationError("--json is always full; leave out --full") }
        if key == nil, let item, Int(item).map({ $0 < 0 }) ?? true {
            throw ValidationError(
                "--item '\(item)' is no index, counted from 0; to find an item by its key say "
                    + "where that is, such as --key id")
        }
    }

    private var target: TracedItem.Target? {
        guard let item else { return nil }
        if let key = key.flatMap(ItemKey.init(parsing:)) { return .key(item, key) }
        return Int(item).map { .index($0) }
    }

    func run() throws {
        let loaded = try Definition.load(definition)
        if let map { try check(map, loaded) }
        let path = FilePath.absolute(definition)
        let equipment = try Equipment(
            for: loaded.machine, definitionPath: path, launch: taskOptions.launch(),
            workers: nil)
        defer { equipment.close() }
        let options = RunOptions(
            root: "", name: Definition.name(ofFile: definition), definition: loaded.text,
            definitionPath: path, input: try InputText.value(input),
            seed: seed ?? UInt64.random(in: 0...UInt64.max))
        let printer = TracePrinter(json: json, width: full ? nil : Console.outputWidth)
        let end = Mutex<ItemTrace.End?>(nil)
        let hasEnded = DispatchSemaphore(value: 0)
        let trace = ItemTrace(
            options, machine: loaded.machine, surroundings: equipment.surroundings,
            target: target, map: map, tell: { printer.tell($0) },
            onEnd: { ending in
                end.withLock { $0 = ending }
                hasEnded.signal()
            })
        let started = Timing.now
        trace.begin()
        hasEnded.wait()
        switch end.withLock({ $0 }) {
        case .ended(let outcome):
            try printer.end(outcome, milliseconds: Timing.now - started)
            if outcome.status != .succeeded { throw ExitStatus.executionFailed }
        case .failed(let error):
            try printer.endUnfinished()
            throw error
        case nil: break
        }
    }

    private func check(_ map: String, _ loaded: Definition) throws {
        let names = SelectionOptions.distributedMaps(loaded.machine.workflow)
        guard !names.contains(map) else { return }
        let there = names.map { "'\($0)'" }.joined(separator: ", ")
        throw UsageError(
            "there is no distributed Map '\(map)' in the workflow; "
                + (names.isEmpty ? "it has none" : "it has \(there)"))
    }
}

/// Prints a trace as it goes on.
private final class TracePrinter: Sendable {
    private struct State {
        var text: TraceText
        var records = TraceRecords()
        /// What writing failed with; nothing more is written then.
        var failure: (any Error)?
    }

    private let json: Bool
    private let state: Mutex<State>

    init(json: Bool, width: Int?) {
        self.json = json
        state = Mutex(State(text: TraceText(width: width)))
    }

    func tell(_ event: ItemTrace.Event) {
        state.withLock { state in
            let lines =
                json
                ? [state.records.value(event)].compactMap { $0?.serialized }
                : state.text.lines(event)
            Self.print(lines, &state)
        }
    }

    func end(_ outcome: ExecutionOutcome, milliseconds: Int) throws {
        try finish { state in
            json
                ? state.records.end(outcome, milliseconds: milliseconds).map(\.serialized)
                : [state.text.line(outcome, milliseconds: milliseconds)]
        }
    }

    func endUnfinished() throws {
        try finish { state in json ? state.records.unfinished().map(\.serialized) : [] }
    }

    private func finish(_ lines: (inout State) -> [String]) throws {
        let failure = state.withLock { state in
            Self.print(lines(&state), &state)
            return state.failure
        }
        if let failure { throw failure }
    }

    private static func print(_ lines: [String], _ state: inout State) {
        guard state.failure == nil else { return }
        do {
            for line in lines { try Console.print(line) }
        } catch {
            state.failure = error
        }
    }
}
