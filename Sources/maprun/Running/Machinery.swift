import ArgumentParser
import Engine
import Scheduling

/// Flags of everything that executes a workflow.
struct Machinery: ParsableArguments {
    @Option(help: "How many threads work; as many as there are cores unless given.")
    var workers: Int?

    @Option(
        help:
            "How many items of a Map Run are in flight at the most, in place of the definition's MaxConcurrency."
    )
    var maxConcurrency: Int?

    @Option(
        help: ArgumentHelp(
            "Set an item aside once it has ended its worker or timed out, or has been in flight "
                + "when maprun died, so many times in all; never unless given.", valueName: "n"))
    var quarantineAfter: Int?

    @Option(
        help: ArgumentHelp(
            "How many calls of Task states may start in a second, minute or hour, retries "
                + "included, of all items together; the others wait.", valueName: "50/s|10/m|5/h"))
    var rate: Rate?

    @OptionGroup var recordLimit: RecordLimit
    @OptionGroup var expressions: ExpressionLimitsOption

    @Flag(
        name: .customLong("adaptive"),
        help: ArgumentHelp(
            "Find out how many items to have in flight, up to the limit: more while that brings "
                + "throughput, fewer when calls only take longer or are refused."))
    var isAdaptive = false

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Say nothing but errors.")
    var isQuiet = false

    /// What to type after a failure, by its verb; nil if nothing is to be said or was kept.
    func nextCommand(of run: Run, in runsFolder: RunsFolder) -> ((String) -> String)? {
        guard let directory = run.directory, !isQuiet, run.options.durability != .off else {
            return nil
        }
        return { runsFolder.command($0, directory.id) }
    }

    func validate() throws {
        if let workers, workers < 1 {
            throw ValidationError("--workers must be at least 1; leave it out to use all cores")
        }
        if let quarantineAfter, !(0...100).contains(quarantineAfter) {
            throw ValidationError(
                "--quarantine-after must be between 1 and 100, or 0 to set no item aside")
        }
        if let maxConcurrency, maxConcurrency < 1 {
            throw ValidationError("--max-concurrency must be at least 1; leave it out for no limit")
        }
    }
}
