import ArgumentParser
import Journal
import Reporting

/// `--map`: which Map Run of a run is meant.
struct MapRunOption: ParsableArguments {
    @Option(
        name: .customLong("map"),
        help: ArgumentHelp("The Map Run, if the run has several.", valueName: "label"))
    var label: String?

    /// The folder of the Map Run; nil if the run has none.
    func folder(in run: RunDirectory) throws -> String? {
        let folders = try run.mapPaths()
        if let label {
            // JSON names them as their folders are called.
            let folder = folders.first { $0 == run.mapPath(label) || FilePath.name($0) == label }
            guard let folder else {
                throw UsageError(
                    "run '\(run.id)' has no Map Run '\(label)'; it has \(Self.names(folders))")
            }
            return folder
        }
        guard folders.count <= 1 else {
            throw UsageError(
                "run '\(run.id)' has several Map Runs; choose one with --map: "
                    + Self.names(folders))
        }
        return folders.first
    }

    private static func names(_ folders: [String]) -> String {
        guard !folders.isEmpty else { return "none" }
        return folders.map { "'\(RunDirectory.mapName(ofFolder: FilePath.name($0)))'" }
            .joined(separator: ", ")
    }
}
