import Engine
import Journal
import Reporting

/// Says at the end of a run of selected items how to go on with the others.
enum SelectionNote {
    /// The note; `resume` is the command without its flag.
    static func text(_ resume: String) -> String { "continue with all items:\n\(resume) --all" }

    static func show(
        _ selection: Selection?, _ directory: RunDirectory?, _ runsFolder: RunsFolder
    ) throws {
        guard let selection, let directory,
            let report = try SelectionReport(directory, selection)
        else { return }
        for line in report.lines { Console.note(line) }
        guard directory.info["durability"]?.string != "off" else { return }
        Console.note(text(runsFolder.command("resume", directory.id)))
    }
}
