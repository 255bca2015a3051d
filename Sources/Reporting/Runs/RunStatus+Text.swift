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
        if let error = outcome?.error { lines.append("error    \(error.string)") }
        if let cause = outcome?.cause { lines.append("cause    \(cause.string)") }
        if let itemsPerSecond { lines.append("rate     \(Quantity.rate(itemsPerSecond))") }
        return mapRuns.isEmpty ? lines : lines + [""] + mapRunLines
    }

    private var mapRunLines: [String] {
        let numbers = [
            "total", "pending", "running", "succeeded", "failed", "timed out", "aborted",
        ]
        var table = Table(["map run", ""] + numbers.map { Table.Column($0, isNumber: true) })
        for mapRun in mapRuns {
            table.add([mapRun.name, "items"] + Self.cells(mapRun.items))
            table.add(["", "executions"] + Self.cells(mapRun.executions))
        }
        return table.lines
    }

    private static func cells(_ counts: MapRunCounts) -> [String] {
        [
            counts.total.map(Quantity.grouped) ?? "?", counts.pending.map(Quantity.grouped) ?? "?",
        ]
            + [
                counts.running, counts.succeeded, counts.failed, counts.timedOut, counts.aborted,
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
