/// Cuts a stream of bytes into frames; keeps the beginning of an incomplete one.
struct FrameReader {
    /// The beginning of a frame that waits for the rest.
    private(set) var kept: [UInt8] = []
    /// How many of the kept bytes are known not to end the frame.
    private var searched = 0

    /// Length of the frame that `bytes` start with, or nil while its end is not among them. The
    /// second argument is how many bytes an earlier call has seen.
    typealias Measure = (_ bytes: UnsafeBufferPointer<UInt8>, _ searched: Int) -> Int?

    /// Calls `body` with each whole frame.
    mutating func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, measure: Measure,
        body: (UnsafeBufferPointer<UInt8>) -> Void
    ) {
        guard kept.isEmpty else {
            kept.append(contentsOf: bytes)
            let consumed = kept.withUnsafeBufferPointer {
                Self.consume($0, searched: searched, measure: measure, body: body)
            }
            kept.removeFirst(consumed)
            searched = kept.count
            return
        }
        let consumed = Self.consume(bytes, searched: 0, measure: measure, body: body)
        kept.append(contentsOf: bytes[consumed...])
        searched = kept.count
    }

    private static func consume(
        _ bytes: UnsafeBufferPointer<UInt8>, searched: Int, measure: Measure,
        body: (UnsafeBufferPointer<UInt8>) -> Void
    ) -> Int {
        var position = 0
        var searched = searched
        while position < bytes.count {
            let rest = UnsafeBufferPointer(rebasing: bytes[position...])
            guard let length = measure(rest, searched), length <= rest.count else { break }
            body(UnsafeBufferPointer(rebasing: rest[..<length]))
            position += length
            searched = 0
        }
        return position
    }
}
