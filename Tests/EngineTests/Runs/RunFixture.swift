import Foundation
import JSON
import Journal
import Scheduling
import StatesLanguage
import Synchronization
import Testing

@testable import Engine

/// A folder with a run in it, what tasks were called with, and what the user was told.
final class RunFixture: Sendable {
    let root: String
    let calls = Mutex<[String]>([])
    let notes = Mutex<[String]>([])

    init() throws {
        root = Self.folder + "/" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: root + "/data", withIntermediateDirectories: true)
    }

    /// The folder of all fixtures. It goes with the process: runs that play the part of killed ones
    /// keep their fixture alive for ever.
    private static let folder: String = {
        atexit { try? FileManager.default.removeItem(atPath: RunFixture.folder) }
        return NSTemporaryDirectory() + "maprun-runs-\(ProcessInfo.processInfo.processIdentifier)"
    }()

    /// Writes an input file of the bucket `data`.
    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: root + "/data/" + name, atomically: true, encoding: .utf8)
    }

    /// The text of a file in the folder of the run's only Map Run.
    func map(_ run: Run, _ name: String) throws -> String {
        let folder = try #require(try run.directory?.mapPaths().first)
        return try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
    }

    /// Starts a run whose tasks are done by `answer`; a nil answer never comes.
    func start(
        _ definition: String, input: Value = [:], workers: Int = 2, recordsExpress: Bool = false,
        largestResult: Int? = nil, scheduler: (any Scheduler)? = nil,
        mapRunsAreNamedAfterRun: Bool = true,
        answer: @escaping @Sendable (TaskRequest) -> Result<Value, StateFault>? = { _ in nil }
    ) throws -> Run {
        let decoded = StateMachine.decode(definition)
        let machine = try #require(decoded.machine, "\(decoded.diagnostics)")
        var options = RunOptions(
            root: root + "/runs", name: "test", definition: definition, definitionPath: "",
            input: input, seed: 1)
        options.recordsExpress = recordsExpress
        options.mapRunsAreNamedAfterRun = mapRunsAreNamedAfterRun
        var surroundings = surroundings(workers, answer)
        surroundings.largestResult = largestResult ?? surroundings.largestResult
        if let scheduler {
            surroundings.scheduler = scheduler
            surroundings.prefetches = false
        }
        return try Run.create(
            options, machine: machine, version: "0", surroundings: surroundings)
    }

    /// Starts a run of which nothing is kept on disk.
    func startUnkept(_ definition: String) throws -> Run {
        let machine = try #require(StateMachine.decode(definition).machine)
        let options = RunOptions(
            root: root + "/runs", name: "test", definition: definition, definitionPath: "",
            input: [:], seed: 1)
        return try Run.unkept(
            options, machine: machine, surroundings: surroundings(2) { _ in nil })
    }

    /// Opens a run again, as another process would.
    func resume(
        _ run: Run, workers: Int = 2, redrive: RedriveOrder? = nil,
        answer: @escaping @Sendable (TaskRequest) -> Result<Value, StateFault>? = { _ in nil }
    ) throws -> Run {
        let id = try #require(run.directory?.id)
        let recorded = try Run.recorded(root: root + "/runs", id: id)
        let definition = redrive?.repair?.text ?? recorded.options.definition
        let machine = try #require(StateMachine.decode(definition).machine)
        return try Run.resume(
            recorded, machine: machine, surroundings: surroundings(workers, answer),
            redrive: redrive)
    }

    /// The history of a run.
    func history(of run: Run) throws -> HistoryReplay {
        let id = try #require(run.directory?.id)
        let recorded = try Run.recorded(root: root + "/runs", id: id)
        let machine = try #require(StateMachine.decode(recorded.options.definition).machine)
        return HistoryReplay(recorded, machine: machine)
    }

    private func surroundings(
        _ workers: Int, _ answer: @escaping @Sendable (TaskRequest) -> Result<Value, StateFault>?
    ) -> Run.Surroundings {
        let tasks = AnsweringTasks { [self] request in
            let item = request.execution.item.map(String.init) ?? "-"
            calls.withLock { $0.append("\(request.state) \(item)") }
            return answer(request)
        }
        var surroundings = Run.Surroundings(
            scheduler: DispatchScheduler(workerCount: workers), tasks: tasks
        ) { [root] in root + "/" + $0 }
        surroundings.note = { [self] note in notes.withLock { $0.append(note) } }
        return surroundings
    }
}

/// Does tasks by calling a function.
struct AnsweringTasks: TaskHandler {
    let answer: @Sendable (TaskRequest) -> Result<Value, StateFault>?

    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        if let result = answer(request) { completion(TaskOutcome(result)) }
        return nil
    }
}

extension Run {
    /// Runs to the end and returns how it ended.
    func finish() async -> End {
        await withCheckedContinuation { continuation in
            begin { continuation.resume(returning: $0) }
        }
    }

    /// Lets the run come to rest and returns how it ended, once `condition` holds.
    func interrupt(when reached: Reached) async -> End {
        await withCheckedContinuation { continuation in
            reached.then { self.drain() }
            begin { continuation.resume(returning: $0) }
        }
    }
}

extension Run {
    /// Ends the run as aborted once `condition` holds.
    func stop(when reached: Reached) async -> End {
        await withCheckedContinuation { continuation in
            reached.then { self.stop(error: "Operator", cause: "enough") }
            begin { continuation.resume(returning: $0) }
        }
    }
}

/// Something that happens once, and what is to be done then.
final class Reached: Sendable {
    private let state = Mutex<(isReached: Bool, action: (@Sendable () -> Void)?)>((false, nil))

    func then(_ action: @escaping @Sendable () -> Void) {
        let isReached = state.withLock { state in
            state.action = action
            return state.isReached
        }
        if isReached { action() }
    }

    func signal() {
        let action = state.withLock { state in
            defer { state.isReached = true }
            return state.isReached ? nil : state.action
        }
        action?()
    }
}

extension Run.End {
    var outcome: ExecutionOutcome? {
        if case .ended(let outcome) = self { return outcome }
        return nil
    }

    var isInterrupted: Bool {
        if case .interrupted = self { return true }
        return false
    }
}
