import JSON
import Testing

@testable import StatesLanguage

private final class FixedContext: ContextSource {
    let execution: Value
    let stateMachine: Value = ["Id": "arn:m", "Name": "machine"]

    init(input: Value) { execution = ["Id": "arn:x", "Input": input, "Name": "run"] }
}

/// A scope with a Context object whose parts can be told apart.
func scope(_ input: Value, variables: [Member] = []) -> EvaluationScope {
    var context = ContextObject(source: FixedContext(input: input))
    context.stateName = "A"
    context.enteredTime = 1_700_000_000_123
    context.item = MapItem(index: 2, value: ["id": "v"])
    var visible = Variables()
    for variable in variables { visible[variable.key] = variable.value }
    return EvaluationScope(
        input: input, variables: visible, context: context, random: RandomSource(seed: 1),
        now: 1_700_000_000_000)
}

/// The only state of a machine, given as the members after `"Type"`.
func state(
    _ members: String, language: QueryLanguage = .jsonPath,
    sourceLocation: SourceLocation = #_sourceLocation
) throws -> State {
    let text = #"{"QueryLanguage":"\#(language.rawValue)","Type":\#(members)}"#
    let result = StateMachine.decodeState(text)
    #expect(result.errors.isEmpty, sourceLocation: sourceLocation)
    let machine = try #require(result.machine, sourceLocation: sourceLocation)
    return machine.workflow.states[0]
}

/// The message of the fault that `body` throws.
func cause(_ body: () throws(StateFault) -> some Any) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return error.cause
    }
}
