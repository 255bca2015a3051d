/// How results are written: `WriterConfig`.
public struct WriterConfiguration: Sendable, Equatable {
    /// `OutputType`.
    public enum OutputType: String, Sendable {
        /// One JSON array.
        case json = "JSON"
        /// One value a line.
        case jsonLines = "JSONL"
    }

    /// `Transformation`.
    public enum Transformation: String, Sendable {
        /// Records with all metadata.
        case none = "NONE"
        /// The outputs alone.
        case compact = "COMPACT"
        /// The outputs alone; of an output that is an array its elements.
        case flatten = "FLATTEN"
    }

    /// The framing.
    public var outputType: OutputType
    /// The content.
    public var transformation: Transformation
    /// A new file begins before this many bytes are exceeded.
    public var maximumFileBytes = 5_000_000_000

    /// A configuration; the defaults are those of an export without `WriterConfig`.
    public init(_ outputType: OutputType = .json, _ transformation: Transformation = .none) {
        self.outputType = outputType
        self.transformation = transformation
    }
}
