import JSON

/// A JSON Schema, compiled: draft 2020-12, or draft-07 where `$schema` says so.
///
/// The keywords it knows are those of ``SchemaCompiler``; a schema with another one is refused, so
/// that nothing a schema demands goes unnoticed.
public struct Schema: Sendable {
    private let root: SchemaNode

    /// Compiles the text of a schema, or tells everything that is wrong with it.
    public init(_ text: String) throws(SchemaProblems) {
        let node: Node
        do {
            node = try Node.parse(text)
        } catch {
            throw SchemaProblems([
                SchemaProblem(position: error.position, message: "no JSON: \(error.message)")
            ])
        }
        var compiler = SchemaCompiler(node)
        root = try compiler.compile()
    }

    /// How texts are read that stand where a schema wants something else.
    public enum Reading: Sendable {
        /// A text is a text.
        case strict
        /// A text may stand for a number, a truth value or nothing, as in files that have only
        /// texts: see ``SchemaNode/reading(of:)``.
        case natural
    }

    /// What is wrong with a value, at most `limit` things; nothing if it is valid.
    public func violations(
        of value: Value, reading: Reading = .strict, limit: Int = 100
    ) -> [Violation] {
        var validator = Validator(reading: reading, limit: limit)
        validator.check(value, root)
        return validator.violations
    }
}

/// One thing that is wrong with a value.
public struct Violation: Sendable, Equatable {
    /// The place in the value.
    public var place: JSONPointer
    /// The keyword of the schema that is not met.
    public var keyword: String
    /// What is wrong, without the place.
    public var message: String
}

/// Everything that keeps a schema from being used.
public struct SchemaProblems: Error, Sendable {
    /// The problems in the order of the text.
    public var all: [SchemaProblem]

    init(_ all: [SchemaProblem]) { self.all = all }
}

/// One thing that is wrong with a schema.
public struct SchemaProblem: Sendable, Equatable {
    /// Where it stands.
    public var position: Position
    /// What is wrong and what to do.
    public var message: String
}
