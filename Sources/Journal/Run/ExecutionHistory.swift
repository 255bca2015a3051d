import JSON

/// What a parent execution's journal says, read without changing anything.
public struct ExecutionHistory: Sendable {
    /// What an execution continues from, oldest first.
    public var events: [Event] = []
    /// What was noted, in order.
    public var notes: [Note] = []
    /// How the execution ended, if it has and nothing runs again.
    public var outcome: FinishedItem?
    /// How it ended, also where a redrive has been begun since.
    public var lastOutcome: FinishedItem?
    /// What a redrive is to do that has been begun, and whose beginning has not been completed.
    public var pendingRedrive: Value?
    /// How the journal ends.
    public var tail = JournalReader.Tail.clean
    /// Where redrives have begun, oldest first.
    var redrivings: [Redriving] = []
    /// The outcome that the last record has made void.
    private var voided: FinishedItem?

    /// Reads the journal in `directory`.
    public static func read(
        _ directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> ExecutionHistory {
        var history = ExecutionHistory()
        var reader = try JournalReader(directory: directory, files: files)
        while let record = try reader.next() {
            do {
                switch record.type {
                case .event:
                    if let event = try record.event?.copied() { history.events.append(event) }
                case .note: if let note = record.note { history.take(note) }
                case .finished:
                    history.outcome = try record.finished?.copied()
                    history.lastOutcome = history.outcome
                case .reopened:
                    history.voided = history.lastOutcome
                    history.outcome = nil
                    history.lastOutcome = nil
                case .started, .sealed, .announced, .checkpoint, .identified: break
                }
            } catch {
                throw JournalReader.damaged(
                    SegmentFile.path(directory, record.position.segment),
                    record.position.offset, "the record is not JSON: \(error)")
            }
        }
        history.tail = reader.tail
        return history
    }
}

extension ExecutionHistory {
    /// The kind of the note that a redrive begins with: what it is to do.
    public static let redriveKind: Text = "redrive"
    /// The kind of the note that everything a redrive runs again has been made void.
    public static let redrivenKind: Text = "redriven"
    /// The file of the workflow that a run begins with.
    public static let firstDefinition = "definition.json"

    private mutating func take(_ note: Note) {
        notes.append(note)
        if note.kind == Self.redriveKind {
            pendingRedrive = note.payload
            outcome = nil
        } else if note.kind == Self.redrivenKind {
            pendingRedrive = nil
            redrivings.append(
                Redriving(events: events.count, notes: notes.count, outcome: voided))
        }
        voided = nil
    }

    /// The files of the workflows that the run has had, oldest first, and since when, in
    /// milliseconds since 1970.
    public var definitions: [(file: String, since: Int)] { notes.definitions }

    /// The file of the workflow that runs.
    public var definitionFile: String { definitions.last?.file ?? Self.firstDefinition }

    /// The kind of the note that a run goes on with all items, not only with selected ones.
    public static let wholeKind: Text = "whole"

    /// Whether a selection that the run was started with holds no longer.
    public var isWhole: Bool { notes.isWhole }
}

extension [Note] {
    /// The files of the workflows that a run with these notes has had, oldest first, and since when.
    public var definitions: [(file: String, since: Int)] {
        var found = [(file: ExecutionHistory.firstDefinition, since: 0)]
        for note in self where note.kind == ExecutionHistory.redriveKind {
            guard let file = note.payload["definition"]?["file"]?.string else { continue }
            found.append((file, note.payload["time"]?.number?.int ?? 0))
        }
        return found
    }

    /// Whether one of them lets a selection go.
    public var isWhole: Bool { contains { $0.kind == ExecutionHistory.wholeKind } }
}
