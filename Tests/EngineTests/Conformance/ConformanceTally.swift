import Foundation
import JSON

/// Counts by area what is judged of each case, and writes the report.
struct ConformanceTally {
    private struct Counts {
        var passed = 0
        var total = 0

        mutating func add(_ isPassed: Bool?) {
            guard let isPassed else { return }
            total += 1
            passed += isPassed ? 1 : 0
        }
    }

    /// What is judged: `outcome` first.
    private let kinds: [String]
    private var counts: [String: [Counts]] = [:]
    private var skipped: [String: [String]] = [:]
    private var failed: [String] = []
    private var passed: Set<String> = []
    private var report = ""
    private let known: [String: String]

    init(kinds: [String]) {
        self.kinds = kinds
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("known-failures.txt").path
        let lines = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        var known: [String: String] = [:]
        for line in lines.split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: " ", maxSplits: 1)
            known[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        self.known = known
    }

    /// Notes whether each kind is as on AWS; nil where there is nothing to compare.
    mutating func note(_ one: ConformanceCase, _ judgements: [Bool?], _ answer: Value) {
        for (index, isPassed) in judgements.enumerated() {
            counts[one.area, default: kinds.map { _ in Counts() }][index].add(isPassed)
            let id = kinds[index] + ":" + one.id
            if isPassed ?? true { passed.insert(id) } else { failed.append(id) }
        }
        let line: Value = ["id": .string(one.id), "actual": answer]
        report += line.serialized + "\n"
    }

    mutating func skip(_ one: ConformanceCase, because reason: String) {
        skipped[reason, default: []].append(one.id)
    }

    var unknownFailures: [String] { failed.filter { known[$0] == nil } }
    var passingKnownFailures: [String] { known.keys.filter(passed.contains).sorted() }

    func finish() {
        for (area, counts) in counts.sorted(by: { $0.key < $1.key }) {
            let texts = zip(kinds, counts).map { kind, counts in
                let text = "\(counts.passed)/\(counts.total)"
                return kind == "outcome" ? text : (kind == "cause" ? "causes" : kind) + " " + text
            }
            print("conformance asl/\(area) " + texts.joined(separator: " "))
        }
        for (reason, ids) in skipped.sorted(by: { $0.key < $1.key }) {
            print("conformance skipped \(ids.count): \(reason): \(ids.joined(separator: ", "))")
        }
        for id in failed {
            if let reason = known[id] { print("conformance known \(id): \(reason)") }
        }
        fflush(nil)
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
