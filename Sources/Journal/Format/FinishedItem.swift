import JSON

/// The outcome of one item, as it is handed to a journal.
public struct FinishedItem: Sendable {
    /// The item's position in its source, from 0.
    public var item: Int
    /// The hash of the item's content: with the position, the item's identity.
    public var contentHash: UInt64
    /// How it ended.
    public var status: ItemStatus
    /// When it started, in milliseconds since 1970.
    public var startTime: Int
    /// When it ended, in milliseconds since 1970.
    public var stopTime: Int
    /// How many times its last task was tried.
    public var attempts: Int
    /// How many items of the source it stands for: more than 1 for a batch.
    public var itemCount: Int
    /// The child execution's name, if it is not derived from the index.
    public var name: Text?
    /// The child execution's input, if results need it.
    public var input: Value?
    /// The output of one that succeeded.
    public var output: Value?
    /// The same as JSON text, in place of `output`; valid while the outcome is put into a batch.
    package var outputText: OutputText?
    /// The error of one that did not.
    public var error: Text?
    /// The error's cause.
    public var cause: Text?
    /// The state that failed.
    public var state: Text?
    /// The item as it was read, or an array of those of a batch, where the input is another and
    /// the item failed.
    public var source: Value?
    /// What the item is known by besides its content; kept in a record of its own.
    public var key: Text?

    /// The outcome of an item that succeeded.
    public static func succeeded(
        _ item: Int, contentHash: UInt64 = 0, started: Int, stopped: Int, name: Text? = nil,
        key: Text? = nil, input: Value? = nil, output: Value, itemCount: Int = 1
    ) -> FinishedItem {
        FinishedItem(
            item: item, contentHash: contentHash, status: .succeeded, startTime: started,
            stopTime: stopped, attempts: 1, itemCount: itemCount, name: name, input: input,
            output: output, key: key)
    }

    /// The outcome of an item that did not succeed.
    public static func failed(
        _ item: Int, contentHash: UInt64 = 0, status: ItemStatus = .failed, started: Int,
        stopped: Int, name: Text? = nil, input: Value? = nil, error: Text?, cause: Text?,
        state: Text? = nil, attempts: Int = 1, itemCount: Int = 1
    ) -> FinishedItem {
        FinishedItem(
            item: item, contentHash: contentHash, status: status, startTime: started,
            stopTime: stopped, attempts: attempts, itemCount: itemCount, name: name, input: input,
            error: error, cause: cause, state: state)
    }
}
