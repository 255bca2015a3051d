import ArgumentParser
import Engine
import Journal
import Reporting
import StatesLanguage

/// Writes the history of a run or of one of its items.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "Writes the events of an execution, as AWS has them.",
        discussion: """
            The execution is gone through once more with the answers that its tasks gave, which \
            the journal keeps. Those of EXPRESS children are kept only in runs that were started \
            with --record-express; else they have a history only where nothing is called.

            A redriven execution shows all of its attempts, one behind the other. One that was \
            interrupted and resumed has a single one.

            EXAMPLES:
              maprun history last
              maprun history last --item 17 --json | jq .type
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @Option(help: "The item whose child execution is meant, from 0.")
    var item: Int?

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "One JSON object a line, in the form of GetExecutionHistory.")
    var json = false

    func run() throws {
        let recorded = try Run.recorded(
            root: runsFolder.path, id: runsFolder.find(name))
        for event in try events(recorded) {
            if json {
                try Console.print(event.description)
            } else {
                try Console.print(HistoryLine.text(event))
            }
        }
    }

    private func events(
        _ recorded: (directory: RunDirectory, options: RunOptions)
    ) throws -> [HistoryEvent] {
        let (directory, options) = recorded
        let definition = try Definition(
            options.definition, path: directory.definitionPath,
            options: DecodingOptions(machineType: options.isExpress ? .express : .standard),
            showsWarnings: false)
        let replay = HistoryReplay(recorded, machine: definition.machine)
        guard let item else { return try replay.events() }
        let launch = Launch(options.launch)
        let folders = BucketFolders(
            try Equipment.bindings(options.definitionPath, launch),
            definitionPath: options.definitionPath, launch: launch)
        return try replay.events(
            ofItem: item, in: mapRun.folder(in: directory).map(FilePath.name),
            folder: { folders.folder($0) })
    }
}
