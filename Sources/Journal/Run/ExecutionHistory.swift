import JSON

/// What a parent execution's journal says, read without changing anything.
public struct ExecutionHistory: Sendable {
    /// What an execution continues from, oldest first.
    public var events: [Event] = []
    /// What was noted, in order.
    public var notes: [Note] = []
    /// How the execution ended, if it has.
    public var outcome: FinishedItem?
    /// How the journal ends.
    public var tail = JournalReader.Tail.clean

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
                case .note: if let note = record.note { history.notes.append(note) }
                case .finished: history.outcome = try record.finished?.copied()
                case .reopened: history.outcome = nil
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
    /// The kind of the note that a run goes on with all items, not only with selected ones.
    public static let wholeKind: Text = "whole"

    /// Whether a selection that the run was started with holds no longer.
    public var isWhole: Bool { notes.isWhole }
}

extension [Note] {
    /// Whether one of them lets a selection go.
    public var isWhole: Bool { contains { $0.kind == ExecutionHistory.wholeKind } }
}
