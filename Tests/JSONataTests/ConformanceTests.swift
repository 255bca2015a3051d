import Foundation
import JSON
import Testing

/// Runs the suites that `MAPRUN_CONFORMANCE` points to.
@Suite struct ConformanceTests {
    private var known: [String: String] {
        let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("known-failures.txt")
        let text = (try? String(contentsOf: place, encoding: .utf8)) ?? ""
        var known: [String: String] = [:]
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            known[parts[0]] = parts.count > 1 ? parts[1] : ""
        }
        return known
    }

    @Test func answersAsTheSuitesWant() throws {
        let settings = ProcessInfo.processInfo.environment
        guard let folder = settings["MAPRUN_CONFORMANCE"] else {
            print("=== SKIPPED: JSONata conformance: MAPRUN_CONFORMANCE is not set ===")
            return
        }
        for suite in try ConformanceSuite.all(in: folder) {
            run(suite, report: settings["MAPRUN_CONFORMANCE_REPORT"])
        }
    }

    private func run(_ suite: ConformanceSuite, report: String?) {
        let known = known
        var passed = 0
        var lines = ""
        for item in suite.cases {
            let outcome = item.run()
            let isGood = item.accepts(outcome)
            if isGood { passed += 1 }
            lines += Self.line(item, suite.name, outcome) + "\n"
            if isGood {
                #expect(known[item.id] == nil, "\(item.id) passes now: take it off the list")
            } else {
                #expect(
                    known[item.id] != nil,
                    "\(item.id): \(item.text) gave \(outcome.json), case \(item.line.short)")
            }
        }
        print("conformance \(suite.name) \(passed)/\(suite.cases.count)")
        if let report { append(lines, to: report) }
    }

    private static func line(
        _ item: ConformanceCase, _ suite: String, _ outcome: Outcome
    ) -> String {
        let line: Value = [
            "id": .string(item.id), "suite": .string(suite), "actual": outcome.json,
        ]
        return line.serialized
    }

    /// One write, as other suites append to the same file at the same time.
    private func append(_ lines: String, to path: String) {
        var lines = lines
        let file = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        lines.withUTF8 { _ = write(file, $0.baseAddress, $0.count) }
        close(file)
    }
}

extension Value {
    /// The value's text, cut where it gets too long to read.
    fileprivate var short: String {
        let text = serialized
        return text.count > 300 ? text.prefix(300) + "…" : text
    }
}
