import JSON
import Journal
import Scheduling
import StatesLanguage

extension StateMachine {
    /// Runs the workflow once, on all cores, and keeps nothing on disk.
    ///
    /// ```swift
    /// let outcome = try await machine.run(input: ["order": 7]) { task in
    ///     ["price": .double(lookUp(task.input["order"]))]
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - input: the execution's input.
    ///   - name: what the state machine and the execution are called in the Context object.
    ///   - buckets: the folder that stands for a bucket, which distributed Maps read and write.
    ///   - handler: does the work of one attempt of a Task state. A ``StatesLanguage/StateFault``
    ///     that it throws is the task's error as it stands; any other error's name is its type's.
    /// - Throws: `RunError` if the machine or a disk fails. A workflow that fails is no error of
    ///   this call: see ``ExecutionOutcome/status``.
    public func run(
        input: Value = [:], name: String = "workflow",
        buckets: @escaping @Sendable (String) -> String? = { _ in nil },
        handler: @escaping @Sendable (TaskRequest) async throws -> Value
    ) async throws -> ExecutionOutcome {
        try await run(input: input, name: name, buckets: buckets, tasks: ClosureTasks(handler))
    }

    /// The same with a handler that can be shared, or that never blocks a thread.
    public func run(
        input: Value = [:], name: String = "workflow",
        buckets: @escaping @Sendable (String) -> String? = { _ in nil },
        tasks: any TaskHandler
    ) async throws -> ExecutionOutcome {
        var options = RunOptions(
            root: "", name: name, definition: "", definitionPath: "", input: input,
            seed: UInt64.random(in: 0...UInt64.max))
        options.durability = .off
        let surroundings = Run.Surroundings(
            scheduler: DispatchScheduler(), tasks: tasks, folder: buckets)
        let run = try Run.unkept(options, machine: self, surroundings: surroundings)
        let end = await withCheckedContinuation { continuation in
            run.begin { continuation.resume(returning: $0) }
        }
        switch end {
        case .ended(let outcome): return outcome
        case .refused(let error), .failed(let error): throw error
        case .interrupted: throw RunError(.system, "the run was interrupted")
        }
    }
}

/// Answers for tasks by a function.
struct ClosureTasks: TaskHandler {
    private let handler: @Sendable (TaskRequest) async throws -> Value

    init(_ handler: @escaping @Sendable (TaskRequest) async throws -> Value) {
        self.handler = handler
    }

    func start(
        _ request: TaskRequest, completion: @escaping TaskCompletion
    ) -> TaskCancellation? {
        let work = Task {
            do {
                completion(.success(try await handler(request)))
            } catch let fault as StateFault {
                completion(.failure(fault))
            } catch {
                completion(
                    .failure(StateFault(error: "\(type(of: error))", cause: "\(error)")))
            }
        }
        return { work.cancel() }
    }
}
