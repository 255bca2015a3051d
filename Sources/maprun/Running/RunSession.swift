import Dispatch
import Engine
import Glibc
import Journal
import Reporting
import Synchronization

/// Carries a run through in this process: starts it, listens for Ctrl-C, shows progress, and
/// waits for its end.
final class RunSession: Sendable {
    private let run: Run
    private let isQuiet: Bool
    private let endedBefore: [String: Int]
    private let resumeCommand: String?
    private let startTime = Timing.now
    private let end = Mutex<Run.End?>(nil)
    private let hasEnded = DispatchSemaphore(value: 0)

    init(_ run: Run, runsFolder: RunsFolder, isQuiet: Bool, endedBefore: [String: Int]) {
        self.run = run
        self.endedBefore = endedBefore
        self.isQuiet = isQuiet
        let isResumable = run.options.durability != .off
        resumeCommand = run.directory.flatMap { directory in
            isResumable ? runsFolder.command("resume", directory.id) : nil
        }
    }

    /// Runs to the end, tells what there is to tell, and returns the outcome.
    func perform() throws -> ExecutionOutcome {
        let signals = Signals { self.signalCame($0) }
        let requests = try RequestListener(run)
        defer { requests.end() }
        let progress = ProgressReporter(run, showsProgress: !isQuiet)
        run.begin { end in
            self.end.withLock { $0 = end }
            self.hasEnded.signal()
        }
        hasEnded.wait()
        withExtendedLifetime(signals) {}
        switch end.withLock({ $0 }) {
        case .ended(let outcome):
            summarize(outcome.phase, progress.end(outcome.phase))
            return outcome
        case .refused(let error):
            _ = progress.end(.aborted)
            throw error
        case .failed(let error):
            _ = progress.end(.interrupted)
            throw StoppedRun(error: error, resumeCommand: resumeCommand)
        case .interrupted, nil:
            summarize(.interrupted, progress.end(.interrupted))
            sayHowToResume()
            throw ExitStatus.interrupted
        }
    }

    private func summarize(_ phase: RunPhase, _ mapRuns: [MapRunStatus]) {
        guard !isQuiet else { return }
        let summary = RunSummary(
            id: run.directory?.id ?? run.options.name, phase: phase,
            milliseconds: Timing.now - startTime, mapRuns: mapRuns,
            directory: run.directory?.path, endedBefore: endedBefore)
        for line in summary.lines { Console.note(line) }
    }

    private func signalCame(_ number: Int) {
        guard number == 1 else {
            Console.endProgress()
            sayHowToResume()
            _exit(ExitStatus.interrupted.rawValue)
        }
        let inFlight = run.counts.reduce(0) { $0 + $1.items.running }
        let what = inFlight > 0 ? Quantity.count(inFlight, "item") + " in flight" : "what runs"
        Console.note("finishing \(what); press Ctrl-C again to stop now")
        run.drain()
    }

    private func sayHowToResume() {
        if let resumeCommand {
            Console.note("interrupted; resume with:\n\(resumeCommand)")
        } else {
            Console.note("interrupted; without a journal the run cannot be resumed")
        }
    }
}

/// A run that the machine or the disk stopped.
struct StoppedRun: Error {
    var error: RunError
    var resumeCommand: String?
}

extension ExecutionOutcome {
    /// The phase of a run that ended so.
    var phase: RunPhase { RunPhase(rawValue: status.rawValue) ?? .failed }
}
