import Foundation
import JSON
import JSONata

/// Evaluates each expression of `cases.json` over the parsed record and prints, as JSON, the
/// nanoseconds per evaluation: the best of several rounds, which other work on the machine
/// disturbs least.
@main
enum Bench {
    static func main() throws {
        let path = CommandLine.arguments.dropFirst().first ?? "cases.json"
        let only = CommandLine.arguments.dropFirst(2).first
        let cases = try Value.parse(String(contentsOfFile: path, encoding: .utf8))
        guard let expressions = cases["expressions"]?.object, let record = cases["record"] else {
            return print("no expressions and no record in \(path)")
        }
        let input = try Value.parse(record.serialized)
        var results: [Member] = []
        for member in expressions where only == nil || member.key.string == only {
            let expression = try JSONata.Expression(member.value.string ?? "")
            let nanoseconds = try measure(expression, input)
            let result = try expression.evaluate(input) ?? .null
            results.append(
                Member(member.key, ["nanoseconds": .double(nanoseconds), "result": result]))
        }
        print(Value.object(results).serialized)
    }

    private static func measure(_ expression: JSONata.Expression, _ input: Value) throws -> Double {
        var best = Double.infinity
        for _ in 0..<15 {
            let count = 5000
            let start = processorTime()
            for _ in 0..<count { _ = try expression.evaluate(input) }
            best = min(best, (processorTime() - start) / Double(count))
        }
        return (best * 10).rounded() / 10
    }

    /// Nanoseconds that this thread has run: other load on the machine does not count.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
    }
}
