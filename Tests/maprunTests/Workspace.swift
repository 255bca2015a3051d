import Foundation

/// A temporary folder, and the real `maprun` started in it.
final class Workspace: Sendable {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "maprun-cli-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The command as the build has just made it: it lies beside the test bundle.
    static let binary: String = {
        let runner = (CommandLine.arguments.first { $0.hasSuffix(".xctest") }) ?? ""
        let beside = URL(fileURLWithPath: runner).deletingLastPathComponent().path
        let own =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let folders = [beside, URL(fileURLWithPath: own).deletingLastPathComponent().path]
        let found = folders.map { $0 + "/maprun" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        return found ?? "maprun"
    }()

    func path(_ name: String) -> String { folder + "/" + name }

    func write(_ text: String, to name: String) throws {
        try write(Data(text.utf8), to: name)
    }

    func write(_ data: Data, to name: String) throws {
        let path = path(name)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try data.write(to: URL(fileURLWithPath: path))
    }

    func read(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    func data(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path(name)))
    }

    /// Starts `maprun`.
    func start(_ arguments: [String], input: String? = nil) throws -> Invocation {
        try Invocation(arguments, in: self, input: input)
    }

    /// Runs `maprun` to its end.
    @discardableResult
    func maprun(_ arguments: String..., input: String? = nil) throws -> Finished {
        try start(arguments, input: input).wait()
    }

    /// The folder of the youngest run with this name.
    func run(_ name: String) throws -> String {
        let runs = try FileManager.default.contentsOfDirectory(atPath: path(".maprun/runs"))
        let found = runs.filter { $0.dropFirst(20).dropLast(5) == name }.sorted().last
        guard let found else { throw NoSuchRun(name: name, runs: runs) }
        return ".maprun/runs/" + found
    }

    /// Every file in a folder, with those of folders in it.
    func files(of folder: String) throws -> [String: Data] {
        let names = FileManager.default.enumerator(atPath: path(folder))?.allObjects ?? []
        var found: [String: Data] = [:]
        for case let name as String in names {
            found[name] = FileManager.default.contents(atPath: path(folder) + "/" + name)
        }
        return found
    }

    struct NoSuchRun: Error {
        var name: String
        var runs: [String]
    }

    /// The id of the youngest run with this name.
    func id(_ name: String) throws -> String { (try run(name) as NSString).lastPathComponent }
}

/// What a process said and how it ended.
struct Finished: Sendable {
    var code: Int32
    var out: String
    var err: String

    var lines: [String] { out.split(separator: "\n").map(String.init) }
    var lastError: String { err.split(separator: "\n").last.map(String.init) ?? "" }
}
