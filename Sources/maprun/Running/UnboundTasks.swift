import Engine
import StatesLanguage

/// Fails every task, as nothing is bound to its resource.
struct UnboundTasks: TaskHandler {
    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let cause = "nothing is bound to the resource '\(request.resource)'"
        completion(.failure(StateFault(error: "States.TaskFailed", cause: cause)))
        return nil
    }
}
