import ArgumentParser
import Engine

/// What stands on this machine for the names in a definition, and what answers for tasks.
struct TaskOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What functions and buckets are here; maprun.yaml or template.yaml beside the "
                + "definition unless given.", valueName: "file"))
    var bindings: String?

    @Option(
        help: ArgumentHelp(
            "Answers for tasks: a test case of a MockConfigFile.json.",
            valueName: "file#[machine/]case"))
    var mock: String?

    /// A start with these.
    func launch(maxConcurrency: Int? = nil) -> Launch {
        Launch(maxConcurrency: maxConcurrency, bindings: bindings, mock: mock)
    }
}
