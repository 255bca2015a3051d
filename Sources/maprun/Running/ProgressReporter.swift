import Dispatch
import Engine
import Journal
import Reporting

/// Shows how a run gets on and writes it into `status.json`, from a timer of its own.
final class ProgressReporter: @unchecked Sendable {
    // Proof: everything that changes is touched on `queue` only.

    private let run: Run
    private let showsProgress: Bool
    private let queue = DispatchQueue(label: "maprun.progress")
    private let timer: any DispatchSourceTimer
    private var line = ProgressLine()
    private var tick = 0

    /// Ticks a second: on a terminal so many updates, else only the status file's.
    private static let ticksPerSecond = 5
    private static let secondsBetweenLines = 30

    init(_ run: Run, showsProgress: Bool) {
        self.run = run
        self.showsProgress = showsProgress
        timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = DispatchTimeInterval.milliseconds(1000 / Self.ticksPerSecond)
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(20))
        timer.setEventHandler { [weak self] in self?.report() }
        timer.activate()
    }

    /// Stops, removes the line and writes the last status; returns the last counts.
    func end(_ phase: RunPhase) -> [MapRunStatus] {
        timer.cancel()
        return queue.sync {
            Console.endProgress()
            let mapRuns = run.mapRunStatuses
            line.update(mapRuns, at: Timing.now)
            writeStatus(phase, mapRuns)
            return mapRuns
        }
    }

    private func report() {
        tick += 1
        let isWholeSecond = tick % Self.ticksPerSecond == 0
        guard isWholeSecond || (showsProgress && Console.showsProgress) else { return }
        let mapRuns = run.mapRunStatuses
        line.update(mapRuns, at: Timing.now)
        if isWholeSecond { writeStatus(.running, mapRuns) }
        guard showsProgress, !mapRuns.isEmpty else { return }
        if Console.showsProgress {
            Console.progress(line.text(mapRuns))
        } else if tick % (Self.secondsBetweenLines * Self.ticksPerSecond) == 0 {
            Console.note(line.text(mapRuns))
        }
    }

    private func writeStatus(_ phase: RunPhase, _ mapRuns: [MapRunStatus]) {
        let snapshot = RunSnapshot(
            phase: phase, time: Timing.now, itemsPerSecond: line.itemsPerSecond,
            calls: CallLimit(run), mapRuns: mapRuns)
        // Only a view of the journal: if it cannot be written, the journal's own failure tells.
        try? run.directory?.writeStatus(snapshot.value)
    }
}

extension Run {
    /// The counts of this process's Map Runs.
    var mapRunStatuses: [MapRunStatus] {
        counts.map {
            MapRunStatus(
                name: $0.name, items: $0.items, executions: $0.children,
                fractionRead: $0.fractionRead, fractionDone: $0.fractionDone,
                facts: MapRunFacts($0))
        }
    }
}
