import Glibc
import JSON
import Synchronization
import Tasks

/// Keeps what functions and commands print: one JSON object a line in the run's `logs/tasks.jsonl`.
///
/// One file, and not one for each item, as there can be millions of them.
final class TaskLogFile: Sendable {
    private enum State {
        /// What is printed is not kept.
        case closed
        case named(String)
        case open(Int32)
    }

    private let state = Mutex(State.closed)

    /// Names the folder of the file, which is made when something is printed.
    func keep(in folder: String) { state.withLock { $0 = .named(folder + "/tasks.jsonl") } }

    private static func open(_ path: String) -> State {
        let opened = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard opened >= 0 else {
            let reason = String(cString: strerror(errno))
            Console.note("what tasks print is not kept: cannot open '\(path)': \(reason)")
            return .closed
        }
        return .open(opened)
    }

    private func descriptor() -> Int32? {
        state.withLock { state in
            if case .named(let path) = state { state = Self.open(path) }
            if case .open(let file) = state { return file }
            return nil
        }
    }

    /// Appends a piece of what an attempt has printed.
    func write(_ origin: TaskOrigin, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let file = descriptor() else { return }
        var line = ByteBuffer(capacity: bytes.count + 128)
        Self.describe(origin, bytes).write(to: &line)
        line.append(0x0A)
        // A log that cannot be written must not stop the run it is about.
        _ = Glibc.write(file, line.bytes.baseAddress, line.count)
    }

    private static func describe(
        _ origin: TaskOrigin, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Value {
        var object = ObjectValue([Member("time", .int(Timing.now))])
        object["item"] = origin.execution.item.map { .int($0) }
        object["execution"] = .string(origin.execution.name)
        object["state"] = .string(origin.state)
        object["attempt"] = .int(origin.attempt)
        object["text"] = .string(String(decoding: bytes, as: UTF8.self))
        return .object(object)
    }
}
