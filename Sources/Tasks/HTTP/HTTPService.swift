import Engine
import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Carries out HTTP tasks, `arn:aws:states:::http:invoke`.
///
/// All calls go on on one thread; those to a server that asks for patience wait at its gate.
public final class HTTPService: TaskService {
    private let bindings: Bindings
    private let scheduler: any Scheduler
    private let environment: [String: String]
    private let note: @Sendable (String) -> Void
    private let gates = Mutex<[HTTPOrigin: CallGate]>([:])
    private let connections = Mutex<[String: ConnectionBinding]>([:])
    /// The thread that all calls go on on.
    private static let loop = EventLoop()
    private var loop: EventLoop { Self.loop }
    // Made and used on the loop's thread only.
    nonisolated(unsafe) private var pool: CurlPool?

    /// Waits of a server's wish that are longer than this are told.
    private static let remarkable = 5000

    /// A service; `note` hears what the user should know.
    public init(
        bindings: Bindings, scheduler: any Scheduler, environment: [String: String],
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.bindings = bindings
        self.scheduler = scheduler
        self.environment = environment
        self.note = note
    }

    /// Whether a resource is an HTTP task.
    public static func serves(_ resource: String) -> Bool {
        resource.hasSuffix(":states:::http:invoke")
    }

    public func serves(_ resource: String) -> Bool { Self.serves(resource) }

    /// The gate of the server that the request goes to.
    public func gate(for request: TaskRequest) -> CallGate? {
        guard let endpoint = try? HTTPCall.endpoint(request.input) else { return nil }
        let (url, settings) = bindings.endpoint(endpoint)
        guard let origin = HTTPOrigin(url) else { return nil }
        return gates.withLock { gates in
            if let gate = gates[origin] { return gate }
            let gate = CallGate(scheduler, rate: settings.rate, most: settings.connections)
            gates[origin] = gate
            return gate
        }
    }

    public func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let call: HTTPCall
        let settings: HTTPSettings
        let attempt = Attempt(completion)
        do throws(StateFault) {
            (call, settings) = try prepare(request)
            if let onlooker = request.onlooker {
                let shown = try prepare(request, withSecrets: onlooker.seesSecrets).0
                attempt.onlooker = { onlooker.see(shown.exchanged(over: $0), $0.exchanged) }
            }
        } catch {
            completion(.failure(error))
            return nil
        }
        let gate = gate(for: request)
        loop.submit { [self] in start(attempt, call, settings, gate) }
        return { [self] in
            loop.submit { [self] in
                if let transfer = attempt.transfer { pool?.cancel(transfer) }
                attempt.settle(.failure(.cancelled))
            }
        }
    }

    private func prepare(
        _ request: TaskRequest, withSecrets: Bool = true
    ) throws(StateFault) -> (HTTPCall, HTTPSettings) {
        let (url, settings) = bindings.endpoint(try HTTPCall.endpoint(request.input))
        let connection = withSecrets ? try connection(request.input) : nil
        var call = try HTTPCall(
            request.input, endpoint: url, connection: connection,
            region: environment["AWS_REGION"] ?? "us-east-1")
        if let name = settings.idempotencyHeader, !call.has(name) {
            call.headers.append((name, request.idempotencyKey))
        }
        return (call, settings)
    }

    private func connection(_ parameters: Value) throws(StateFault) -> ConnectionBinding? {
        guard let name = HTTPCall.connection(parameters) else { return nil }
        if let known = connections.withLock({ $0[name] }) { return known }
        guard let bound = bindings.connection(named: name) else {
            throw StateFault(
                error: "Events.ConnectionResource.ResourceNotFound",
                cause: "connection '\(name)' is bound to nothing; add it under 'connections' in "
                    + "maprun.yaml")
        }
        let connection: ConnectionBinding
        do throws(ConnectionBinding.Missing) {
            connection = try bound.filled(from: environment)
        } catch {
            throw StateFault(
                error: "Events.ConnectionResource.InvalidConnectionState",
                cause: "connection '\(name)': \(error.description)")
        }
        connections.withLock { $0[name] = connection }
        return connection
    }

    // MARK: - On the loop's thread

    private func start(
        _ attempt: Attempt, _ call: HTTPCall, _ settings: HTTPSettings, _ gate: CallGate?
    ) {
        guard !attempt.isSettled else { return }
        do throws(StartFailure) {
            if pool == nil { pool = try CurlPool(loop) }
        } catch {
            return attempt.settle(
                .failure(StateFault(error: "States.Http.Socket", cause: error.description)))
        }
        let transfer = CurlTransfer(call, settings) { [self] end, reason, answer in
            let fault = fault(end, reason, call, settings)
            attempt.onlooker?(answer)
            let result = fault.map { .failure($0) } ?? answer.result()
            attempt.settle(obey(answer, result, call, settings, gate))
        }
        attempt.transfer = transfer
        pool?.start(transfer)
    }

    private func fault(
        _ end: CurlTransfer.End, _ reason: String, _ call: HTTPCall, _ settings: HTTPSettings
    ) -> StateFault? {
        let what = "\(call.method) \(call.place)"
        switch end {
        case .answered: return nil
        case .timedOut:
            return StateFault(
                error: "States.Http.Socket",
                cause: "\(what): no whole answer within \(settings.timeoutText) s")
        case .tooLarge:
            return StateFault(
                error: "States.DataLimitExceeded",
                cause: "\(what): the response is larger than "
                    + "\(CommandOutput.largestDocument >> 20) MiB")
        case .failed:
            return StateFault(error: "States.Http.Socket", cause: "\(what): \(reason)")
        }
    }

    /// Lets the gate know how the server bears up. Where it says when to come back no call goes
    /// there before, and the item's own retry waits as long.
    private func obey(
        _ answer: HTTPAnswer, _ result: Result<Value, StateFault>, _ call: HTTPCall,
        _ settings: HTTPSettings, _ gate: CallGate?
    ) -> Result<Value, StateFault> {
        guard answer.status == 429 || answer.status == 503, settings.obeysRetryAfter,
            case .failure(var fault) = result
        else {
            if case .success = result { gate?.succeeded() }
            return result
        }
        let time = answer.header("retry-after").flatMap {
            RetryAfter.time($0, now: scheduler.now)
        }
        gate?.holdBack(until: time)
        if let time, time > scheduler.now {
            fault.retryAfter = time
            tell(call, time - scheduler.now, answer.status)
        }
        return .failure(fault)
    }

    private func tell(_ call: HTTPCall, _ milliseconds: Int, _ status: Int) {
        guard milliseconds >= Self.remarkable, let origin = HTTPOrigin(call.url) else { return }
        note(
            "\(origin.text) answered \(status) and asks for \((milliseconds + 999) / 1000) s of "
                + "patience; calls to it wait")
    }
}

/// One attempt, on the loop's thread.
private final class Attempt: @unchecked Sendable {
    // Proof: after its making it is used on the loop's thread only.
    var transfer: CurlTransfer?
    var onlooker: ((HTTPAnswer) -> Void)?
    private var completion: TaskCompletion?

    init(_ completion: @escaping TaskCompletion) { self.completion = completion }

    var isSettled: Bool { completion == nil }

    /// Tells the outcome; only the first one counts.
    func settle(_ result: Result<Value, StateFault>) {
        completion?(result)
        completion = nil
    }
}
