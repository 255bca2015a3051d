import Engine
import Scheduling
import Synchronization
import Tasks

/// A task router that is made when the first task comes: it starts a thread and a process, which
/// a workflow without tasks need not wait for.
final class RouterOnDemand: TaskHandler {
    private let bindings: Bindings
    private let log: TaskLogFile
    private let scheduler: any Scheduler
    private let note: @Sendable (String) -> Void
    private let router = Mutex<TaskRouter?>(nil)

    init(
        _ bindings: Bindings, log: TaskLogFile, scheduler: any Scheduler,
        note: @escaping @Sendable (String) -> Void
    ) {
        self.scheduler = scheduler
        self.note = note
        self.bindings = bindings
        self.log = log
    }

    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        made.start(request, completion: completion)
    }

    func prepare(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> PreparedAttempt? {
        made.prepare(request, completion: completion)
    }

    func gate(for request: TaskRequest) -> CallGate? {
        HTTPService.serves(request.resource) ? made.gate(for: request) : nil
    }

    private var made: TaskRouter {
        router.withLock { router in
            if let router { return router }
            let http = HTTPService(
                bindings: bindings, scheduler: scheduler, environment: ProcessEnvironment.current,
                note: note)
            let made = TaskRouter(bindings: bindings, services: [http]) { [log] in
                log.write($0, $1)
            }
            router = made
            return made
        }
    }

    /// Lets the tasks' processes end.
    func close() { router.withLock { $0 }?.close() }
}
