import JSON
import JSONata

/// Any text is an expression or an error; evaluated it stays within its limits, gives the same
/// answer twice, and nothing that is no JSON. The first line is the expression, the rest the data.
func checkExpression(_ bytes: [UInt8]) -> CInt {
    let parts = bytes.split(
        separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
    let text = String(decoding: parts.first ?? [], as: UTF8.self)
    guard let expression = try? Expression(text, options: CompileOptions(allowsEval: true)) else {
        return 0
    }
    let data = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "null"
    let input = try? Value.parse(data)
    let before = input?.serialized
    let first = answer(expression, input)
    let second = answer(expression, input)
    // What the time limit cuts short depends on what else the machine does.
    precondition(
        first == second || first == slow || second == slow, "another answer the second time")
    precondition(before == input?.serialized, "the data has changed")
    return 0
}

private let slow = "slow"

private func answer(_ expression: Expression, _ input: Value?) -> String {
    let limits = Environment.Limits(milliseconds: 2000, depth: 400, memory: 30_000_000)
    let environment = Environment(now: 1_700_000_000_000, random: { 42 }, limits: limits)
    let variables = expression.freeVariables.map { _ in input }
    do throws(JSONataError) {
        let result = try expression.evaluate(input, variables: variables, environment: environment)
        guard let text = result?.serialized else { return "undefined" }
        precondition((try? Value.parse(text)) != nil, "the result is no JSON")
        return text
    } catch {
        return error.kind == .timeout ? slow : error.code
    }
}
