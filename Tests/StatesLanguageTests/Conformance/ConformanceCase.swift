import Foundation
import JSON

/// One case of a conformance folder: a definition and what AWS said of it.
struct ConformanceCase: Sendable {
    let id: String
    let value: Value

    /// The folder of the cases; without it their tests have nothing to do.
    static let folder = ProcessInfo.processInfo.environment["MAPRUN_CONFORMANCE"]

    /// All cases of one kind below `asl/`, found by looking.
    static func all(kind: String) -> [ConformanceCase] {
        guard let folder else { return [] }
        // A walk begins at no symbolic link.
        let root = URL(fileURLWithPath: folder + "/asl").resolvingSymlinksInPath().path
        guard let walk = FileManager.default.enumerator(atPath: root) else { return [] }
        let paths = walk.compactMap { $0 as? String }.filter { $0.hasSuffix(".json") }.sorted()
        return paths.compactMap { path in
            guard let text = try? String(contentsOfFile: root + "/" + path, encoding: .utf8),
                let value = try? Value.parse(text), value["kind"]?.string == kind,
                let id = value["id"]?.string
            else { return nil }
            return ConformanceCase(id: id, value: value)
        }
    }

    var area: String { value["area"]?.string ?? "" }

    /// The definition's text as it was sent.
    var definition: String {
        value["definition_text"]?.string ?? value["definition"]?.serialized ?? ""
    }
}

/// Counts passed cases, prints them, and writes the answers that were really given.
struct ConformanceTally {
    private var passed: [String: Int] = [:]
    private var total: [String: Int] = [:]
    private(set) var failures: [String] = []
    private var report = ""

    mutating func note(_ one: ConformanceCase, passed isPassed: Bool, actual: Value) {
        total[one.area, default: 0] += 1
        passed[one.area, default: 0] += isPassed ? 1 : 0
        if !isPassed { failures.append(one.id) }
        let line: Value = ["id": .string(one.id), "actual": actual]
        report += line.serialized + "\n"
    }

    /// Prints a line for each area and appends to the file that MAPRUN_CONFORMANCE_REPORT names.
    func finish() {
        for (area, count) in total.sorted(by: { $0.key < $1.key }) {
            print("conformance asl/\(area) \(passed[area] ?? 0)/\(count)")
        }
        guard let path = ProcessInfo.processInfo.environment["MAPRUN_CONFORMANCE_REPORT"] else {
            return
        }
        // One write, as other suites append to the same file at the same time.
        var text = report
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        text.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
        close(file)
    }
}
