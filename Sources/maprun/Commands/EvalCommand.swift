import ArgumentParser
import JSON
import JSONPath
import JSONata
import Reporting

/// Evaluates one expression on documents.
struct EvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Evaluates a JSONata expression or a JSONPath.",
        discussion: """
            The result is written as JSON; an undefined one is nothing at all, and no error. With \
            --lines the input is read line by line and has one result for each.

            EXAMPLES:
              maprun eval --query 'items.price ~> $sum()' --input order.json
              maprun eval --query '$x * 2' --bindings '{"x": 21}'
              maprun eval --jsonpath '$..author' --input - < books.json
              maprun eval --query 'total > 100' --lines --input orders.jsonl
            """)

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("A JSONata expression, without {% %}.", valueName: "expr"))
    var query: String?

    @Option(help: ArgumentHelp("A JSONPath.", valueName: "path"))
    var jsonpath: String?

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input: String?

    @Option(help: ArgumentHelp("An object with the values of variables.", valueName: "json|file"))
    var bindings: String?

    @OptionGroup var expressions: ExpressionLimitsOption

    @Flag(help: "The input is JSON Lines.")
    var lines = false

    func validate() throws {
        if (query == nil) == (jsonpath == nil) {
            throw ValidationError("give either --query or --jsonpath")
        }
        if bindings != nil && query == nil {
            throw ValidationError("--bindings goes with --query; a JSONPath has no variables")
        }
        if expressions.given != nil && query == nil {
            throw ValidationError("--jsonata-limits goes with --query")
        }
        if input == nil && (lines || jsonpath != nil) {
            throw ValidationError("--input is missing; - is standard input")
        }
    }

    func run() throws {
        let evaluator = try compile()
        guard lines, let input else {
            let document = try input.map(InputText.value)
            let result = try Self.explaining(evaluator) { try evaluator.evaluate(document) }
            guard let result else { return Console.note("the result is undefined") }
            return try Console.print(result)
        }
        try evaluateLines(evaluator, input)
    }

    private func compile() throws -> Evaluator {
        let variables = try bindings.map(InputText.value) ?? [:]
        guard variables.kind == .object else {
            throw UsageError("--bindings must be an object such as '{\"x\": 1}'")
        }
        do {
            return try Evaluator(
                query: query, path: jsonpath, variables: variables, limits: expressions.limits)
        } catch let error as EvaluationFailure {
            for line in error.lines { Console.note(line) }
            throw ExitStatus.executionFailed
        }
    }

    private func evaluateLines(_ evaluator: Evaluator, _ input: String) throws {
        var undefined = 0
        try InputText.forEachLine(of: input) { line, number in
            let document = try Self.parse(line, number)
            let result = try Self.explaining(evaluator, "line \(number): ") {
                try evaluator.evaluate(document)
            }
            if let result { return try Console.print(result) }
            undefined += 1
        }
        if undefined > 0 {
            Console.note("the result is undefined for \(Quantity.count(undefined, "line"))")
        }
    }

    private static func parse(_ line: String, _ number: Int) throws -> Value {
        do {
            return try Value.parse(line)
        } catch {
            throw UsageError("line \(number) is not JSON: \(error.message)")
        }
    }

    private static func explaining(
        _ evaluator: Evaluator, _ place: String = "", _ body: () throws -> Value?
    ) throws -> Value? {
        do {
            return try body()
        } catch let error as EvaluationFailure {
            for (index, line) in error.lines.enumerated() {
                Console.note(index == 0 ? place + line : line)
            }
            throw ExitStatus.executionFailed
        }
    }
}
