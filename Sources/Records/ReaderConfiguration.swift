import JSON

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What a file holds and how its items are to be read.
public struct ReaderConfiguration: Sendable {
    /// The formats of `ReaderConfig.InputType` whose items are read from one file's bytes.
    public enum InputType: String, Sendable {
        case csv = "CSV"
        case json = "JSON"
        case jsonLines = "JSONL"
        /// Through a Python process with pyarrow.
        case parquet = "PARQUET"
    }

    /// The format.
    public var inputType: InputType
    /// CSV: the column names (`CSVHeaders`); nil takes them from the first row.
    public var csvHeaders: [String]?
    /// CSV: what separates fields.
    public var csvDelimiter = CSVDelimiter.comma
    /// Stop after this many items; 0 is no limit.
    public var maxItems = 0
    /// JSON: the way to the array or object to iterate over.
    public var itemsPointer: JSONPointer?
    /// JSON: whether an object's members are items; AWS does so since September 2025 and failed
    /// before.
    public var iteratesObjects = true
    /// The largest record, in bytes as read.
    public var maximumRecordBytes = 64 << 20
    /// The largest CSV header in bytes.
    public var maximumHeaderBytes = 1 << 20
    /// The most columns a CSV header may have.
    public var maximumColumns = 65_536
    /// The most items of one block.
    public var blockItems = 128
    /// A block ends once it has this many bytes.
    public var blockBytes = 64 << 10
    /// Copies each CSV row by itself, so that an item that waits long holds on to no more than its
    /// own bytes. Right for workflows with tasks and waits; items of pure states are faster without.
    public var detachRows = false
    /// Parquet: the Python that has pyarrow.
    public var python = Self.standardPython
    /// The Python that `MAPRUN_PYTHON` names, else `python3`.
    public static let standardPython =
        getenv("MAPRUN_PYTHON").map { String(cString: $0) } ?? "python3"
    /// Bytes read (or decompressed) at a time.
    public var readBytes = 256 << 10

    /// The usual configuration for files of this format.
    public init(_ inputType: InputType) { self.inputType = inputType }
}

/// What separates the fields of a CSV file, by the names of `CSVDelimiter`.
public enum CSVDelimiter: String, Sendable, CaseIterable {
    case comma = "COMMA"
    case pipe = "PIPE"
    case semicolon = "SEMICOLON"
    case space = "SPACE"
    case tab = "TAB"

    /// The character.
    public var byte: UInt8 {
        switch self {
        case .comma: 0x2C
        case .pipe: 0x7C
        case .semicolon: 0x3B
        case .space: 0x20
        case .tab: 0x09
        }
    }
}
