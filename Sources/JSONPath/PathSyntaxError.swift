/// Why a text is not a path, and where.
public struct PathSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without the place.
    public var message: String
    /// The byte of the path's text at which it was noticed, from 0.
    public var offset: Int

    /// An error of this message at this byte.
    public init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }

    /// The message and the place.
    public var description: String { "\(message) (at byte \(offset))" }
}
