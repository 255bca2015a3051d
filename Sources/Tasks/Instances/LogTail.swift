/// The end of what one invocation prints, for callers that ask for it.
final class LogTail: @unchecked Sendable {
    // Proof: made by the caller, then used on the event loop's thread until the outcome is told.
    private(set) var bytes: [UInt8] = []

    /// As much as Lambda gives.
    private static let largest = 4096

    func append(_ printed: UnsafeBufferPointer<UInt8>) {
        bytes.append(contentsOf: printed.suffix(Self.largest))
        bytes.removeFirst(max(0, bytes.count - Self.largest))
    }
}
