/// What a record says. The numbers are part of the format on disk and never change their meaning.
public enum RecordType: UInt8, Sendable, CaseIterable {
    /// A child execution that will suspend has been started.
    case started = 1
    /// Something a suspended execution needs to continue: the outcome of one Task, a Wait's end.
    case event = 2
    /// An item, or in a parent's journal the execution, has come to its outcome.
    case finished = 3
    /// The reader came to the end of its items.
    case sealed = 4
    /// Something the parent wants to remember.
    case note = 5
    /// A finished item counts as unfinished again: a redrive runs it once more.
    case reopened = 6
    /// Everything before a position had been announced when this was written.
    case announced = 7
    /// The state of a checkpoint file.
    case checkpoint = 8
    /// What an item is known by, before its outcome or after its start.
    case identified = 9
}
