import Engine
import Synchronization
import Tasks

/// A task router that is made when the first task comes: it starts a thread and a process, which
/// a workflow without tasks need not wait for.
final class RouterOnDemand: TaskHandler {
    private let bindings: Bindings
    private let log: TaskLogFile
    private let router = Mutex<TaskRouter?>(nil)

    init(_ bindings: Bindings, log: TaskLogFile) {
        self.bindings = bindings
        self.log = log
    }

    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let router = router.withLock { router in
            if let router { return router }
            let made = TaskRouter(bindings: bindings) { [log] in log.write($0, $1) }
            router = made
            return made
        }
        return router.start(request, completion: completion)
    }

    /// Lets the tasks' processes end.
    func close() { router.withLock { $0 }?.close() }
}
