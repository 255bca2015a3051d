/// Why a text is not a call of an intrinsic function, and where.
public struct IntrinsicSyntaxError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without the place.
    public var message: String
    /// The byte of the call's text at which it was noticed, from 0.
    public var offset: Int

    /// The message and the place.
    public var description: String { "\(message) (at byte \(offset))" }
}
