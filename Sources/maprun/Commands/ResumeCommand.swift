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

            EXAMPLES:
              maprun resume last
              maprun resume 2026-11-22T10-31-05-nightly --max-concurrency 10
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Flag(help: "Keep what comes before damage in a journal, and run the rest again.")
    var salvage = false

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    func run() throws {
        let continuation = try Continuation(name, in: runsFolder, salvages: salvage)
        let id = continuation.directory.id
        let next = machinery.isQuiet ? nil : runsFolder.command("redrive", id)
        guard let outcome = continuation.outcome else {
            return try output.report(continuation.perform(machinery), next: next)
        }
        if outcome.error == "States.ItemReaderFailed" {
            return try output.report(
                continuation.perform(machinery, redrive: .pending), next: next)
        }
        if !machinery.isQuiet {
            Console.note("run \(id) has ended before: \(outcome.status.rawValue)")
        }
        try output.report(outcome, next: next)
    }
}
