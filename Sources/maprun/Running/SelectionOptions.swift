import ArgumentParser
import Engine
import JSONata
import Reporting
import StatesLanguage

/// Flags that run a part of the items first.
struct SelectionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Run only the first items, with --where the first that match.", valueName: "n"))
    var limit: Int?

    @Option(
        help: ArgumentHelp(
            "Run only so many items at random, which --seed decides; with --where of those that match.",
            valueName: "n"))
    var sample: Int?

    @Option(
        help: ArgumentHelp(
            "Run only these items, counted from 0, such as 5,17-20.", valueName: "indexes"))
    var items: String?

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Run only items for which this JSONata expression is true, such as "
                + "'age > 3'; fields of CSV are texts: '$number(age) > 3'.",
            valueName: "expr"))
    var condition: String?

    func validate() throws {
        for (flag, number) in [("--limit", limit), ("--sample", sample)] {
            if let number, number < 1 {
                throw ValidationError("\(flag) must be at least 1; leave it out to run all items")
            }
        }
        if let items, Selection.ranges(items) == nil {
            throw ValidationError(
                "--items '\(items)' is no list of indexes; write them from 0 and ranges from low "
                    + "to high, such as 5,17-20")
        }
        if items != nil, limit != nil || sample != nil || condition != nil {
            throw ValidationError("--items goes with no other selection; leave one of them out")
        }
        if limit != nil, sample != nil {
            throw ValidationError("--limit and --sample exclude each other; leave one of them out")
        }
    }

    /// The selection for a run of this workflow; nil for all items.
    func selection(_ workflow: Workflow) throws -> Selection? {
        var selection = Selection()
        selection.limit = limit
        selection.sample = sample
        selection.items = items.flatMap(Selection.ranges)
        selection.condition = condition
        guard !selection.isEmpty else { return nil }
        if let condition { try Self.check(condition) }
        let maps = Self.distributedMaps(workflow)
        guard maps.count == 1 else {
            let found =
                maps.isEmpty
                ? "has none" : "has " + maps.map { "'\($0)'" }.joined(separator: ", ")
            throw UsageError(
                "\(selection.flags) selects items of a distributed Map, which has to be the only "
                    + "one of the workflow; this workflow \(found)")
        }
        return selection
    }

    private static func check(_ text: String) throws {
        do {
            _ = try Expression(text)
        } catch {
            let failure = EvaluationFailure(error, in: text)
            throw UsageError(
                "--where: " + failure.lines.joined(separator: "\n"))
        }
    }

    /// The distributed Maps that executions of the workflow itself run.
    static func distributedMaps(_ workflow: Workflow) -> [String] {
        workflow.states.flatMap { state -> [String] in
            switch state.action {
            case .parallel(let branches): branches.flatMap(distributedMaps)
            case .map(let map):
                map.distribution == nil ? distributedMaps(map.processor) : [state.name.string]
            case .pass, .task, .choice, .wait, .succeed, .fail: []
            }
        }
    }
}
