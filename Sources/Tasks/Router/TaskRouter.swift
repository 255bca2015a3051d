import Dispatch
import Engine
import Glibc
import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Sends each Task state's work to what its resource is bound to.
///
/// Functions are bound by `Bindings`; everything else goes to the first service that serves it.
public final class TaskRouter: TaskHandler, Sendable {
    private let bindings: Bindings
    private let services: [any TaskService]
    private let runners: FunctionRunners
    private let open = Mutex<[FunctionBinding: any FunctionRunner]>([:])
    /// Resources and function names that have been called, so that each is taken apart only once.
    private let known = Mutex<[String: Function]>([:])

    /// A function that a definition names.
    private final class Function: Sendable {
        let reference: FunctionReference
        /// What every plain request tells it beyond the event.
        let context: Value?
        /// Nil when it is bound to nothing.
        let runner: (any FunctionRunner)?
        /// Which of those that share its processes it is.
        let number: UInt16

        init(
            _ reference: FunctionReference, _ context: Value?, _ runner: (any FunctionRunner)?,
            _ number: Int
        ) {
            self.reference = reference
            self.context = context
            self.runner = runner
            self.number = UInt16(number)
        }
    }

    /// A router; `log` gets what functions print.
    public init(
        bindings: Bindings, services: [any TaskService] = [], log: TaskLogWriter? = nil
    ) {
        self.bindings = bindings
        self.services = services
        runners = FunctionRunners(
            host: .shared, log: log, environment: ProcessEnvironment.current)
    }

    public func gate(for request: TaskRequest) -> CallGate? {
        services.first { $0.serves(request.resource) }?.gate(for: request)
    }

    public func prepare(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> PreparedAttempt? {
        if request.resource == LambdaInvoke.resource {
            guard let invoke = try? LambdaInvoke(request.input, id: request.requestId),
                invoke.mode == .requestResponse
            else { return nil }
            return attempt(invoke, request, completion)
        }
        guard !services.contains(where: { $0.serves(request.resource) }),
            let function = function(named: request.resource)
        else { return nil }
        return attempt(
            function, request.input, context: function.context, request, completion: completion)
    }

    public func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        if let attempt = prepare(request, completion: completion) { return attempt.started() }
        if request.resource == LambdaInvoke.resource {
            return startInvoke(request, completion)
        }
        if let service = services.first(where: { $0.serves(request.resource) }) {
            return service.start(request, completion: completion)
        }
        if let function = function(named: request.resource) {
            completion(.failure(.functionNotFound(function.reference, id: request.requestId)))
            return nil
        }
        if request.resource.contains(":activity:") { return startActivity(request, completion) }
        completion(.failure(.unbound(request.resource)))
        return nil
    }

    /// Has an activity's worker do one task.
    private func startActivity(
        _ request: TaskRequest, _ completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        guard let binding = bindings.activity(request.resource),
            let reference = FunctionReference(binding.name)
        else {
            completion(.failure(.missingActivity(request.resource)))
            return nil
        }
        let invocation = Invocation(
            payload: request.input, context: nil, request: request, completion: completion)
        let runner = runner([binding], for: reference)
        runner.submit(invocation)
        return { runner.cancel(invocation) }
    }

    /// Finishes what was submitted (also events that nobody waits for), ends all processes and
    /// waits for that. Without it they end hard with this process.
    public func close() {
        let runners = open.withLock { open in
            defer { open = [:] }
            return Array(open.values)
        }
        known.withLock { $0 = [:] }
        let group = DispatchGroup()
        for runner in runners {
            group.enter()
            runner.close { group.leave() }
        }
        group.wait()
    }

    private func startInvoke(
        _ request: TaskRequest, _ completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let invoke: LambdaInvoke
        do {
            invoke = try LambdaInvoke(request.input, id: request.requestId)
        } catch {
            completion(.failure(error))
            return nil
        }
        if invoke.mode == .dryRun {
            completion(.success(invoke.envelope(nil, id: request.requestId)))
            return nil
        }
        let isEvent = invoke.mode == .event
        if isEvent { completion(.success(invoke.envelope(nil, id: request.requestId))) }
        let told: TaskCompletion = { if !isEvent { completion($0) } }
        if let attempt = attempt(invoke, request, told) { return attempt.started() }
        let function = function(invoke.function)
        completion(.failure(.functionNotFound(function.reference, id: request.requestId)))
        return nil
    }

    private func attempt(
        _ invoke: LambdaInvoke, _ request: TaskRequest, _ completion: @escaping TaskCompletion
    ) -> PreparedAttempt? {
        let log = invoke.wantsLog ? LogTail() : nil
        return attempt(
            function(invoke.function), invoke.payload, context: invoke.context, request, log
        ) { outcome in
            completion(outcome.map { invoke.envelope($0, id: request.requestId, log: log) })
        }
    }

    /// An attempt to call a function; nil if it is bound to nothing.
    private func attempt(
        _ function: Function, _ payload: Value, context: Value?, _ request: TaskRequest,
        _ log: LogTail? = nil, completion: @escaping TaskCompletion
    ) -> PreparedAttempt? {
        guard let runner = function.runner else { return nil }
        let invocation = Invocation(
            payload: payload, context: context, function: function.number, request: request,
            logTail: log, completion: completion)
        return PreparedAttempt(
            begin: { runner.submit(invocation) }, cancel: { runner.cancel(invocation) })
    }

    /// The function that a resource is, or nil if it is none.
    private func function(named resource: String) -> Function? {
        if let function = known.withLock({ $0[resource] }) { return function }
        guard resource.contains(":lambda:"), let reference = FunctionReference(resource) else {
            return nil
        }
        let function = function(reference)
        known.withLock { $0[resource] = function }
        return function
    }

    private func function(_ reference: FunctionReference) -> Function {
        let arn = reference.arn
        if let function = known.withLock({ $0[arn] }) { return function }
        let binding = bindings.function(for: reference)
        let pool = binding.map(bindings.pool) ?? []
        let function = Function(
            reference, LambdaInvoke.context(nil, for: reference),
            pool.isEmpty ? nil : runner(pool, for: reference),
            pool.firstIndex { $0 == binding } ?? 0)
        known.withLock { $0[arn] = function }
        return function
    }

    private func runner(
        _ pool: [FunctionBinding], for reference: FunctionReference
    ) -> any FunctionRunner {
        open.withLock { open in
            if let runner = open[pool[0].shared] { return runner }
            let runner = runners.make(for: pool, arn: reference.unqualified)
            open[pool[0].shared] = runner
            return runner
        }
    }
}

extension PreparedAttempt {
    /// What cancels it, now that it has begun.
    fileprivate func started() -> TaskCancellation {
        begin()
        return cancel
    }
}

extension TaskRequest {
    var requestId: RequestId { RequestId(key: visit.key, attempt: attempt) }
}

extension StateFault {
    /// For a resource that nothing here answers for.
    static func unbound(_ resource: String) -> StateFault {
        StateFault(
            error: "States.TaskFailed",
            cause: "nothing on this machine answers for the resource '\(resource)'; "
                + "bind the function in maprun.yaml under 'functions', "
                + "or answer for the state with a mock")
    }

    /// What Step Functions says of an activity that does not exist.
    static func missingActivity(_ arn: String) -> StateFault {
        StateFault(
            error: "States.Runtime", cause: "The activity \(arn) does not exist.",
            origin: .service)
    }

    /// What Step Functions says of a function that does not exist.
    static func functionNotFound(_ function: FunctionReference, id: RequestId) -> StateFault {
        let arn = function.qualifier == nil ? "\(function.arn):$LATEST" : function.arn
        return StateFault(
            error: "Lambda.ResourceNotFoundException",
            cause: "Function not found: \(arn) (Service: AWSLambda; Status Code: 404; "
                + "Error Code: ResourceNotFoundException; Request ID: \(id.text); Proxy: null)")
    }
}

/// This process's environment variables.
public enum ProcessEnvironment {
    /// All variables, by name.
    public static var current: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }
}
