import ArgumentParser
import Engine

/// Continues a run that was interrupted.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Continues a run that was interrupted, however it was.",
        discussion: """
            What has finished stays finished; what was in flight runs again. A run that failed \
            because its input could not be read to the end continues once the file is whole. Any \
            other run that has ended only tells its outcome once more; see maprun redrive.

            A run of selected items (--limit and the like) continues with those; with --all it \
            goes on with the others too, also after it has ended: finished items stay, the states \
            after the Map run again with the whole result.

            Where the input has changed, rows that were inserted, removed, edited or moved are \
            recognised by the run's --key or by their content: what has finished keeps its result \
            at its new place, only what is new or changed runs, also in a run that had ended. Where \
            the header of a CSV file has changed, all of its rows have.

            EXAMPLES:
              maprun resume last
              maprun resume last --all
              maprun resume 2026-11-22T10-31-05-nightly --max-concurrency 10
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Flag(name: .customLong("all"), help: "Go on with the items that were not selected.")
    var takesAll = false

    @Flag(help: "Keep what comes before damage in a journal, and run the rest again.")
    var salvage = false

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    func run() throws { try output.refusing(perform) }

    private func perform() throws {
        let continuation = try Continuation(name, in: runsFolder, salvages: salvage)
        let id = continuation.directory.id
        let next: ((String) -> String)? =
            machinery.isQuiet ? nil : { [runsFolder] in runsFolder.command($0, id) }
        let selection = takesAll ? nil : continuation.selection
        let widens = try takesAll && continuation.hasMore(else: runsFolder)
        guard let outcome = continuation.outcome, !widens else {
            let outcome = try continuation.perform(
                machinery, redrive: widens ? .pending : nil, widens: widens)
            try tellSelection(selection, continuation)
            return try output.report(outcome, next: next)
        }
        let plan = try RedrivePlan(continuation.directory, .pending)
        let isOpen = outcome.error == "States.ItemReaderFailed" || plan.hasReleased
        if try isOpen || plan.hasChangedInput && hasWork(continuation) {
            let outcome = try continuation.perform(machinery, redrive: .pending)
            try tellSelection(selection, continuation)
            return try output.report(outcome, next: next)
        }
        if !machinery.isQuiet {
            Console.note("run \(id) has ended before: \(outcome.status.rawValue)")
        }
        try tellSelection(selection, continuation)
        try output.report(outcome, next: next)
    }

    /// Whether an input that seems to be another one, as by its time, has other items.
    private func hasWork(_ continuation: Continuation) throws -> Bool {
        try Continuation.requireFree(continuation.directory)
        return try !continuation.outlook(
            .pending, continuation.definition(), followsItems: false
        ).isIdle
    }

    private func tellSelection(_ selection: Selection?, _ continuation: Continuation) throws {
        guard !machinery.isQuiet else { return }
        try SelectionNote.show(selection, continuation.directory, runsFolder)
    }
}
