import JSON
import StatesLanguage

/// Runs distributed Maps for executions.
public protocol MapRunLauncher: Sendable {
    /// Starts, or after an interruption continues, a Map Run; `onEnd` gets the state's result.
    func launch(
        _ request: MapRunRequest,
        onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) -> TaskCancellation?
}

/// A distributed Map state with everything evaluated that does not depend on the item.
public struct MapRunRequest: Sendable {
    /// The execution that the Map state belongs to.
    public var parent: ExecutionFacts
    /// The Map state.
    public var state: String
    /// Map states around it and the index of the iteration, outermost first.
    public var iterations: [(map: String, index: Int)]
    /// What `Label` says.
    public var label: String?
    /// Where in the execution it stands: the same after a resume, another for each retry.
    public var path: String
    public var sequence: Int
    /// The workflow of the children.
    public var plan: Plan
    /// How children are executed.
    public var executionType: MapAction.ExecutionType
    /// Where the items come from.
    public var items: Items
    /// `ItemSelector`.
    public var itemSelector: Template?
    /// What the selector sees; `$` is the Map's effective input.
    public var scope: EvaluationScope
    /// How many children may be in flight; 0 means as many as possible.
    public var maxConcurrency: Int
    /// `ToleratedFailureCount`.
    public var toleratedFailureCount: Int?
    /// `ToleratedFailurePercentage`.
    public var toleratedFailurePercentage: Double?
    /// `ItemBatcher`.
    public var batcher: Batcher?
    /// `ResultWriter`.
    public var writer: Writer?
    /// Whether anyone sees the state's result; if not it is null, and never in memory.
    public var usesResult = true
    /// What items are known by besides their content.
    var key: ItemKey?
    /// Values that take the place of what is read.
    var edits: ItemEdits?

    /// Whether a result recorded before is none, as nobody saw it in the definition of then.
    func lacksResult(_ result: Result<Value, StateFault>) -> Bool {
        guard usesResult, case .success(.null) = result else { return false }
        return true
    }

    /// Whether items are read by this process alone, not by one that has to be waited for.
    var isReadHere: Bool {
        guard case .reader(let reader) = items else { return true }
        return !["PARQUET", "MANIFEST"].contains(reader.action.inputType)
    }

    /// Where the items come from.
    public enum Items: Sendable {
        /// An array or object of the state's input.
        case value(Value)
        case reader(Reader)
    }

    /// `ItemReader`, evaluated.
    public struct Reader: Sendable {
        public var resource: String
        public var parameters: Value
        public var action: ItemReaderAction
        public var maxItems: Int?
        public var csvHeaders: [String]?
        public var itemsPointer: String?
    }

    /// `ItemBatcher`, evaluated.
    public struct Batcher: Sendable {
        public var maxItems: Int?
        public var maxBytes: Int?
        public var input: Value?
    }

    /// `ResultWriter`, evaluated.
    public struct Writer: Sendable {
        /// The bucket to export to; nil when results are only formatted.
        public var bucket: String?
        public var prefix: String?
        public var outputType: String?
        public var transformation: String?
    }
}

extension ExecutionFacts.Machine {
    /// The id of the Map Run whose children are executions of this machine: a UUID that follows
    /// from the run and the place of the Map state.
    var mapRunID: String {
        var source = RandomSource(seed: seed ^ mapRunSalt)
        return source.uuid()
    }

    /// The ARN of that Map Run.
    var mapRunARN: String { "arn:aws:states:\(region):\(account):mapRun:\(name):\(mapRunID)" }
}
