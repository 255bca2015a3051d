/// Why a path has no value in a document.
public struct PathFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What stopped the path.
    public enum Kind: Sendable, Equatable {
        /// The name of the last step is missing in the object.
        case noResults
        /// The name of an earlier step is missing in the object.
        case missingProperty
        /// A name was asked of something that is no object.
        case notAnObject
        /// An index lies outside the array.
        case indexOutOfBounds
        /// An index was asked of null.
        case null
        /// A step cannot be applied to this kind of value at all.
        case invalid
        /// More matches, or deeper nesting, than this implementation allows.
        case tooLarge
    }

    /// What stopped the path.
    public let kind: Kind
    /// The wording of the library that AWS uses, ready to stand behind `Invalid path '…' : `.
    public let message: String

    /// A failure of this kind and wording.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}

extension PathFailure.Kind {
    /// Whether there is just nothing at the place, which `[*]` on an array forgives.
    public var isNotFound: Bool {
        switch self {
        case .invalid, .tooLarge: false
        default: true
        }
    }
}
