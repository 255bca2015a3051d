/// Texts that are written again and again, one after another in memory of their own, so that
/// whoever writes one counts no reference.
package final class TextPieces: @unchecked Sendable {
    // Proof: written in the initialiser only.
    private let memory: UnsafeMutableBufferPointer<UInt8>
    private let pieces: UnsafeMutableBufferPointer<UnsafeBufferPointer<UInt8>>

    /// Pieces with these texts.
    package init(_ texts: [String]) {
        let size = texts.reduce(0) { $0 + $1.utf8.count }
        memory = .allocate(capacity: size + ByteBuffer.padding)
        memory.initialize(repeating: 0)
        pieces = .allocate(capacity: texts.count)
        var start = 0
        for (index, text) in texts.enumerated() {
            let end = start + text.utf8.count
            let place = UnsafeMutableBufferPointer(rebasing: memory[start..<end])
            _ = place.update(fromContentsOf: text.utf8)
            pieces.initializeElement(at: index, to: UnsafeBufferPointer(place))
            start = end
        }
    }

    deinit {
        memory.deallocate()
        pieces.deallocate()
    }

    /// Appends one of them.
    @inline(__always)
    package func append(_ index: Int, to out: inout ByteBuffer) {
        out.append(padded: pieces[index])
    }
}
