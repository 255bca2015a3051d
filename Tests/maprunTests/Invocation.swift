import Foundation
import Testing

/// A `maprun` process; what it says goes to files, so that no full pipe can hold it up.
final class Invocation {
    private let process = Process()
    private let outPath: String
    private let errPath: String

    init(_ arguments: [String], in workspace: Workspace, input: String?) throws {
        let name = workspace.path("said-" + UUID().uuidString)
        (outPath, errPath) = (name + ".out", name + ".err")
        process.executableURL = URL(fileURLWithPath: Workspace.binary)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        process.standardOutput = try Self.file(outPath)
        process.standardError = try Self.file(errPath)
        let source = name + ".in"
        try (input ?? "").write(toFile: source, atomically: true, encoding: .utf8)
        process.standardInput = FileHandle(forReadingAtPath: source)
        try process.run()
    }

    private static func file(_ path: String) throws -> FileHandle {
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        return try #require(FileHandle(forWritingAtPath: path))
    }

    var said: String { (try? String(contentsOfFile: errPath, encoding: .utf8)) ?? "" }
    var isRunning: Bool { process.isRunning }

    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits for the end; a process killed by a signal has 128 + its number.
    func wait() -> Finished {
        process.waitUntilExit()
        let status = process.terminationStatus
        return Finished(
            code: process.terminationReason == .uncaughtSignal ? 128 + status : status,
            out: (try? String(contentsOfFile: outPath, encoding: .utf8)) ?? "",
            err: said)
    }

    /// Waits until something has come true; gives up when the process ends or takes too long.
    func until(
        _ what: String, within seconds: Double = 120, _ isTrue: () throws -> Bool
    ) throws {
        let deadline = Date().addingTimeInterval(seconds)
        while try !isTrue() {
            guard process.isRunning, Date() < deadline else {
                throw GaveUp(what: what, said: said)
            }
            usleep(5000)
        }
    }

    struct GaveUp: Error, CustomStringConvertible {
        var what: String
        var said: String
        var description: String { "never: \(what); the process said: \(said)" }
    }
}
