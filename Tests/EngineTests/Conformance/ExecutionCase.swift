import Engine
import Foundation
import JSON
import MaprunTesting
import StatesLanguage

extension ConformanceCase {
    /// Why the case cannot be run, if it cannot.
    var obstacle: String? {
        if value["tasks_unrecorded"] != nil { return "answers of tasks were not recorded" }
        if value["stopped_from_outside"] == true { return "stopped from outside" }
        return nil
    }

    /// Runs the execution on virtual time.
    func run() -> Value {
        let text = value["definition_text"]?.string ?? value["definition"]?.serialized ?? ""
        let decoded = StateMachine.decode(text)
        guard let machine = decoded.machine else {
            return [
                "status": "REFUSED", "cause": .string(decoded.errors.map(\.complaint).joined()),
            ]
        }
        let scheduler = VirtualScheduler(now: now)
        let tasks = RecordedTasks(value["tasks"] ?? [:])
        let files = CaseFiles(value["files"])
        defer { files.remove() }
        var configuration = MapRunner.Configuration { files.folder($0) }
        configuration.prefetches = false
        let environment = EngineEnvironment(
            scheduler: scheduler, tasks: tasks,
            mapRuns: MapRunner(
                scheduler: scheduler, tasks: tasks, configuration: configuration),
            limits: PayloadLimits(), keepsHistory: true)
        let ended = Ended()
        Execution.start(Plan(machine.workflow), facts: facts, environment: environment) {
            ended.set($0)
        }
        scheduler.run(until: now + 400 * 86_400_000)
        return ended.answer
    }

    private var now: Int {
        guard let text = value["now"]?.string, let time = Timestamp(parsing: Text(text)) else {
            return 1_700_000_000_000
        }
        return time.milliseconds
    }

    private var facts: ExecutionFacts {
        var machine = ExecutionFacts.Machine(name: value["names"]?["machine"]?.string ?? "machine")
        machine.account = "111111111111"
        machine.isExpress = value["type"]?.string == "EXPRESS"
        return ExecutionFacts(
            machine: machine, input: value["input"] ?? [:], startTime: now,
            name: value["names"]?["execution"]?.string ?? "execution")
    }
}

/// Takes the outcome of an execution.
final class Ended: @unchecked Sendable {
    // Proof: virtual time runs everything on one thread.
    private var outcome: ExecutionOutcome?

    func set(_ outcome: ExecutionOutcome) { self.outcome = outcome }

    /// The outcome in the form of the cases' `expect`.
    var answer: Value {
        guard let outcome else { return ["status": "RUNNING"] }
        var answer = ObjectValue()
        answer["status"] = .string(outcome.status.rawValue)
        answer["output"] = outcome.output
        answer["error"] = outcome.error.map(Value.string)
        answer["cause"] = outcome.cause.map(Value.string)
        answer["events"] = .array(outcome.history.map(Self.describe))
        return .object(answer)
    }

    private static func describe(_ event: HistoryEvent) -> Value {
        .object([Member("type", .string(event.type))] + event.details)
    }
}

/// The objects in S3 that a case has, as files in a temporary folder.
struct CaseFiles: Sendable {
    private let root: String

    init(_ files: Value?) {
        root = NSTemporaryDirectory() + "/maprun-case-" + UUID().uuidString
        for member in files?.object?.members ?? [] {
            let path = root + "/" + member.key.string
            let folder = (path as NSString).deletingLastPathComponent
            try? FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
            let data =
                member.value["text"]?.string.map { Data($0.utf8) }
                ?? member.value["base64"]?.string.flatMap { Data(base64Encoded: $0) }
            _ = FileManager.default.createFile(atPath: path, contents: data)
        }
    }

    func folder(_ bucket: String) -> String? {
        FileManager.default.fileExists(atPath: root + "/" + bucket) ? root + "/" + bucket : nil
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
