import Foundation
import Testing

/// A `maprun` process; what it says goes to files, so that no full pipe can hold it up.
final class Invocation {
    private let process = Process()
    private let ending = Pipe()
    private let folder: String
    private let outPath: String
    private let errPath: String

    private static let saidFolder = ".said"

    init(_ arguments: [String], in workspace: Workspace, input: String?) throws {
        folder = workspace.folder
        let name = workspace.path("\(Self.saidFolder)/\(UUID().uuidString)")
        (outPath, errPath) = (name + ".out", name + ".err")
        try FileManager.default.createDirectory(
            atPath: workspace.path(Self.saidFolder), withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Workspace.binary)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        process.standardOutput = try Self.file(outPath)
        process.standardError = try Self.file(errPath)
        let source = name + ".in"
        try (input ?? "").write(toFile: source, atomically: true, encoding: .utf8)
        process.standardInput = FileHandle(forReadingAtPath: source)
        process.terminationHandler = { [ending] _ in
            ending.fileHandleForWriting.write(Data([0]))
        }
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

    /// Waits until something has come true, and asks whenever this process has said something or
    /// a file of the workspace has changed; gives up when the process ends or takes too long.
    func until(
        _ what: String, within seconds: Double = 120, _ isTrue: () throws -> Bool
    ) throws {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let changes = try Changes(in: folder, ignoring: Self.saidFolder, orOf: errPath)
        var isOver = false
        while try !isTrue() {
            guard !isOver else { throw GaveUp(what: what, said: said) }
            try changes.wait(or: ending.fileHandleForReading, until: deadline)
            isOver = !isRunning || Date() >= deadline
        }
    }

    struct GaveUp: Error, CustomStringConvertible {
        var what: String
        var said: String
        var description: String { "never: \(what); the process said: \(said)" }
    }
}
