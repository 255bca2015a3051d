import JSON
import JSONata
import Journal

/// What a run is to do, and where it keeps what it did.
public struct RunOptions: Sendable {
    /// The folder of all runs.
    public var root: String
    /// The state machine's name.
    public var name: String
    /// The definition's text.
    public var definition: String
    /// The definition's file, to find again what lies beside it.
    public var definitionPath: String
    /// The execution's input.
    public var input: Value
    /// The input as the caller wrote it, for the history.
    public var inputText: String?
    /// Whether the machine is an EXPRESS one.
    public var isExpress = false
    /// Whether the journal keeps what EXPRESS children get from outside, for their history.
    public var recordsExpress = false
    /// When an outcome counts as written.
    public var durability = Durability.standard
    /// What random numbers are derived from.
    public var seed: UInt64
    /// Whether Map Runs are named after the run too, so that none exports into the folder of another
    /// run's; not so in runs that older versions began.
    var mapRunsAreNamedAfterRun = true
    /// What items of Map Runs are known by besides their content: a column or a JSON Pointer.
    public var key: String?
    /// How much one JSONata expression may use.
    public var expressionLimits = Environment.Limits()
    /// What the caller wants to find again when the run is resumed, such as the folder it was
    /// started in.
    public var launch: Value = [:]

    /// Options with the usual durability.
    public init(
        root: String, name: String, definition: String, definitionPath: String, input: Value,
        seed: UInt64
    ) {
        self.root = root
        self.name = name
        self.definition = definition
        self.definitionPath = definitionPath
        self.input = input
        self.seed = seed
    }

    /// The execution of the run with this id, or of one that is not kept.
    func facts(run: String?, startTime: Int, notes: [Note] = []) -> ExecutionFacts {
        var machine = ExecutionFacts.Machine(name: name)
        machine.isExpress = isExpress
        machine.run = run ?? ""
        machine.seed = seed
        if let run, mapRunsAreNamedAfterRun { machine.mapRunSalt = ExecutionFacts.hash(run) }
        machine.expressionLimits = expressionLimits
        return ExecutionFacts(
            ExecutionFacts.SharedMachine(machine), input: input, startTime: startTime,
            name: run ?? name, redrives: ExecutionFacts.Redrives(notes))
    }

    /// The options as `run.json` keeps them.
    func info(started: Int, version: String) -> Value {
        var text = definition
        let digest = text.withUTF8 { Digest.sha256($0) }
        var info: Value = [
            "format": 1, "maprun": .string(version), "name": .string(name),
            "definition": ["path": .string(definitionPath), "sha256": .string(digest)],
            "input": input, "type": .string(isExpress ? "EXPRESS" : "STANDARD"),
            "started": .int(started), "seed": .string(String(seed, radix: 16)),
            "durability": .string(durability.name), "launch": launch,
        ]
        if case .object(var object) = info {
            if let key { object["key"] = .string(key) }
            if recordsExpress { object["recordsExpress"] = true }
            if mapRunsAreNamedAfterRun { object["mapRunsAreNamedAfterRun"] = true }
            object["expressionLimits"] = limitsInfo
            if let inputText, inputText.utf8.count <= PayloadLimits().bytes,
                inputText != input.serialized
            {
                object["inputText"] = .string(inputText)
            }
            info = .object(object)
        }
        return info
    }

    /// The seed in `run.json`.
    static func seed(_ info: Value) -> UInt64 {
        info["seed"]?.string.flatMap { UInt64($0, radix: 16) } ?? 0
    }

    /// What may be said anew when the run goes on, and holds from then on.
    var changeable: [(Key, Value?)] {
        [("launch", launch), ("expressionLimits", limitsInfo)]
    }

    private var limitsInfo: Value? {
        expressionLimits == Environment.Limits() ? nil : expressionLimits.value
    }

    /// The options that an earlier process wrote into `run.json`.
    init(_ run: RunDirectory, root: String, definition: String) throws(RunError) {
        let info = run.info
        guard let format = info["format"]?.number?.int else {
            throw RunError(
                .damaged,
                "'\(run.path)/run.json' says nothing of its format; put back a good "
                    + "copy of the file", path: run.path)
        }
        guard format == 1 else {
            throw RunError(
                .newerFormat,
                "run '\(run.id)' was made by a later version "
                    + "(\(info["maprun"]?.string ?? "unknown")); resume it with that version",
                path: run.path)
        }
        self.init(
            root: root, name: run.name, definition: definition,
            definitionPath: info["definition"]?["path"]?.string ?? "",
            input: info["input"] ?? [:],
            seed: Self.seed(info))
        isExpress = info["type"]?.string == "EXPRESS"
        durability = Durability(name: info["durability"]?.string ?? "flush")
        launch = info["launch"] ?? [:]
        key = info["key"]?.string
        inputText = info["inputText"]?.string
        recordsExpress = info["recordsExpress"]?.bool ?? false
        mapRunsAreNamedAfterRun = info["mapRunsAreNamedAfterRun"]?.bool ?? false
        expressionLimits = Environment.Limits(info["expressionLimits"])
    }
}

extension Environment.Limits {
    /// The limits as `run.json` keeps them.
    fileprivate var value: Value {
        [
            "milliseconds": .int(milliseconds), "depth": .int(depth), "memory": .int(memory),
            "text": .int(text),
        ]
    }

    /// The limits that `run.json` keeps; the usual ones for those that it does not name.
    fileprivate init(_ value: Value?) {
        self.init()
        milliseconds = value?["milliseconds"]?.number?.int ?? milliseconds
        depth = value?["depth"]?.number?.int ?? depth
        memory = value?["memory"]?.number?.int ?? memory
        text = value?["text"]?.number?.int ?? text
    }
}

extension Durability {
    /// The name in `run.json`.
    fileprivate var name: String {
        switch self {
        case .off: "off"
        case .write: "write"
        case .flush: "flush"
        }
    }

    fileprivate init(name: String) {
        switch name {
        case "off": self = .off
        case "write": self = .write
        default: self = .standard
        }
    }
}
