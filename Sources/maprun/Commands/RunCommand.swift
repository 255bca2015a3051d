import ArgumentParser
import Engine
import JSON
import Journal
import StatesLanguage
import Tasks

/// Begins a new run.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a workflow.",
        discussion: """
            The output of the execution is written to standard output, everything else to \
            standard error. What the run did is kept in a folder below --runs, from where it can \
            be resumed.

            A bucket is the folder that maprun.yaml names, else one of the bucket's name beside \
            the definition, else one in the working directory; one that is nowhere is made beside \
            the definition when something is written to it.

            --limit, --sample, --items and --where run a part of a distributed Map's items first, \
            under the indexes they have in the whole input; the states after the Map get what \
            there is. maprun resume RUN --all continues with the others and repeats none. Where \
            items are batched, all four count batches, and --where sees {"Items": [...]}.

            --rate limits the calls that Task states make, retries included, in this process: \
            evenly, so that 50/s is one every 20 ms. A call that waits holds no thread, and its \
            TimeoutSeconds does not run. maprun set RUN --rate changes it on the way.

            With --bisect-batches a failing batch is run again in halves, so its tasks must be \
            safe to repeat. Children are then numbered by their first item, and results say how \
            many items each stands for.

            --adaptive measures the calls of Task states, a window of them at a time, and looks for \
            the number of items in flight from where on calls only take longer; maprun status shows \
            it. Results are the same whatever it finds.

            EXAMPLES:
              maprun run flow.asl.json --input '{"customer": 7}'
              maprun run flow.asl.json --input order.json --output json
              maprun run flow.asl.json --mock MockConfigFile.json#HappyPath
              maprun run batch.asl.json --max-concurrency 50 --name nightly
              maprun run batch.asl.json --rate 50/s
              maprun run batch.asl.json --adaptive --max-concurrency 500
              maprun run batch.asl.json --sample 100 --seed 7
              maprun run batch.asl.json --limit 10 --where '$number(age) > 3'
              maprun run batch.asl.json --key orderId
            """)

    @Argument(help: ArgumentHelp("The definition; - is standard input.", valueName: "flow"))
    var definition: String

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input = "{}"

    @Option(help: "What the run is called; the definition's name unless given.")
    var name: String?

    @OptionGroup var taskOptions: TaskOptions
    @OptionGroup var selected: SelectionOptions
    @Option(
        help: ArgumentHelp(
            "What items of Map Runs are known by should the input change later; their content "
                + "unless given.", valueName: "column|/json/pointer"))
    var key: String?

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Option(help: "on: outcomes survive a power cut; write: a crash of maprun; off: nothing.")
    var journal = JournalMode.on

    @Option(help: "What is said on standard output.")
    var output = OutputForm.text

    @Option(
        help: """
            Random numbers follow from it; runs of the same seed are the same but for their names and \
            those of their Map Runs.
            """)
    var seed: UInt64?

    @Option(name: .customLong("type"), help: "How the state machine is executed.")
    var machineType = MachineType.standard

    @Flag(
        help: ArgumentHelp(
            "Halve a batch that fails, and its halves, until the items that fail stand alone; for "
                + "tasks that are safe to repeat."))
    var bisectBatches = false

    func validate() throws {
        if let key, ItemKey(parsing: key) == nil {
            throw ValidationError(
                "--key '\(key)' is neither a column nor a JSON Pointer such as /order/id")
        }
        if journal == .off, machinery.quarantineAfter ?? 0 > 0 {
            throw ValidationError(
                "--quarantine-after counts in the journal; leave out --journal off")
        }
    }

    @Flag(
        help: "Keep what tasks of EXPRESS children answer, for maprun history; costs a write each.")
    var recordExpress = false

    func run() throws { try output.refusing(perform) }

    private func perform() throws {
        let text = try InputText.read(definition)
        let loaded = try Definition(
            text, path: definition, options: DecodingOptions(machineType: machineType.decoded),
            showsWarnings: !machinery.isQuiet)
        let input = try executionInput()
        var launch = taskOptions.launch(maxConcurrency: machinery.maxConcurrency)
        launch.maximumRecordBytes = machinery.recordLimit.maximum?.bytes
        launch.quarantineAfter = machinery.quarantineAfter
        launch.isAdaptive = machinery.isAdaptive
        launch.rate = machinery.rate
        launch.bisectsBatches = bisectBatches
        launch.selection = try selected.selection(loaded.machine.workflow)
        let equipment = try Equipment(
            for: loaded.machine, definitionPath: FilePath.absolute(definition), launch: launch,
            workers: machinery.workers, isQuiet: machinery.isQuiet)
        let run = try Run.create(
            options(text, input, launch), machine: loaded.machine, version: Maprun.version,
            surroundings: equipment.surroundings)
        let outcome = try equipment.perform(
            run, runsFolder: runsFolder, isQuiet: machinery.isQuiet)
        if !machinery.isQuiet {
            try SelectionNote.show(launch.selection, run.directory, runsFolder)
        }
        try output.report(outcome, next: machinery.nextCommand(of: run, in: runsFolder))
    }

    private func executionInput() throws -> (value: Value, text: String) {
        do {
            return try InputText.document(input)
        } catch let error as UsageError where output == .json {
            try OutputForm.refuse(
                "InvalidExecutionInput", "Invalid State Machine Execution Input: '\(error)'")
            for message in error.messages { Console.note(message) }
            throw ExitStatus.usage
        }
    }

    private func options(
        _ text: String, _ input: (value: Value, text: String), _ launch: Launch
    ) -> RunOptions {
        var options = RunOptions(
            root: runsFolder.path, name: name ?? Definition.name(ofFile: definition),
            definition: text, definitionPath: FilePath.absolute(definition), input: input.value,
            seed: seed ?? UInt64.random(in: 0...UInt64.max))
        options.durability = journal.durability
        options.isExpress = machineType == .express
        options.recordsExpress = recordExpress
        options.launch = launch.value
        options.key = key
        options.expressionLimits = machinery.expressions.limits
        options.inputText = input.text
        return options
    }
}

/// `--journal`.
enum JournalMode: String, ExpressibleByArgument, CaseIterable {
    case on, write, off

    var durability: Durability {
        switch self {
        case .on: .standard
        case .write: .write
        case .off: .off
        }
    }
}

/// `--type`.
enum MachineType: String, ExpressibleByArgument, CaseIterable {
    case standard, express

    var decoded: DecodingOptions.MachineType { self == .express ? .express : .standard }
}
