import Engine
import JSON
import StatesLanguage

/// One attempt of one Task state on its way through a pool.
final class Invocation: @unchecked Sendable {
    // Proof: the constants are set once; `completion` belongs to the event loop's thread.
    private let document: ByteBuffer
    /// Further members of the request that this one invocation has, as a JSON object; mostly none.
    let context: [UInt8]
    /// Which of the functions that share a process is meant.
    let function: UInt16
    let requestId: RequestId
    /// The same for every attempt.
    let idempotencyKey: RequestId
    let origin: TaskOrigin
    /// Keeps the end of what it prints; nil where nobody asks for it.
    let logTail: LogTail?
    private var completion: TaskCompletion?

    init(
        payload: Value, context: Value? = nil, function: UInt16 = 0, request: TaskRequest,
        logTail: LogTail? = nil,
        completion: @escaping TaskCompletion
    ) {
        var document = ByteBuffer(capacity: 1024)
        payload.write(to: &document)
        self.document = document
        self.context = context?.utf8 ?? []
        self.function = function
        requestId = request.requestId
        idempotencyKey = request.idempotencyId
        origin = TaskOrigin(request)
        self.logTail = logTail
        self.completion = completion
    }

    /// The document to send, as compact JSON; valid as long as the invocation is there.
    var payload: UnsafeBufferPointer<UInt8> { document.bytes }

    /// Whether the outcome has been told.
    var isSettled: Bool { completion == nil }

    /// Tells the outcome; only the first one counts.
    func settle(_ outcome: TaskOutcome) {
        completion?(outcome)
        completion = nil
    }
}

extension Value {
    /// The value as compact JSON text.
    var utf8: [UInt8] {
        var out = ByteBuffer()
        write(to: &out)
        return Array(out.bytes)
    }
}
