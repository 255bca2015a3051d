import ArgumentParser
import Journal
import Reporting

/// `--runs`, and finding runs in it.
struct RunsFolder: ParsableArguments {
    @Option(
        name: .customLong("runs"),
        help: ArgumentHelp("The folder that keeps all runs.", valueName: "folder"))
    var path = Self.standard

    static let standard = ".maprun/runs"

    /// The command that does `verb` to this run, to be copied from the terminal.
    func command(_ verb: String, _ id: String) -> String {
        let folder = path == Self.standard ? "" : " --runs \(FilePath.quoted(path))"
        return "maprun \(verb) \(id)\(folder)"
    }

    /// The id of the run that is meant: a unique beginning of it, or `last`.
    func find(_ name: String) throws -> String {
        do {
            return try RunSelection(try RunDirectory.list(root: path)).find(name)
        } catch let error as RunSelection.Failure {
            throw UsageError("\(error) in '\(path)'; list those there are with `maprun list`")
        }
    }

    func open(_ name: String) throws -> RunDirectory {
        try RunDirectory.open(root: path, id: find(name))
    }
}
