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
    nonisolated(unsafe) private let tokens = OAuthTokens()

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
            throw .connection(
                "ResourceNotFound",
                "connection '\(name)' is bound to nothing; add it under 'connections' in "
                    + "maprun.yaml")
        }
        let connection: ConnectionBinding
        do throws(ConnectionBinding.Missing) {
            connection = try bound.filled(from: environment)
        } catch {
            throw .connection(
                "InvalidConnectionState", "connection '\(name)': \(error.description)")
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
        send(attempt, call, settings, gate)
    }

    /// Sends the request, with a token where its connection has those; where the server refuses that
    /// once more with another.
    private func send(
        _ attempt: Attempt, _ call: HTTPCall, _ settings: HTTPSettings, _ gate: CallGate?,
        mayRenew: Bool = true
    ) {
        guard let oauth = call.oauth else {
            return transfer(call, settings, attempt) { [self] answer, result in
                attempt.settle(obey(answer, result, call, settings, gate))
            }
        }
        let name = oauth.connection
        tokens.take(of: name, now: scheduler.now, fetch: { fetchToken(oauth) }) { [self] token in
            guard !attempt.isSettled else { return }
            guard case .success(let header) = token else {
                return attempt.settle(token.map { .string($0) })
            }
            var authorized = call
            authorized.set("Authorization", header)
            transfer(authorized, settings, attempt) { [self] answer, result in
                guard mayRenew, answer.status == 401 || answer.status == 407 else {
                    return attempt.settle(obey(answer, result, call, settings, gate))
                }
                tokens.forget(header, of: name)
                send(attempt, call, settings, gate, mayRenew: false)
            }
        }
    }

    private func transfer(
        _ call: HTTPCall, _ settings: HTTPSettings, _ attempt: Attempt?,
        ended: @escaping (HTTPAnswer, Result<Value, StateFault>) -> Void
    ) {
        let transfer = CurlTransfer(call, settings) { [self] end, reason, answer in
            let fault = fault(end, reason, call, settings)
            attempt?.onlooker?(answer)
            ended(answer, fault.map { .failure($0) } ?? answer.result())
        }
        attempt?.transfer = transfer
        pool?.start(transfer)
    }

    /// Asks for a token and hands it to all calls that wait for it.
    private func fetchToken(_ oauth: ConnectionBinding.OAuth) {
        let (url, settings) = bindings.endpoint(oauth.endpoint)
        do throws(StateFault) {
            let call = try HTTPCall(tokenOf: oauth, endpoint: url)
            transfer(call, settings, nil) { [self] answer, result in
                tokens.give(token(answer, result, call, oauth), of: oauth.connection)
            }
        } catch {
            tokens.give(.failure(error), of: oauth.connection)
        }
    }

    private func token(
        _ answer: HTTPAnswer, _ result: Result<Value, StateFault>, _ call: HTTPCall,
        _ oauth: ConnectionBinding.OAuth
    ) -> Result<OAuthTokens.Token, StateFault> {
        let what = "connection '\(oauth.connection)': \(call.method) \(call.place)"
        switch result {
        case .success(let value):
            let body = value["ResponseBody"] ?? .null
            if let token = OAuthTokens.Token(body, now: scheduler.now) { return .success(token) }
            return .failure(
                .connection("InvalidConnectionState", what + " answered without an access_token"))
        case .failure(let fault):
            guard answer.status >= 300 else {
                return .failure(.connection("InternalError", "\(what): \(fault.cause ?? "")"))
            }
            // The server may be well again, which a refusal is not.
            let isPassing = answer.status >= 500 || answer.status == 429
            let said = (fault.cause ?? "").prefix(1000)
            return .failure(
                .connection(
                    isPassing ? "InternalError" : "InvalidConnectionState",
                    "\(what) answered \(answer.status)" + (said.isEmpty ? "" : ": \(said)")))
        }
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

extension StateFault {
    /// Trouble with a connection, under AWS's names.
    fileprivate static func connection(_ why: String, _ cause: String) -> StateFault {
        StateFault(error: "Events.ConnectionResource." + why, cause: cause)
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
        completion?(TaskOutcome(result))
        completion = nil
    }
}
