import Engine
import StatesLanguage

extension RunStatus {
    /// The status in words; `now` is in milliseconds since 1970.
    public func lines(now: Int) -> [String] {
        var lines = [
            "run      \(id)", "status   \(phase.rawValue)" + (holder.map { " (\($0))" } ?? ""),
            "started  \(Timestamp(milliseconds: startTime).text)",
            "took     \(Quantity.duration(milliseconds: (stopTime ?? now) - startTime))",
        ]
        if let time = execution.redriveTime {
            lines.append(
                "redriven \(Quantity.count(execution.redriveCount, "time")), last "
                    + Timestamp(milliseconds: time).text)
        }
        if let error = outcome?.error { lines.append("error    \(error.string)") }
        if let cause = outcome?.cause { lines.append("cause    \(cause.string)") }
        if let itemsPerSecond { lines.append("rate     \(Quantity.rate(itemsPerSecond))") }
        if let calls { lines.append("calls    \(calls.text)") }
        return mapRuns.isEmpty ? lines : lines + [""] + mapRunLines
    }

    private var mapRunLines: [String] {
        var numbers = [
            "total", "pending", "running", "succeeded", "failed", "timed out", "aborted", "written",
        ]
        let isRedriven = mapRuns.contains { $0.executions.pendingRedrive ?? 0 > 0 }
        if isRedriven { numbers.append("to redrive") }
        let hasLost = mapRuns.contains { $0.executions.failuresNotRedrivable > 0 }
        if hasLost { numbers.append("not redrivable") }
        var table = Table(["map run", ""] + numbers.map { Table.Column($0, isNumber: true) })
        for mapRun in mapRuns {
            for (name, kind, counts) in [
                (mapRun.title, "items", mapRun.items), ("", "executions", mapRun.executions),
            ] {
                var cells = [name, kind] + Self.cells(counts)
                if isRedriven {
                    cells.append(counts.pendingRedrive.map(Quantity.grouped) ?? "?")
                }
                if hasLost { cells.append(Quantity.grouped(counts.failuresNotRedrivable)) }
                table.add(cells)
            }
        }
        return table.lines
            + mapRuns.compactMap { mapRun in
                mapRun.facts.map { "\(mapRun.title): \($0.phase.rawValue), \($0.text)" }
            }
    }

    private static func cells(_ counts: MapRunCounts) -> [String] {
        [
            counts.total.map(Quantity.grouped) ?? "?", counts.pending.map(Quantity.grouped) ?? "?",
        ]
            + [
                counts.running, counts.succeeded, counts.failed, counts.timedOut, counts.aborted,
                counts.resultsWritten,
            ].map(Quantity.grouped)
    }

    /// Runs in a table, one a line; `now` is in milliseconds since 1970.
    public static func table(_ runs: [RunStatus], now: Int) -> [String] {
        var table = Table([
            "run", "status", "started", .init("took", isNumber: true),
            .init("items", isNumber: true), .init("failed", isNumber: true),
        ])
        for run in runs {
            let items = run.mapRuns.map(\.items)
            table.add([
                run.id, run.phase.rawValue, Timestamp(milliseconds: run.startTime).text,
                Quantity.duration(milliseconds: (run.stopTime ?? now) - run.startTime),
                Quantity.grouped(items.reduce(0) { $0 + $1.ended }),
                Quantity.grouped(items.reduce(0) { $0 + $1.unsuccessful }),
            ])
        }
        return table.lines
    }
}
