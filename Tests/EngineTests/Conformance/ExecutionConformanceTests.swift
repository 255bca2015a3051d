import Foundation
import JSON
import Testing

/// Runs AWS's recorded executions and compares: outcome, cause and events, each by itself.
@Suite(.serialized) struct ExecutionConformanceTests {
    @Test func executionsEndAsOnAWS() throws {
        guard ExecutionCase.folder != nil else {
            print("SKIPPED: MAPRUN_CONFORMANCE names no folder of recorded cases")
            return
        }
        var tally = ExecutionTally()
        for one in ExecutionCase.all() where one.obstacle == nil {
            let answer = one.run()
            tally.note(one, Judge(one, answer), answer)
        }
        try tally.finish()
        #expect(tally.unknownFailures == [])
        #expect(tally.passingKnownFailures == [])
    }
}

/// Counts by area and writes the report.
struct ExecutionTally {
    private struct Counts {
        var passed = 0
        var total = 0

        mutating func add(_ isPassed: Bool?) {
            guard let isPassed else { return }
            total += 1
            passed += isPassed ? 1 : 0
        }
    }

    private var outcomes: [String: Counts] = [:]
    private var causes: [String: Counts] = [:]
    private var events: [String: Counts] = [:]
    private var failed: [String] = []
    private var passed: Set<String> = []
    private var report = ""
    private let known: [String: String]

    init() {
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

    mutating func note(_ one: ExecutionCase, _ judge: Judge, _ answer: Value) {
        let isSame = judge.isSameOutcome
        let isSameCause = judge.isSameCause
        let areSameEvents = judge.areSameEvents(order: one.value["events_order"]?.string)
        outcomes[one.area, default: Counts()].add(isSame)
        causes[one.area, default: Counts()].add(isSameCause)
        events[one.area, default: Counts()].add(areSameEvents)
        note("outcome:" + one.id, isSame)
        note("cause:" + one.id, isSameCause ?? true)
        note("events:" + one.id, areSameEvents ?? true)
        let line: Value = ["id": .string(one.id), "actual": answer]
        report += line.serialized + "\n"
    }

    private mutating func note(_ id: String, _ isPassed: Bool) {
        if isPassed { passed.insert(id) } else { failed.append(id) }
    }

    var unknownFailures: [String] { failed.filter { known[$0] == nil } }
    var passingKnownFailures: [String] { known.keys.filter(passed.contains).sorted() }

    func finish() throws {
        for area in outcomes.keys.sorted() {
            func text(_ counts: Counts?) -> String {
                counts.map { "\($0.passed)/\($0.total)" } ?? "-"
            }
            print(
                "conformance asl/\(area) \(text(outcomes[area])) causes \(text(causes[area]))"
                    + " events \(text(events[area]))")
        }
        guard let path = ProcessInfo.processInfo.environment["MAPRUN_CONFORMANCE_REPORT"] else {
            return
        }
        guard let file = fopen(path, "a") else { return }
        fputs(report, file)
        fclose(file)
    }
}
