import Engine
import Journal

/// What a run of selected items has left.
public struct SelectionReport: Sendable {
    /// One line for each Map Run.
    public let lines: [String]

    /// Looks at the Map Runs in the folder of a run that was started with this selection; nil if
    /// nothing is left.
    public init?(_ run: RunDirectory, _ selection: Selection) throws(RunError) {
        let plan = try RedrivePlan(run, .pending)
        guard !plan.maps.isEmpty else { return nil }
        lines = plan.maps.map { map in
            let ended = Quantity.count(map.kept, "item")
            let left =
                map.pending.map { "\(Quantity.grouped($0 + map.again)) left" }
                ?? "the rest of the input was not read"
            return "\(map.name): \(selection.flags) was a selection: \(ended) done, \(left)"
        }
    }
}
