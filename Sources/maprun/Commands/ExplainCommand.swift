import ArgumentParser
import Engine
import Reporting

/// Says why an item ran, was kept, or will run again.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says why an item ran, was kept, or will run again.",
        discussion: """
            The item is named by its index, or by its key in a run with --key. Its ends, redrives \
            and changes of the input are told from the run's journals; where the input is another \
            by now, it is read to see what becomes of the item. Nothing is changed.

            EXAMPLES:
              maprun explain last 4711
              maprun explain last order-17
              maprun explain last 4711 --by-key --json | jq -r .reason
            """)

    @Argument(help: ArgumentHelp("The run: the beginning of its id, or last.", valueName: "run"))
    var name: String

    @Argument(help: "The item's index, from 0, or its key.")
    var item: String

    @OptionGroup var runsFolder: RunsFolder
    @OptionGroup var mapRun: MapRunOption

    @Flag(help: "Take a number for a key.")
    var byKey = false

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let continuation = try Continuation(name, in: runsFolder)
        let directory = continuation.directory
        guard let folder = try mapRun.folder(in: directory) else {
            throw UsageError("run '\(directory.id)' has no items to explain")
        }
        let reading = try continuation.stories(of: folder)
        guard let index = try index(reading), let story = try reading.story(of: index) else {
            throw UsageError(
                "there is no item \(Int(item) == nil || byKey ? "with key '\(item)'" : item) in "
                    + "Map Run '\(FilePath.name(folder))'; name it by its index or, in a run with "
                    + "--key, by its key")
        }
        if json { return try Console.print(story.value) }
        for line in story.lines { try Console.print(line) }
    }

    private func index(_ reading: ItemStoryReading) throws -> Int? {
        if !byKey, let index = Int(item), index >= 0 { return index }
        return try reading.index(ofKey: item)
    }
}
