import JSON

/// The output of an item as JSON text, where nobody looks into it before it is written down.
///
/// One is used for many items, one after another.
package final class OutputText: @unchecked Sendable {
    // Unchecked: only the worker that runs the items touches it.
    @exclusivity(unchecked) package var buffer = ByteBuffer(capacity: 1024)
    /// Whether the text is the output of the item that ran last.
    @exclusivity(unchecked) package var isComplete = false

    package init() {}
}
