import Engine
import Glibc
import JSON
import StatesLanguage

/// The Lambda Runtime API for one instance: the program asks for events and posts its answers.
final class RuntimeAPIWire: Wire {
    let layout = ChannelLayout.logOnly
    let depth = DepthPolicy.fixed(1)
    private let timeout: Double
    private let arn: String
    private var listener: HTTPListener?
    private var sink: ((WireEvent) -> Void)?
    private var waiting: HTTPConnection?
    /// The invocation that was handed over or waits to be.
    private var current: Invocation?
    private var isDelivered = false
    private var hasAsked = false

    private static let root = "/2018-06-01/runtime/"

    init(arn: String, timeout: Double) {
        self.arn = arn
        self.timeout = timeout
    }

    func open(
        on loop: EventLoop, sink: @escaping (WireEvent) -> Void
    ) throws(StartFailure) -> [String: String] {
        self.sink = sink
        let listener = try HTTPListener(loop: loop) { [unowned self] in handle($0, $1) }
        self.listener = listener
        return ["AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(listener.port)"]
    }

    func close() {
        listener?.stop()
        (listener, waiting, current, sink) = (nil, nil, nil, nil)
    }

    func encode(_ invocation: Invocation, to out: inout ByteBuffer) {
        (current, isDelivered) = (invocation, false)
        deliver()
    }

    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, logTail: () -> String, _ event: (WireEvent) -> Void
    ) {}

    private func handle(_ request: HTTPRequest, _ connection: HTTPConnection) {
        guard request.path.hasPrefix(Self.root) else {
            return refuse(connection, "404 Not Found", "NotFound", "no such call")
        }
        let words = request.path.dropFirst(Self.root.count).split(separator: "/")
        switch (request.method, words.count, words.first, words.last) {
        case ("GET", 2, "invocation", "next"): next(connection)
        case ("POST", 3, "invocation", "response"): answer(request, words[1], connection)
        case ("POST", 3, "invocation", "error"): fail(request, words[1], connection)
        case ("POST", 2, "init", "error"): failStart(request, connection)
        default: refuse(connection, "404 Not Found", "NotFound", "no such call")
        }
    }

    private func next(_ connection: HTTPConnection) {
        waiting = connection
        if !hasAsked {
            hasAsked = true
            sink?(.ready)
        }
        deliver()
    }

    private func deliver() {
        guard let invocation = current, !isDelivered, let connection = waiting else { return }
        (isDelivered, waiting) = (true, nil)
        let id = invocation.requestId.text
        let context = invocation.context.withUnsafeBufferPointer { try? Value.parse($0) }
        var headers = [
            ("Lambda-Runtime-Aws-Request-Id", id),
            ("Lambda-Runtime-Deadline-Ms", String(Self.milliseconds(from: timeout))),
            ("Lambda-Runtime-Invoked-Function-Arn", context?["arn"]?.string ?? arn),
            ("Lambda-Runtime-Trace-Id", Self.traceId(id)),
        ]
        let client = Self.client(context?["clientContext"], invocation.idempotencyKey)
        headers.append(("Lambda-Runtime-Client-Context", client.serialized))
        connection.respond("200 OK", headers: headers, body: Array(invocation.payload))
    }

    /// What clients say of themselves, with the idempotency key: Lambda's own runtime clients hand
    /// nothing else on to handlers.
    private static func client(_ given: Value?, _ key: RequestId) -> Value {
        var client = given?.object ?? ObjectValue()
        var custom = client["custom"]?.object ?? ObjectValue()
        if custom["idempotencyKey"] == nil { custom["idempotencyKey"] = .string(key.text) }
        client["custom"] = .object(custom)
        return .object(client)
    }

    private func answer(
        _ request: HTTPRequest, _ id: Substring, _ connection: HTTPConnection
    ) {
        guard settles(id, connection) else { return }
        if let type = request.fields["lambda-runtime-function-error-type"] {
            let body = request.fields["lambda-runtime-function-error-body"].flatMap {
                Text($0).withUTF8(Base64.decode)
            }
            return settle(.failure(Self.fault(body ?? [], type: type)))
        }
        settle(request.body.withUnsafeBufferPointer { .function(payload: $0) })
    }

    private func fail(_ request: HTTPRequest, _ id: Substring, _ connection: HTTPConnection) {
        guard settles(id, connection) else { return }
        let type = request.fields["lambda-runtime-function-error-type"]
        settle(.failure(Self.fault(request.body, type: type)))
    }

    private func failStart(_ request: HTTPRequest, _ connection: HTTPConnection) {
        accept(connection)
        guard current != nil else { return }
        let type = request.fields["lambda-runtime-function-error-type"]
        settle(.failure(Self.fault(request.body, type: type)), isFinal: true)
    }

    /// Accepts an answer for the current invocation and refuses any other.
    private func settles(_ id: Substring, _ connection: HTTPConnection) -> Bool {
        guard isDelivered, let current, current.requestId.text == id else {
            refuse(connection, "400 Bad Request", "InvalidRequestID", "Invalid request ID")
            return false
        }
        accept(connection)
        return true
    }

    private func settle(_ outcome: TaskOutcome, isFinal: Bool = false) {
        (current, isDelivered) = (nil, false)
        sink?(.answer(Answer(outcome: outcome, isFinal: isFinal)))
    }

    private func accept(_ connection: HTTPConnection) {
        connection.respond("202 Accepted", body: Array("{\"status\":\"OK\"}".utf8))
    }

    private func refuse(
        _ connection: HTTPConnection, _ status: String, _ type: String, _ message: String
    ) {
        let body: Value = ["errorMessage": .string(message), "errorType": .string(type)]
        connection.respond(status, body: body.utf8)
    }

    /// Runtimes space their error payloads as they like; Step Functions shows them compact.
    private static func fault(_ body: [UInt8], type: String?) -> StateFault {
        body.withUnsafeBufferPointer { bytes in
            let payload = try? Value.parse(bytes)
            let cause = payload?.serialized ?? String(decoding: bytes, as: UTF8.self)
            return StateFault(
                error: payload?["errorType"]?.string ?? type ?? "Lambda.Unknown", cause: cause)
        }
    }

    private static func milliseconds(from seconds: Double) -> Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1000 + now.tv_nsec / 1_000_000 + Int(seconds * 1000)
    }

    private static func traceId(_ id: String) -> String {
        let digits = id.filter { $0 != "-" }
        return "Root=1-\(digits.prefix(8))-\(digits.suffix(24));Sampled=0"
    }
}
