import JSON
import Scheduling
import StatesLanguage
import Synchronization

/// Tasks and Map Runs: what is started outside and reports back.
extension Execution {
    /// Starts a task once the run's rate and its handler allow it. One that waits is not under way:
    /// its timeout does not run, and a run that comes to rest leaves it.
    func start(_ task: PendingTask, for box: FrameBox) {
        if let gate = environment.gate, gate.isLimited, environment.rehearsal == nil {
            guard passes(task, box, gate, .run) else { return }
        }
        admitted(task, for: box, by: .run)
    }

    func admitted(_ task: PendingTask, for box: FrameBox, by keeper: GateKeeper) {
        if keeper == .run, let gate = environment.tasks.gate(for: task.request) {
            guard passes(task, box, gate, .handler) else { return }
        }
        launch(task, for: box)
    }

    private func passes(
        _ task: PendingTask, _ box: FrameBox, _ gate: CallGate, _ keeper: GateKeeper
    ) -> Bool {
        let generation = box.generation
        let ticket = gate.ask {
            self.deliver(News(content: .admitted(box, generation, task, by: keeper)))
        }
        box.wait.tickets.append(ticket)
        return ticket.isGranted
    }

    private func launch(_ task: PendingTask, for box: FrameBox) {
        // A run that comes to rest leaves the task to the process that resumes it.
        guard environment.control?.enter(isResumable: environment.isResumable) ?? true
        else { return }
        if let rehearsal = environment.rehearsal {
            return rehearse(rehearsal, box, task.sequence)
        }
        box.holdsTask = true
        let generation = box.generation
        box.awaitedSequence = task.sequence
        if let seconds = task.request.timeoutSeconds {
            let time = session.now + seconds * 1000
            let timer = environment.scheduler.wake(at: time) {
                self.deliver(News(content: .timedOut(box, generation, isHeartbeat: false)))
            }
            box.wait.timers.append(timer)
            box.wait.deadline = time
        }
        let told: TaskCompletion = { outcome in
            self.deliver(News(content: .answered(box, generation, outcome)))
        }
        let completion = environment.meter?.measured(told) ?? told
        guard let seconds = task.request.heartbeatSeconds else {
            return hold(task.request, completion, for: box)
        }
        let heartbeat = Heartbeat(seconds: seconds, scheduler: environment.scheduler) {
            self.deliver(News(content: .timedOut(box, generation, isHeartbeat: true)))
        }
        box.wait.timers.append(TimerToken { heartbeat.stop() })
        var request = task.request
        request.heartbeat = { heartbeat.beat() }
        hold(request, completion, for: box)
    }

    /// Starts a task once what was noted before it is written. One that can be made ready before is,
    /// and need not come back here.
    private func hold(
        _ request: TaskRequest, _ completion: @escaping TaskCompletion, for box: FrameBox
    ) {
        guard let log = environment.checkpoints, let mark = session.unwritten else {
            box.wait.cancellation = environment.tasks.start(request, completion: completion)
            return
        }
        if let attempt = environment.tasks.prepare(request, completion: completion) {
            box.wait.cancellation = attempt.cancel
            return log.whenWritten(mark, attempt.begin)
        }
        hold(.task(request, completion), for: box, log, mark)
    }

    private func hold(
        _ call: HeldCall, for box: FrameBox, _ log: any CheckpointLog, _ mark: CheckpointLog.Mark
    ) {
        let generation = box.generation
        log.whenWritten(mark) {
            self.deliver(News(content: .written(box, generation, call)))
        }
    }

    func begin(_ call: HeldCall, for box: FrameBox) {
        switch call {
        case .task(let request, let completion):
            box.wait.cancellation = environment.tasks.start(request, completion: completion)
        case .mapRun(let request): launch(request, for: box)
        }
    }

    func start(_ request: MapRunRequest, for box: FrameBox) {
        if let rehearsal = environment.rehearsal {
            rehearsal.note(request)
            return rehearse(rehearsal, box, request.sequence)
        }
        box.awaitedSequence = request.sequence
        guard let log = environment.checkpoints, let mark = session.unwritten else {
            return launch(request, for: box)
        }
        hold(.mapRun(request), for: box, log, mark)
    }

    private func launch(_ request: MapRunRequest, for box: FrameBox) {
        let generation = box.generation
        guard let mapRuns = environment.mapRuns else {
            let fault = StateFault.runtime("distributed Maps cannot be run here")
            return deliver(
                News(
                    content: .ended(
                        box, generation, .mapRun(.failure(fault)), isHeartbeatMiss: false)))
        }
        box.wait.cancellation = mapRuns.launch(request) { result in
            self.deliver(
                News(content: .ended(box, generation, .mapRun(result), isHeartbeatMiss: false)))
        }
    }
}

extension Execution {
    /// Gives the old answer at its time; where there is none the workflow is left waiting.
    private func rehearse(_ rehearsal: Rehearsal, _ box: FrameBox, _ sequence: Int) {
        let frame = box.frame
        guard
            let event = rehearsal.take(
                path: frame.path, sequence: sequence, state: frame.state.state.name)
        else { return }
        let generation = box.generation
        let content: News.Content
        switch event.result {
        case .task(let result, let isHeartbeatMiss):
            content = .ended(box, generation, .task(result), isHeartbeatMiss: isHeartbeatMiss)
        case .mapRun(let result):
            content = .ended(box, generation, .mapRun(result), isHeartbeatMiss: false)
        case .wait: return
        }
        environment.scheduler.wake(at: event.time) { self.deliver(News(content: content)) }
    }
}

/// Notices when a task has not been heard of for too long.
final class Heartbeat: Sendable {
    private let seconds: Int
    private let scheduler: any Scheduler
    private let onMiss: @Sendable () -> Void
    private let timer = Mutex<TimerToken?>(nil)

    init(seconds: Int, scheduler: any Scheduler, onMiss: @escaping @Sendable () -> Void) {
        self.seconds = seconds
        self.scheduler = scheduler
        self.onMiss = onMiss
        beat()
    }

    /// Starts the clock anew.
    func beat() {
        let next = scheduler.wake(at: scheduler.now + seconds * 1000, onMiss)
        timer.withLock { timer in
            timer?.cancel()
            timer = next
        }
    }

    func stop() { timer.withLock { $0?.cancel() } }
}
