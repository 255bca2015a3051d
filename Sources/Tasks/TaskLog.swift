import Engine

/// Which attempt of which state something was written for.
public struct TaskOrigin: Sendable {
    /// The execution.
    public var execution: ExecutionIdentity
    /// The Task state's name.
    public var state: String
    /// Map states and iteration indices around it, outermost first.
    public var path: [(map: String, index: Int)]
    /// 0 for the first attempt.
    public var attempt: Int

    init(_ request: TaskRequest) {
        execution = request.execution
        state = request.state
        path = request.path
        attempt = request.attempt
    }
}

/// Receives what functions and commands print, a piece at a time, on the event loop's thread: it
/// must not block for long.
public typealias TaskLogWriter = @Sendable (TaskOrigin, UnsafeBufferPointer<UInt8>) -> Void
