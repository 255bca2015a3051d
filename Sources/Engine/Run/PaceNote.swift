import JSON
import Journal
import Scheduling

/// A change of a run's rate of calls, as its journal keeps it.
struct PaceNote: Sendable, Equatable {
    /// The kind of the notes.
    static let kind: Text = "pace"

    /// The rate from then on; nil for none.
    var rate: Rate?

    /// A change to this rate.
    init(rate: Rate?) { self.rate = rate }

    /// The last change that was noted; nil if there was none.
    init?(_ notes: [Note]) {
        guard let note = notes.last(where: { $0.kind == Self.kind }) else { return nil }
        rate = note.payload["rate"]?.string.flatMap(Rate.init(parsing:))
    }

    /// The note.
    var note: Note {
        Note(kind: Self.kind, payload: ["rate": rate.map { .string($0.text) } ?? .null])
    }
}

extension Run {
    /// How many calls of tasks may start in a time; nil for any number.
    public var rate: Rate? { gate.rate }

    /// How many calls wait for their turn.
    public var waitingCalls: Int { gate.waitingCount }

    /// Changes the rate at once; `written` is called when a resume would keep that.
    func change(to rate: Rate?, written: @escaping @Sendable () -> Void) {
        gate.rate = rate
        guard let store else { return written() }
        let note = PaceNote(rate: rate).note
        store.append(written: written) { $0.note(kind: note.kind, payload: note.payload) }
    }
}
