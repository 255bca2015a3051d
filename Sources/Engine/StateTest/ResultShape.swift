import JSON

/// Compares a mocked result with the shape of what a service answers.
struct ResultShape {
    private let shape: Value

    /// The shape of what this task answers; nil where it is not known or AWS does not check it.
    init?(of service: TaskService) {
        guard service.kind == .integration, !service.waitsForToken,
            let shape = ServiceShapes.table[Key(Self.name(of: service))]
        else { return nil }
        self.shape = shape
    }

    private static func name(of service: TaskService) -> String {
        let name = service.resourceType + ":" + service.resource
        // A started execution that is waited for answers as the call that looks at it.
        if name == "states:startExecution.sync" { return "states:describeExecution" }
        if name.hasPrefix("aws-sdk:sfn:") { return "states:" + service.resource }
        return name.hasPrefix("aws-sdk:") ? String(name.dropFirst("aws-sdk:".count)) : name
    }

    /// What is wrong with the result; nil if nothing is.
    func problem(of result: Value, _ mode: StateTest.Mock.FieldValidation) -> String? {
        mode == .none ? nil : problem(of: result, shape, field: "Result", mode)
    }

    private func problem(
        of value: Value, _ shape: Value, field: String, _ mode: StateTest.Mock.FieldValidation
    ) -> String? {
        switch shape {
        case .object(let members):
            guard let object = value.object else { return "Field '\(field)' must be an object" }
            return problem(of: object, members, mode)
        case .array(let element):
            guard let array = value.array else { return "Field '\(field)' must be an array" }
            guard let inner = element.elements.first else { return nil }
            return array.elements.lazy
                .compactMap { problem(of: $0, inner, field: field, mode) }.first
        case .string(let text):
            let name = text.string
            if name.hasPrefix("@"), let other = ServiceShapes.table[Key(String(name.dropFirst()))] {
                return problem(of: value, other, field: field, mode)
            }
            return scalarProblem(of: value, name, field)
        default: return nil
        }
    }

    private func problem(
        of object: ObjectValue, _ members: ObjectValue, _ mode: StateTest.Mock.FieldValidation
    ) -> String? {
        if let values = members["*"] {
            return object.members.lazy
                .compactMap { problem(of: $0.value, values, field: $0.key.string, mode) }.first
        }
        for member in members {
            var name = member.key.string
            let isRequired = name.hasSuffix("!")
            if isRequired { name.removeLast() }
            guard let value = object[Key(name)] else {
                if isRequired && mode == .strict { return "Required field '\(name)' is missing" }
                continue
            }
            if let found = problem(of: value, member.value, field: name, mode) { return found }
        }
        return nil
    }

    private func scalarProblem(of value: Value, _ shape: String, _ field: String) -> String? {
        let parts = shape.split(separator: " ").map(String.init)
        let least = parts.dropFirst().first.flatMap(Int.init)
        let most = parts.dropFirst(2).first.flatMap(Int.init)
        switch (parts.first, value) {
        case ("any", _), ("boolean", .bool): return nil
        case ("string", .string(let text)):
            let length = text.string.utf16.count
            if let least, length < least {
                return "Field '\(field)' is smaller than the minimum length"
            }
            if let most, length > most { return "Field '\(field)' exceeds the maximum length" }
            return nil
        case ("number", .number(let number)):
            if let least, number.double < Double(least) {
                return "Field '\(field)' is less than the minimum value"
            }
            if let most, number.double > Double(most) {
                return "Field '\(field)' exceeds the maximum value"
            }
            return nil
        default: return "Field '\(field)' must be a \(parts.first ?? "")"
        }
    }
}
