import Engine
import JSON
import StatesLanguage
import Synchronization

/// A task handler that answers from a table: what each invocation of each state is to return.
///
/// The table has the form `{"State": [invocation, …]}` or `{"State": {"function": "echo"}}`; an
/// invocation has `return`, or `error` and `cause`, or `times_out`, and `in` for the iterations
/// of the Map states around it.
public final class RecordedTasks: TaskHandler {
    private struct Invocation {
        var entry: Value
        var isUsed = false
    }

    private let invocations: Mutex<[String: [Invocation]]>
    private let functions: [String: String]

    /// Answers from this table.
    public init(_ table: Value) {
        var invocations: [String: [Invocation]] = [:]
        var functions: [String: String] = [:]
        for member in table.object?.members ?? [] {
            let name = member.key.string
            functions[name] = member.value["function"]?.string
            invocations[name] = member.value.array?.map { Invocation(entry: $0) } ?? []
        }
        self.invocations = Mutex(invocations)
        self.functions = functions
    }

    public func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        switch functions[request.state] {
        case "echo": completion(.success(request.input))
        case "echo-invoke":
            completion(.success(.object([Member("Payload", request.input["Payload"] ?? [:])])))
        default: answer(request, completion)
        }
        return nil
    }

    private func answer(_ request: TaskRequest, _ completion: TaskCompletion) {
        guard let entry = take(request) else {
            let cause = "no recorded answer is left for state '\(request.state)'"
            return completion(.failure(StateFault(error: "Mock.Exhausted", cause: cause)))
        }
        if entry["times_out"] == true || entry["unfinished"] == true { return }
        if entry["error"] != nil || entry["cause"] != nil || entry["return"] == nil {
            let error = entry["error"]?.string
            let fault =
                error == "States.Runtime"
                ? StateFault.runtime(entry["cause"]?.string ?? "")
                : StateFault(error: error, cause: entry["cause"]?.string)
            return completion(.failure(fault))
        }
        completion(.success(entry["return"] ?? .null))
    }

    /// The first unused invocation that was recorded in the same iterations.
    private func take(_ request: TaskRequest) -> Value? {
        let path = Value.array(
            request.path.map { .array([.string($0.map), .int($0.index)]) })
        return invocations.withLock { table in
            guard
                let place = table[request.state]?.firstIndex(where: {
                    !$0.isUsed && ($0.entry["in"] ?? []) == path
                })
            else { return nil }
            table[request.state]?[place].isUsed = true
            return table[request.state]?[place].entry
        }
    }
}
