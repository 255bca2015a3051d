import Glibc
import JSON
import Synchronization
import Tasks

/// Keeps what functions and commands print: one JSON object a line in the run's `logs/tasks.jsonl`.
///
/// One file, and not one for each item, as there can be millions of them.
final class TaskLogFile: Sendable {
    private let file = Mutex<Int32?>(nil)

    /// Opens the file in the folder; what is printed before that is lost.
    func open(in folder: String) {
        let path = folder + "/tasks.jsonl"
        let opened = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard opened >= 0 else {
            let reason = String(cString: strerror(errno))
            return Console.note("what tasks print is not kept: cannot open '\(path)': \(reason)")
        }
        file.withLock { $0 = opened }
    }

    /// Appends a piece of what an attempt has printed.
    func write(_ origin: TaskOrigin, _ bytes: UnsafeBufferPointer<UInt8>) {
        guard let file = file.withLock({ $0 }) else { return }
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
