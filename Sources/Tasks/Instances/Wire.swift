import Engine
import JSON
import StatesLanguage

/// What came back for the first unanswered document that was sent to an instance.
struct Answer {
    var outcome: TaskOutcome
    /// Whether the log holds a mark that ends this invocation's output.
    var isLogged = false
    /// Whether the instance ends after this answer.
    var isFinal = false
}

/// What an instance's bytes mean.
enum WireEvent {
    /// The instance has started up and turns to the documents.
    case ready
    case answer(Answer)
    /// The bytes are no answers, so no later ones can be matched with documents either.
    case broken(StateFault)
}

/// How documents and answers look in the pipes to and from a warm instance.
protocol Wire: AnyObject {
    /// How documents get to the child.
    var layout: ChannelLayout { get }
    /// How many documents may be under way to one instance, the running one included.
    var depth: DepthPolicy { get }
    /// Whether `ready` comes before the first answer.
    var announcesReady: Bool { get }
    /// What is here of a line that has not ended; nil where nothing but answers can come.
    var unendedLine: [UInt8]? { get }
    /// Prepares for an instance; the result are variables it needs. `sink` takes events that do not
    /// come through `decode`.
    func open(
        on loop: EventLoop, sink: @escaping (WireEvent) -> Void
    ) throws(StartFailure) -> [String: String]
    /// The instance has ended.
    func close()
    func encode(_ invocation: Invocation, to out: inout ByteBuffer)
    /// Takes bytes from the child and tells what they mean; `logTail` is for error messages.
    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, logTail: () -> String, _ event: (WireEvent) -> Void)
}

extension Wire {
    func open(
        on loop: EventLoop, sink: @escaping (WireEvent) -> Void
    ) throws(StartFailure) -> [String: String] { [:] }

    func close() {}

    var announcesReady: Bool { true }

    var unendedLine: [UInt8]? { nil }
}

/// How many documents to have under way to one instance.
enum DepthPolicy {
    /// Always up to this many.
    case fixed(Int)
    /// One for functions that take long; for quick ones up to so many that the pipe does not run
    /// dry between two looks of the event loop.
    case adaptive(limit: Int)

    /// Whether it follows the function's pace.
    var isAdaptive: Bool {
        if case .adaptive = self { return true }
        return false
    }
}
