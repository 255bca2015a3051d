/// What the machine or the disk did to a run: no workflow can catch it, the run stops and stays
/// resumable.
public struct RunError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What sort of failure it is.
    public enum Code: String, Sendable {
        /// The disk, or a quota, is full.
        case storageFull
        /// Permissions forbid it.
        case noPermission
        /// The file system is mounted read-only.
        case readOnly
        /// The device failed to read or write.
        case inputOutput
        /// Bytes on disk are not what was written.
        case damaged
        /// A later version of the format.
        case newerFormat
        /// Another process works on the run.
        case inUse
        /// There is no such file or run.
        case notFound
        /// Items were selected that are not there.
        case notSelectable
        /// Any other refusal of the operating system.
        case system
    }

    /// What sort of failure it is.
    public var code: Code
    /// What happened and what to do about it.
    public var message: String
    /// The file it happened to.
    public var path: String?
    /// The byte of the file where it starts, if one can be named.
    public var offset: Int?

    /// An error with the message as users read it.
    public init(_ code: Code, _ message: String, path: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
    }

    public var description: String { message }
}
