import Engine
import JSON
import Journal

/// Items that are set aside, for people and programs.
public struct QuarantineReport: Sendable {
    private let entries: [QuarantineDesk.Entry]

    /// A report on these items.
    public init(_ entries: [QuarantineDesk.Entry]) { self.entries = entries }

    /// A table.
    public var lines: [String] {
        guard !entries.isEmpty else { return [] }
        var table = Table(["map run", .init("item", isNumber: true), "status", "state", "cause"])
        for entry in entries {
            table.add([
                entry.map, Quantity.grouped(entry.item), Self.status(entry),
                entry.outcome?.state?.string ?? "-", entry.outcome?.cause?.string ?? "-",
            ])
        }
        return table.lines
    }

    /// One JSON object for each item.
    public var values: [Value] {
        entries.map { entry in
            var object = ObjectValue([
                Member("map", .string(entry.map)), Member("index", .int(entry.item)),
                Member("status", .string(Self.status(entry))),
                Member("exits", .int(entry.strikes.exits)),
                Member("timeouts", .int(entry.strikes.timeouts)),
                Member("crashes", .int(entry.strikes.crashes)),
            ])
            object["state"] = entry.outcome?.state.map { .string($0) }
            object["cause"] = entry.outcome?.cause.map { .string($0) }
            object["input"] = entry.outcome?.input
            return .object(object)
        }
    }

    private static func status(_ entry: QuarantineDesk.Entry) -> String {
        entry.isReleased ? "RELEASED" : "SET_ASIDE"
    }
}
