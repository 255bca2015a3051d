import ArgumentParser
import Engine
import Glibc
import JSON
import Journal
import Reporting
import StatesLanguage

/// Tells what a run would take.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Tells what a run would take, here and on AWS.",
        discussion: """
            Counts the items and runs some of them: their tasks are really called, and the states \
            around the Map run too, unless --mock answers for them. Those items are kept as a \
            run, which maprun resume RUN --all continues with the others.

            Time is that of all items at the pace of the sample, without its start; memory is what \
            maprun had at the most. Costs are list prices of Step Functions alone, from states, \
            retries and durations of the sample as they were here; --prices takes a table in the \
            form of the one that --json shows.

            EXAMPLES:
              maprun plan batch.asl.json --input '{"key": "rows.csv"}'
              maprun plan batch.asl.json --sample 500 --mock MockConfigFile.json#HappyPath --json
              maprun plan batch.asl.json --exact --prices eu-west-1.json
            """)

    @Argument(help: ArgumentHelp("The definition.", valueName: "flow"))
    var definition: String

    @Option(help: ArgumentHelp("JSON, a file, or - for standard input.", valueName: "json|file|-"))
    var input = "{}"

    @Option(
        help: """
            How many items are run: at random, 100 unless given; where items call and wait for \
            nothing the first 200,000, so that the pace can be told.
            """)
    var sample: Int?

    @Option(help: "Which items those are follows from it.")
    var seed: UInt64?

    @Flag(help: "Count the items of a large input too; else they are told from its beginning.")
    var exact = false

    @Option(help: ArgumentHelp("A table of prices, as JSON.", valueName: "file"))
    var prices: String?

    @OptionGroup var taskOptions: TaskOptions
    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var machinery: Machinery

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        if let sample, sample < 1 { throw ValidationError("--sample must be at least 1") }
    }

    func run() throws {
        let prices = try table()
        let loaded = try Definition.load(definition, showsWarnings: false)
        let map = try theMap(of: loaded)
        let neverWaits = map.processor.neverWaits
        var launch = taskOptions.launch(maxConcurrency: machinery.maxConcurrency)
        launch.selection = selection(neverWaits)
        launch.maximumRecordBytes = machinery.recordLimit.maximum?.bytes
        let equipment = try Equipment(
            for: loaded.machine, definitionPath: FilePath.absolute(definition), launch: launch,
            workers: machinery.workers, isQuiet: true)
        var options = RunOptions(
            root: runsFolder.path, name: Definition.name(ofFile: definition),
            definition: loaded.text, definitionPath: FilePath.absolute(definition),
            input: try InputText.value(input), seed: seed ?? UInt64.random(in: 0...UInt64.max))
        options.launch = launch.value
        options.expressionLimits = machinery.expressions.limits
        // Histories tell what AWS would count.
        options.recordsExpress = !neverWaits
        let run = try Run.create(
            options, machine: loaded.machine, version: Maprun.version,
            surroundings: equipment.surroundings)
        let outcome = try equipment.perform(run, runsFolder: runsFolder, isQuiet: true)
        guard let directory = run.directory else { return }
        let memory = Self.mostMemory
        guard let concurrency = run.counts.first?.settings.maxConcurrency else {
            throw UsageError(
                "the execution did not come to its Map: \(outcome.error ?? "") "
                    + "\(outcome.cause ?? ""); see\n" + runsFolder.command("show", directory.id))
        }
        let replay = try HistoryReplay(
            Run.recorded(root: runsFolder.path, id: directory.id), machine: loaded.machine)
        let folder = equipment.surroundings.folder
        let path = try directory.mapPaths().first ?? ""
        let estimate = try RunEstimate(
            replay.measure(folder: folder), replay.countItems(exactly: exact, folder: folder),
            .init(
                memory: memory, resultBytes: Self.size(path + "/results.jsonl"),
                concurrency: concurrency, neverWaits: neverWaits), prices)
        try json ? Console.print(estimate.value) : estimate.lines.forEach { try Console.print($0) }
        if !machinery.isQuiet {
            try SelectionNote.show(launch.selection, directory, runsFolder)
        }
        if outcome.status != .succeeded {
            Console.note("the sample \(outcome.status.rawValue): \(outcome.error ?? "")")
            throw ExitStatus.executionFailed
        }
    }

    /// Reading is most of the work where items call nothing, so those are taken from the beginning.
    private func selection(_ neverWaits: Bool) -> Selection {
        var selection = Selection()
        if neverWaits {
            selection.limit = sample ?? 200_000
        } else {
            selection.sample = sample ?? 100
        }
        return selection
    }

    private func theMap(of loaded: Definition) throws -> MapAction {
        let maps = SelectionOptions.distributedMaps(loaded.machine.workflow)
        guard maps.count == 1, let map = loaded.machine.workflow.map(named: maps[0]) else {
            let found =
                maps.isEmpty ? "none" : maps.map { "'\($0)'" }.joined(separator: ", ")
            throw UsageError(
                "plan is for workflows with one distributed Map; '\(definition)' has \(found)")
        }
        return map
    }

    private func table() throws -> Prices {
        if let prices {
            if let table = Prices(try InputText.value(prices)) { return table }
            throw UsageError(
                "'\(prices)' is no table of prices; write one in the form that `maprun plan "
                    + "--json` shows as 'prices'")
        }
        guard let table = Prices.included else {
            throw UsageError("maprun has no table of prices with it; give one with --prices")
        }
        return table
    }

    /// The most memory that this program has had. The operating system's other figure for it also
    /// counts what the process was before it became this program.
    private static var mostMemory: Int {
        let status = (try? InputText.read("/proc/self/status")) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 * 1024 } ?? 0
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }
}

extension Workflow {
    /// The Map of this name that executions of the workflow itself run.
    fileprivate func map(named name: String) -> MapAction? {
        for state in states {
            switch state.action {
            case .map(let map) where state.name.string == name: return map
            case .map(let map) where map.distribution == nil:
                if let found = map.processor.map(named: name) { return found }
            case .parallel(let branches):
                if let found = branches.lazy.compactMap({ $0.map(named: name) }).first {
                    return found
                }
            default: break
            }
        }
        return nil
    }
}
