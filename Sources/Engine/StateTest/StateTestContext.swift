import JSON
import StatesLanguage

/// The Context object of a state under test: as given, or that of an execution that never was.
final class StateTestContext: ContextSource {
    private let facts: ExecutionFacts
    private let roleARN: String?
    let given: Value?

    init(_ facts: ExecutionFacts, roleARN: String?, given: Value?) {
        self.facts = facts
        self.roleARN = roleARN
        self.given = given
    }

    var execution: Value {
        if let given { return given["Execution"] ?? .null }
        guard case .object(var object) = facts.execution else { return .null }
        object["RoleArn"] = roleARN.map(Value.string) ?? .null
        return .object(object)
    }

    var stateMachine: Value { given.map { $0["StateMachine"] ?? .null } ?? facts.stateMachine }
}

/// Checks a given Context object: it may leave out anything, and have nothing but what AWS has.
enum ContextCheck {
    private indirect enum Shape {
        case any
        case string
        case number
        case object([(Key, Shape)])
    }

    private static let shape = Shape.object([
        (
            "Execution",
            .object([
                ("Id", .string), ("Input", .any), ("Name", .string), ("RoleArn", .string),
                ("StartTime", .string), ("RedriveCount", .number), ("RedriveTime", .string),
            ])
        ),
        (
            "State",
            .object([("EnteredTime", .string), ("Name", .string), ("RetryCount", .number)])
        ),
        ("StateMachine", .object([("Id", .string), ("Name", .string)])),
        ("Task", .object([("Token", .string)])),
        (
            "Map",
            .object([
                (
                    "Item",
                    .object([
                        ("Index", .number), ("Value", .any), ("Key", .string),
                        ("Source", .string),
                    ])
                )
            ])
        ),
    ])

    static func read(_ text: String) throws(StateTestRefusal) -> Value {
        guard let value = StateTest.json(text), value.kind == .object else {
            throw StateTestRefusal("Context must be a valid JSON object")
        }
        if let problem = problem(of: value, shape, at: "") {
            throw StateTestRefusal("Invalid Context object provided: " + problem)
        }
        return value
    }

    private static func problem(of value: Value, _ shape: Shape, at place: String) -> String? {
        switch shape {
        case .any: return nil
        case .string: return value.kind == .string ? nil : "\(place) must be a string"
        case .number: return value.kind == .number ? nil : "\(place) must be a number"
        case .object(let fields):
            guard let object = value.object else { return "\(place) must be an object" }
            for member in object {
                guard let field = fields.first(where: { $0.0 == member.key }) else {
                    return "Field '\(member.key.string)' is not allowed"
                }
                let inner = (place.isEmpty ? "" : place + ".") + member.key.string
                if let found = problem(of: member.value, field.1, at: inner) { return found }
            }
            return nil
        }
    }
}
