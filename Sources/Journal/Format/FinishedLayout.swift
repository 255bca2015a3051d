import JSON

/// The layout of a `finished` record: 72 fixed bytes, then the parts whose lengths they hold.
///
///     0 item   8 content hash   16 start ms   24 stop ms   (UInt64 each)
///    32 attempts   36 items (UInt32 each)   40 status (UInt8)   41 three zero bytes
///    44 lengths of name, input, output, error, cause, state, source (UInt32 each; 0xFFFFFFFF: none)
enum FinishedLayout {
    static let lengthsOffset = 44
    static let fixedSize = 72
    static let none = UInt32.max

    static func write(_ outcome: borrowing FinishedItem, to buffer: inout ByteBuffer) {
        let start = buffer.count
        withUnsafeTemporaryAllocation(byteCount: fixedSize, alignment: 8) { fixed in
            fixed.store(UInt64(outcome.item), at: 0)
            fixed.store(outcome.contentHash, at: 8)
            fixed.store(UInt64(outcome.startTime), at: 16)
            fixed.store(UInt64(outcome.stopTime), at: 24)
            fixed.store(UInt32(outcome.attempts), at: 32)
            fixed.store(UInt32(outcome.itemCount), at: 36)
            fixed.store(UInt32(outcome.status.rawValue), at: 40)
            for offset in stride(from: lengthsOffset, to: fixedSize, by: 4) {
                fixed.store(none, at: offset)
            }
            buffer.append(UnsafeBufferPointer(fixed.assumingMemoryBound(to: UInt8.self)))
        }
        append(outcome.name, part: 0, to: &buffer, start)
        append(outcome.input, part: 1, to: &buffer, start)
        if let text = outcome.outputText {
            append(text.buffer.bytes, part: 2, to: &buffer, start)
        } else {
            append(outcome.output, part: 2, to: &buffer, start)
        }
        append(outcome.error, part: 3, to: &buffer, start)
        append(outcome.cause, part: 4, to: &buffer, start)
        append(outcome.state, part: 5, to: &buffer, start)
        append(outcome.source, part: 6, to: &buffer, start)
    }

    private static func append(
        _ text: Text?, part: Int, to buffer: inout ByteBuffer, _ start: Int
    ) {
        guard let text else { return }
        text.withUTF8 { append($0, part: part, to: &buffer, start) }
    }

    private static func append(
        _ bytes: UnsafeBufferPointer<UInt8>, part: Int, to buffer: inout ByteBuffer, _ start: Int
    ) {
        buffer.append(bytes)
        setLength(bytes.count, of: part, in: &buffer, start)
    }

    private static func append(
        _ value: Value?, part: Int, to buffer: inout ByteBuffer, _ start: Int
    ) {
        guard let value else { return }
        let before = buffer.count
        value.write(to: &buffer)
        setLength(buffer.count - before, of: part, in: &buffer, start)
    }

    private static func setLength(
        _ length: Int, of part: Int, in buffer: inout ByteBuffer, _ start: Int
    ) {
        buffer.overwrite(from: start) {
            $0.storeBytes(
                of: UInt32(length).littleEndian, toByteOffset: lengthsOffset + 4 * part,
                as: UInt32.self)
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    fileprivate func store(_ value: some FixedWidthInteger, at offset: Int) {
        storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
    }
}
