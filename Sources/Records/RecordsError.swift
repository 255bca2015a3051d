import JSON

/// Why items could not be read, or results not written: what is wrong, in which file, and where.
public struct RecordsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What sort of trouble it is.
    public enum Kind: String, Sendable {
        /// There is no such file or folder.
        case notFound
        /// The system refuses to open or read it, or it is a folder where a file is needed.
        case unreadable
        /// It has no bytes where at least a header or a value is needed.
        case empty
        /// It stops in the middle of a compressed stream, quoted field or JSON container.
        case truncated
        /// Its compressed bytes are damaged.
        case corrupt
        /// Its bytes are no UTF-8.
        case invalidUTF8
        /// It breaks the rules of its format.
        case malformed
        /// The names of a CSV file's columns cannot be used.
        case header
        /// Its value is neither array nor object.
        case notIterable
        /// `ItemsPointer` leads nowhere.
        case pointer
        /// A record is larger than the limit.
        case tooLarge
        /// It was changed while it was read.
        case changed
        /// It cannot be written.
        case unwritable
        /// It needs something that this machine or this build does not have.
        case unsupported
    }

    /// What sort of trouble it is.
    public var kind: Kind
    /// The file, as it was named.
    public var file: String
    /// What happened and what to do, without the place.
    public var message: String
    /// The offset in the decompressed bytes, from 0.
    public var byteOffset: Int?
    /// The offset in the file as it lies on the disk, if that is another one.
    public var fileOffset: Int?
    /// The line, from 1.
    public var line: Int?
    /// The text that AWS gives as the cause, where it is known.
    public var awsCause: String?

    /// An error of this kind.
    public init(
        _ kind: Kind, file: String, _ message: String, byteOffset: Int? = nil,
        fileOffset: Int? = nil, line: Int? = nil, awsCause: String? = nil
    ) {
        self.kind = kind
        self.file = file
        self.message = message
        self.byteOffset = byteOffset
        self.fileOffset = fileOffset
        self.line = line
        self.awsCause = awsCause
    }

    /// The cause that goes with `States.ItemReaderFailed`.
    public var cause: String { awsCause ?? description }

    /// The whole message: file, place, what happened, what to do.
    public var description: String {
        var places: [String] = []
        if let line { places.append("line \(line)") }
        if let byteOffset { places.append("byte \(byteOffset)") }
        if let fileOffset, fileOffset != byteOffset {
            places.append("byte \(fileOffset) of the compressed file")
        }
        let place = places.isEmpty ? "" : ", " + places.joined(separator: ", ")
        return file.isEmpty ? message : "\(file)\(place): \(message)"
    }
}
