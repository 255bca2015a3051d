import ArgumentParser
import Glibc
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

    /// The ids of all runs, oldest first. Ids begin with the second, `run.json` is as precise as
    /// one has to be when several runs begin in the same.
    func ids() throws -> [String] {
        let ids = try RunDirectory.list(root: path).filter {
            // One that may not be looked into is told as such by whoever opens it.
            access("\(path)/\($0)/run.json", F_OK) == 0 || errno == EACCES
        }
        let seconds = Dictionary(grouping: ids) { $0.prefix(19) }
        return seconds.keys.sorted().flatMap { second in
            let ids = seconds[second] ?? []
            guard ids.count > 1 else { return ids }
            return ids.map { ($0, (try? started($0)) ?? 0) }.sorted { $0.1 < $1.1 }.map(\.0)
        }
    }

    private func started(_ id: String) throws -> Int {
        try RunDirectory.open(root: path, id: id).info["started"]?.number?.int ?? 0
    }

    /// The id of the run that is meant: a unique beginning of it, or `last`.
    func find(_ name: String) throws -> String {
        do {
            return try RunSelection(ids()).find(name)
        } catch let error as RunSelection.Failure {
            throw UsageError("\(error) in '\(path)'; list those there are with `maprun list`")
        }
    }

    /// The folder of the run that is meant.
    func open(_ name: String) throws -> RunDirectory {
        try RunDirectory.open(root: path, id: find(name))
    }
}
