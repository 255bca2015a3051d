import Engine
import JSON
import JSONPath
import JSONata
import StatesLanguage

/// Evaluates an expression of each language, and runs a workflow whose tasks are Swift functions.
@main
struct LibraryExample {
    static func main() async throws {
        let order = try Value.parse(
            #"{"customer": "Åsa", "lines": [{"price": 2.5, "pieces": 4}, {"price": 8, "pieces": 1}]}"#
        )

        let total = try Expression("$sum(lines.(price * pieces))").evaluate(order)
        print("total:", total?.serialized ?? "undefined")

        let prices = try Path(parsing: "$.lines[*].price").evaluate(order)
        print("prices:", prices.serialized)

        let decoded = StateMachine.decode(definition)
        guard let machine = decoded.machine else {
            for problem in decoded.diagnostics { print(problem.position, problem.message) }
            return
        }
        let outcome = try await machine.run(input: order) { task in
            guard let price = task.input["price"]?.number?.double, price < 100 else {
                throw StateFault(error: "TooDear", cause: "nobody pays \(task.input.serialized)")
            }
            return ["line": .string("\(price) each")]
        }
        print("status:", outcome.status.rawValue)
        print("output:", outcome.output?.serialized ?? outcome.cause ?? "")
    }

    static let definition = """
        {
          "StartAt": "Each line",
          "States": {
            "Each line": {
              "Type": "Map",
              "ItemsPath": "$.lines",
              "ItemProcessor": {
                "StartAt": "Describe",
                "States": {
                  "Describe": {
                    "Type": "Task",
                    "Resource": "arn:aws:lambda:eu-central-1:123456789012:function:describe",
                    "End": true
                  }
                }
              },
              "End": true
            }
          }
        }
        """
}
