import ArgumentParser
import Engine
import Journal

/// Changes a Map Run while it goes on.
struct SetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Changes rate, concurrency and tolerance of a run, also while it goes on.",
        discussion: """
            More concurrency starts more items at once; with less, those in flight run to their \
            ends. A tolerance that is exceeded by now fails the Map Run. A resume keeps the change; \
            of a run that was interrupted it is what the next resume starts with. A Map Run that \
            has ended is refused.

            --rate is the whole run's: how many calls of Task states may start in a second, minute \
            or hour, retries included. It holds at once, also for calls that wait.

            EXAMPLES:
              maprun set last --max-concurrency 50
              maprun set last --rate 10/s
              maprun set last --rate none
              maprun set last --map Rows --tolerated-failure-percentage 5
              maprun set 2026-11-22T10-31 --tolerated-failure-count 0
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @OptionGroup var runsFolder: RunsFolder

    @Option(
        name: .customLong("map"),
        help: ArgumentHelp("The Map Run, if several go on.", valueName: "label"))
    var map: String?

    @Option(help: "How many items are in flight at the most; 0 for as many as possible.")
    var maxConcurrency: Int?

    @Option(help: "How many of a hundred items may fail.")
    var toleratedFailurePercentage: Double?

    @Option(help: "How many items may fail.")
    var toleratedFailureCount: Int?

    @Option(
        help: ArgumentHelp(
            "How many calls of Task states may start in a time; none for any number.",
            valueName: "50/s|10/m|5/h|none"))
    var rate: RateChange?

    @OptionGroup var patience: Patience

    private var update: MapRunUpdate {
        MapRunUpdate(
            maxConcurrency: maxConcurrency, toleratedFailureCount: toleratedFailureCount,
            toleratedFailurePercentage: toleratedFailurePercentage)
    }

    func validate() throws {
        guard !update.isEmpty || rate != nil else {
            throw ValidationError(
                "say what to change: --rate, --max-concurrency, "
                    + "--tolerated-failure-percentage or --tolerated-failure-count")
        }
        if let maxConcurrency, maxConcurrency < 0 {
            throw ValidationError("--max-concurrency cannot be negative; 0 is no limit")
        }
        if let toleratedFailureCount, toleratedFailureCount < 0 {
            throw ValidationError("--tolerated-failure-count cannot be negative")
        }
        if let toleratedFailurePercentage, !(0...100).contains(toleratedFailurePercentage) {
            throw ValidationError("--tolerated-failure-percentage must be between 0 and 100")
        }
    }

    func run() throws {
        let remote = try patience.remote(runsFolder, name)
        if let rate { try tell(remote.change(to: rate.rate)) }
        if !update.isEmpty { try tell(remote.update(update, map: map)) }
    }

    private func tell(_ change: RunRemote.Change) throws {
        switch change {
        case .taken(let holder): Console.note("changed; \(holder) goes on with it")
        case .kept(let died):
            if let died { Console.note("\(died) died before it answered") }
            Console.note(
                "changed; no process works on the run, the next one starts with it:\n"
                    + runsFolder.command("resume", try runsFolder.find(name)))
        case .refused(let reason): throw UsageError(reason)
        }
    }
}
