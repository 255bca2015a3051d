import ArgumentParser

/// Flags of everything that executes a workflow.
struct Machinery: ParsableArguments {
    @Option(help: "How many threads work; as many as there are cores unless given.")
    var workers: Int?

    @Option(
        help:
            "How many items of a Map Run are in flight at the most, in place of the definition's MaxConcurrency."
    )
    var maxConcurrency: Int?

    @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Say nothing but errors.")
    var isQuiet = false

    func validate() throws {
        if let workers, workers < 1 {
            throw ValidationError("--workers must be at least 1; leave it out to use all cores")
        }
        if let maxConcurrency, maxConcurrency < 1 {
            throw ValidationError("--max-concurrency must be at least 1; leave it out for no limit")
        }
    }
}
