import ArgumentParser
import Engine
import Journal
import Reporting

/// Tells which items of a run are set aside, and lets them run again.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Tells which items are set aside, and lets them run again.",
        discussion: """
            With --quarantine-after N of maprun run, resume and redrive an item is set aside that \
            ends its worker or times out N times in all, or that is in flight N times when maprun \
            dies: it fails with Maprun.Quarantined, and redrives leave it alone until it is \
            released. Nothing is held against a released item any more.

            EXAMPLES:
              maprun quarantine last
              maprun quarantine last --json | jq .input
              maprun quarantine last --release 17 203
              maprun quarantine last --release --all && maprun redrive last
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @Argument(help: ArgumentHelp("With --release: the items, by their indexes.", valueName: "item"))
    var items: [Int] = []

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "Let items run again with the next resume or redrive.")
    var release = false

    @Flag(name: .customLong("all"), help: "With --release: all that are set aside.")
    var takesAll = false

    @Flag(help: "One JSON object a line, with the item's input.")
    var json = false

    func validate() throws {
        if release, items.isEmpty != takesAll {
            throw ValidationError("say what to release: items by their indexes, or --all")
        }
        if !release, !items.isEmpty || takesAll {
            throw ValidationError("items and --all go with --release")
        }
    }

    func run() throws {
        let (directory, options) = try Run.recorded(
            root: runsFolder.path, id: runsFolder.find(name))
        let desk = QuarantineDesk(directory, durability: options.durability)
        if release { return try releaseItems(directory, desk) }
        let folders =
            try mapRun.label == nil
            ? directory.mapPaths() : [mapRun.folder(in: directory)].compactMap { $0 }
        let report = QuarantineReport(try folders.flatMap { try desk.entries(of: $0) })
        if json { return try report.values.forEach { try Console.print($0) } }
        try report.lines.forEach { try Console.print($0) }
        if report.lines.isEmpty { Console.note("no item is set aside") }
    }

    private func releaseItems(_ directory: RunDirectory, _ desk: QuarantineDesk) throws {
        guard let folder = try mapRun.folder(in: directory) else {
            throw UsageError("run '\(directory.id)' has no Map Run, so no item is set aside")
        }
        let there = try desk.entries(of: folder).filter { !$0.isReleased }.map(\.item)
        let unknown = items.filter { !there.contains($0) }
        guard unknown.isEmpty else {
            let list = unknown.map(String.init).joined(separator: ", ")
            throw UsageError(
                "not set aside: item \(list); list those that are with\n"
                    + runsFolder.command("quarantine", directory.id))
        }
        let chosen = takesAll ? there : items
        guard !chosen.isEmpty else { return Console.note("no item is set aside") }
        try desk.release(chosen, of: folder)
        let hasEnded = try ExecutionHistory.read(directory.journalPath).outcome != nil
        Console.note(
            "released \(Quantity.count(chosen.count, "item")), which the next process runs again:\n"
                + runsFolder.command(hasEnded ? "redrive" : "resume", directory.id))
    }
}
