import Foundation
import Testing

/// Holds calls of function `work` until the test lets so many of them through: each takes a byte
/// out of a pipe with a name.
final class Gate {
    private let handle: Int32
    private let workspace: Workspace

    /// Makes the pipe, and a function that notes each call in `calls.log` before it waits. Item
    /// `n` fails where `fails` says so, in Python, without waiting.
    init(_ workspace: Workspace, fails: String = "False") throws {
        self.workspace = workspace
        let path = workspace.path("gate")
        try #require(mkfifo(path, 0o600) == 0)
        // Also open for reading, so that it is never empty for want of a writer.
        handle = open(path, O_RDWR | O_CLOEXEC)
        try #require(handle >= 0)
        try workspace.write(
            """
            import os

            def work(event, context):
                log = os.open("calls.log", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
                os.write(log, b"%d\\n" % event["n"])
                os.close(log)
                if \(fails):
                    raise ValueError("bad")
                gate = os.open("gate", os.O_RDONLY)
                os.read(gate, 1)
                os.close(gate)
                return event["n"]
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 8, depth: 1}\n",
            to: "maprun.yaml")
    }

    deinit { close(handle) }

    /// Lets so many calls through.
    func release(_ count: Int) {
        _ = [UInt8](repeating: 0x2E, count: count).withUnsafeBytes {
            write(handle, $0.baseAddress, count)
        }
    }

    /// The items that were called so far.
    var calls: [Int] {
        let log = (try? workspace.read("calls.log")) ?? ""
        return log.split(separator: "\n").compactMap { Int($0) }
    }
}
