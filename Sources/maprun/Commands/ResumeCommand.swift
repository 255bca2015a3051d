import ArgumentParser
import Engine
import Journal
import Reporting
import StatesLanguage

/// Continues a run that was interrupted.
struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Continues a run that was interrupted, however it was.",
        discussion: """
            What has finished stays finished; what was in flight runs again. A run that has ended \
            only tells its outcome once more.

            EXAMPLES:
              maprun resume last
              maprun resume 2026-11-22T10-31-05-nightly --max-concurrency 10
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    func run() throws {
        let id = try runsFolder.find(name)
        let recorded = try Run.recorded(root: runsFolder.path, id: id)
        let history = try ExecutionHistory.read(recorded.directory.journalPath)
        if let outcome = history.outcome {
            return try tellAgain(ExecutionOutcome(outcome), id)
        }
        guard recorded.options.durability != .off else {
            throw UsageError("run '\(id)' was made without a journal; start a new one")
        }
        try perform(recorded, findings: ResumeFindings(recorded.directory, history))
    }

    private func perform(
        _ recorded: (directory: RunDirectory, options: RunOptions), findings: ResumeFindings
    ) throws {
        let options = recorded.options
        let definition = try Definition(
            options.definition, path: recorded.directory.definitionPath,
            options: DecodingOptions(machineType: options.isExpress ? .express : .standard),
            showsWarnings: false)
        var launch = Launch(options.launch)
        launch.maxConcurrency = machinery.maxConcurrency ?? launch.maxConcurrency
        let equipment = try Equipment(
            for: definition.machine, definitionPath: options.definitionPath, launch: launch,
            workers: machinery.workers)
        let run = try Run.resume(
            recorded, machine: definition.machine, surroundings: equipment.surroundings)
        if !machinery.isQuiet {
            for line in run.findings + findings.lines { Console.note(line) }
        }
        let outcome = try equipment.perform(
            run, runsFolder: runsFolder, isQuiet: machinery.isQuiet, endedBefore: findings.ended)
        try output.report(outcome)
    }

    private func tellAgain(_ outcome: ExecutionOutcome, _ id: String) throws {
        if !machinery.isQuiet {
            Console.note("run \(id) has ended before: \(outcome.status.rawValue)")
        }
        try output.report(outcome)
    }
}
