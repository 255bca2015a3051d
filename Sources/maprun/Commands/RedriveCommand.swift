import ArgumentParser
import Engine
import Journal
import Reporting

/// Takes up a run that has ended without success.
struct RedriveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "redrive", abstract: "Runs again what failed in a run that has ended.",
        discussion: """
            Items that succeeded keep their results. STANDARD children continue at the state that \
            failed, EXPRESS ones start again, items that were never started start. A run that has \
            succeeded and in which nothing runs again stays as it is, and the exit code is 0.

            --with goes on with a repaired workflow, also in a run that was interrupted. What tasks \
            have answered before the state that failed counts as long as the new workflow comes to \
            the same states; an item whose failed state is gone starts again. Successes stay, also \
            those that have gone through states that have changed; --keep unaffected runs those \
            again, and those of which nobody knows.

            --items runs again just those items of a file that was made by maprun failures \
            --to-csv, or --json, and edited; other failures stay, items that were aborted or never \
            started start. The rows, without the error columns, take the place of those in the \
            input, now and whenever the run goes on later.

            EXAMPLES:
              maprun redrive last --dry-run
              maprun redrive last
              maprun redrive last --with fixed.asl.json --dry-run
              maprun redrive last --with fixed.asl.json --keep unaffected
              maprun failures last --to-csv rows.csv && vi rows.csv
              maprun redrive last --items rows.csv
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Option(
        name: .customLong("with"),
        help: ArgumentHelp("Go on with this workflow.", valueName: "flow"))
    var repaired: String?

    @Option(help: "Which successes stay under another workflow.")
    var keep: RedriveOrder.Keep?

    @Option(help: ArgumentHelp("Edited items to run again.", valueName: "file"))
    var items: String?

    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "Only say what would be kept and what would run again.")
    var dryRun = false

    @Flag(help: "With --dry-run: one JSON object for each Map Run, as with --output json.")
    var json = false

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    func validate() throws {
        if keep != nil && repaired == nil {
            throw ValidationError("--keep goes only with --with; successes are kept without it")
        }
        if mapRun.label != nil && items == nil {
            throw ValidationError("--map goes with --items; a redrive is of all Map Runs")
        }
        if json && !dryRun {
            throw ValidationError("--json goes with --dry-run; add that, or use --output json")
        }
    }

    func run() throws { try output.refusing(perform) }

    private func perform() throws {
        let continuation = try Continuation(name, in: runsFolder)
        let directory = continuation.directory
        try Continuation.requireFree(directory)
        try continuation.requireWhole()
        guard continuation.outcome != nil || repaired != nil || items != nil else {
            throw UsageError(
                "run '\(directory.id)' has not ended; continue it with\n"
                    + runsFolder.command("resume", directory.id))
        }
        let definition = try continuation.definition(repaired: repaired)
        var order = RedriveOrder.unsuccessful
        order.keep = keep ?? .succeeded
        order.repair = repaired.map { .init(text: definition.text, path: FilePath.absolute($0)) }
        if let items { order.items = try fedBack(items, continuation) }
        try continuation.requireSelected(definition)
        if !dryRun { try continuation.settle() }
        let hasSucceeded = continuation.outcome?.status == .succeeded
        if dryRun || !machinery.isQuiet || hasSucceeded {
            let outlook = try continuation.outlook(order, definition, followsItems: dryRun)
            if dryRun { return try show(outlook) }
            let lines = machinery.isQuiet ? [] : outlook.lines
            for line in lines { Console.note(line) }
            if outlook.isIdle, let outcome = continuation.outcome {
                return try leaveAlone(directory, outcome)
            }
        }
        try output.report(continuation.perform(machinery, redrive: order, with: definition))
    }
}

extension RedriveCommand {
    private func show(_ outlook: RedriveOutlook) throws {
        if json || output == .json { return try outlook.values.forEach { try Console.print($0) } }
        try outlook.lines.forEach { try Console.print($0) }
    }

    private func leaveAlone(_ directory: RunDirectory, _ outcome: ExecutionOutcome) throws {
        if !machinery.isQuiet {
            Console.note(
                "run '\(directory.id)' has succeeded and is not redriven (on AWS: "
                    + "ExecutionNotRedrivable); nothing was changed")
        }
        try output.report(outcome)
    }

    private func fedBack(_ file: String, _ continuation: Continuation) throws -> FedBackItems {
        guard let map = try mapRun.folder(in: continuation.directory) else {
            throw UsageError("run '\(continuation.directory.id)' has no items to feed back")
        }
        return try continuation.fedBack(file, map: map)
    }
}

extension RedriveOrder.Keep: ExpressibleByArgument {}
