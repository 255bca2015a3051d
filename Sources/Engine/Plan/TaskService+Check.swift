import JSON
import StatesLanguage

extension TaskService {
    /// How AWS calls the task where its result is too large.
    var payloadName: String {
        resourceType == "lambda" && kind == .lambda ? resource : resourceType
    }

    /// Refuses parameters that AWS would not send to the service.
    func check(_ parameters: Value) throws(StateFault) {
        guard resourceType == "apigateway" else { return }
        let wrong = ["Headers", "QueryParameters"].filter { name in
            guard let value = parameters[Key(name)] else { return false }
            return !(value.object?.allSatisfy { Self.isTexts($0.value) } ?? false)
        }
        guard !wrong.isEmpty else { return }
        let problems = wrong.map { "The value of the field '\($0)' has an invalid format" }
        throw .runtime(
            "The Parameters '\(parameters.serialized)' could not be used to start the Task: ["
                + problems.joined(separator: ", ") + "]")
    }

    private static func isTexts(_ value: Value) -> Bool {
        value.array?.allSatisfy { $0.kind == .string } ?? false
    }
}
