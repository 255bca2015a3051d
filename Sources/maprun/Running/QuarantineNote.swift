import Engine
import Journal
import Reporting

/// Says at the end of a run that items are set aside.
enum QuarantineNote {
    static func show(_ run: Run, _ runsFolder: RunsFolder) throws {
        guard let directory = run.directory else { return }
        var count = 0
        for path in try directory.mapPaths() {
            count += try RecoveredMapRun.read(path).state.strikes.setAside.count
        }
        guard count > 0 else { return }
        let (are, them) = count == 1 ? ("is", "it") : ("are", "them")
        Console.note(
            "\(Quantity.count(count, "item")) \(are) set aside; list \(them) with:\n"
                + runsFolder.command("quarantine", directory.id))
    }
}
