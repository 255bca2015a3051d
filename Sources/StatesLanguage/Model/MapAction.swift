import JSON
import JSONPath

/// The fields of a Map state.
public struct MapAction: Sendable {
    /// `ItemProcessor` or `Iterator`.
    public var processor: Workflow
    /// `ItemsPath` or `Items`; without either the effective input is iterated over.
    public var items: Setting?
    /// `Items` written as a JSON array with expressions in it.
    public var itemsTemplate: Template?
    /// `ItemSelector`, or `Parameters` of old.
    public var itemSelector: Template?
    /// `MaxConcurrency` or `MaxConcurrencyPath`; 0 and absent mean as many as possible.
    public var maxConcurrency: Setting?
    /// What only a distributed Map has; nil for an inline one.
    public var distribution: Distribution?

    /// A Map over this processor.
    public init(processor: Workflow) { self.processor = processor }

    /// How children of a distributed Map are executed.
    public enum ExecutionType: String, Sendable {
        case standard = "STANDARD"
        case express = "EXPRESS"
    }

    /// The fields of a distributed Map.
    public struct Distribution: Sendable {
        /// `ProcessorConfig.ExecutionType`.
        public var executionType: ExecutionType
        /// `Label`.
        public var label: String?
        /// `ItemReader`.
        public var reader: ItemReaderAction?
        /// `ItemBatcher`.
        public var batcher: ItemBatcherAction?
        /// `ResultWriter`.
        public var writer: ResultWriterAction?
        /// `ToleratedFailureCount` or its path.
        public var toleratedFailureCount: Setting?
        /// `ToleratedFailurePercentage` or its path.
        public var toleratedFailurePercentage: Setting?

        /// A distribution with nothing but its execution type.
        public init(executionType: ExecutionType) { self.executionType = executionType }
    }
}

/// `ItemReader`.
public struct ItemReaderAction: Sendable {
    /// `Resource`.
    public var resource: String
    /// `Parameters` or `Arguments`.
    public var parameters: Template?
    /// `ReaderConfig.InputType`: CSV, JSON, JSONL, PARQUET or MANIFEST.
    public var inputType: String?
    /// `ReaderConfig.Transformation`: NONE or LOAD_AND_FLATTEN.
    public var transformation: String?
    /// `ReaderConfig.ManifestType`.
    public var manifestType: String?
    /// Whether `ReaderConfig.CSVHeaderLocation` is GIVEN.
    public var headersAreGiven = false
    /// `ReaderConfig.CSVHeaders`.
    public var csvHeaders: Setting?
    /// `ReaderConfig.CSVDelimiter`: COMMA, PIPE, SEMICOLON, SPACE or TAB.
    public var csvDelimiter: String?
    /// `ReaderConfig.MaxItems` or its path.
    public var maxItems: Setting?
    /// `ReaderConfig.ItemsPointer`.
    public var itemsPointer: Setting?

    /// A reader on this resource.
    public init(resource: String) { self.resource = resource }
}

/// `ItemBatcher`.
public struct ItemBatcherAction: Sendable {
    /// `MaxItemsPerBatch` or its path.
    public var maxItemsPerBatch: Setting?
    /// `MaxInputBytesPerBatch` or its path.
    public var maxInputBytesPerBatch: Setting?
    /// `BatchInput`.
    public var batchInput: Template?

    /// A batcher without limits.
    public init() {}
}

/// `ResultWriter`.
public struct ResultWriterAction: Sendable {
    /// `Resource`; nil when results are only formatted, not exported.
    public var resource: String?
    /// `Parameters` or `Arguments`.
    public var parameters: Template?
    /// `WriterConfig.OutputType`: JSON or JSONL.
    public var outputType: String?
    /// `WriterConfig.Transformation`: NONE, COMPACT or FLATTEN.
    public var transformation: String?

    /// A writer with nothing set.
    public init() {}
}
