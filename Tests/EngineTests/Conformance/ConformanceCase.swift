import Foundation
import JSON

/// A recorded case: what was asked, and what AWS answered.
struct ConformanceCase: Sendable {
    let id: String
    let area: String
    let value: Value

    /// The folder of the cases; without it their tests have nothing to do.
    static let folder = ProcessInfo.processInfo.environment["MAPRUN_CONFORMANCE"]

    /// The kinds that some suite judges.
    static let kinds = ["execution", "test-state", "validation", "variable-references"]

    /// All cases of one kind below `asl/`, found by looking.
    static func all(kind: String) -> [ConformanceCase] {
        paths.compactMap { read($0) }.filter { $0.value["kind"]?.string == kind }
    }

    /// The files that no suite judges.
    static func strays() -> [String] {
        paths.filter { read($0)?.value["kind"]?.string.map(kinds.contains) != true }
    }

    private static var paths: [String] {
        guard let folder else { return [] }
        // A walk begins at no symbolic link.
        let root = URL(fileURLWithPath: folder + "/asl").resolvingSymlinksInPath().path
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        return walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
            .map { root + "/" + $0 }
    }

    private static func read(_ path: String) -> ConformanceCase? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8),
            let value = try? Value.parse(text), let id = value["id"]?.string
        else { return nil }
        return ConformanceCase(id: id, area: value["area"]?.string ?? "", value: value)
    }
}
