import Engine
import Glibc
import JSON
import StatesLanguage

/// One JSON document a line in, one a line out, in the same order.
final class LineWire: Wire {
    let layout = ChannelLayout.standardStreams
    let depth: DepthPolicy
    let announcesReady = false
    private let faults: CommandFaults
    private let hasEnvelope: Bool
    private var reader = FrameReader()

    /// With an envelope each line is `{"idempotencyKey": …, "input": …}`.
    init(depth: Int, faults: CommandFaults, hasEnvelope: Bool = false) {
        self.hasEnvelope = hasEnvelope
        self.depth = .fixed(depth)
        self.faults = faults
    }

    var unendedLine: [UInt8]? { reader.kept }

    func encode(_ invocation: Invocation, to out: inout ByteBuffer) {
        if hasEnvelope {
            out.append(utf8: #"{"idempotencyKey":""#)
            invocation.idempotencyKey.write(to: &out)
            out.append(utf8: #"","input":"#)
        }
        out.append(invocation.payload)
        if hasEnvelope { out.append(0x7D) }
        out.append(0x0A)
    }

    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, logTail: () -> String, _ event: (WireEvent) -> Void
    ) {
        reader.feed(bytes, measure: Self.lineLength) { line in
            event(.answer(Answer(outcome: TaskOutcome(result(of: line, logTail: logTail)))))
        }
        guard reader.kept.count > CommandOutput.largestDocument else { return }
        let reason = "printed a line of more than \(CommandOutput.largestDocument >> 20) MiB"
        event(.broken(faults.invalidOutput(reason, logTail: logTail())))
    }

    private func result(
        of line: UnsafeBufferPointer<UInt8>, logTail: () -> String
    ) -> Result<Value, StateFault> {
        let value = CommandOutput.value(line, faults: faults, logTail: logTail)
        if case .success(let value) = value, let fault = CommandOutput.reportedFault(in: value) {
            return .failure(fault)
        }
        return value
    }

    private static func lineLength(
        _ bytes: UnsafeBufferPointer<UInt8>, searched: Int
    ) -> Int? {
        guard let base = bytes.baseAddress else { return nil }
        let start = min(searched, bytes.count)
        guard let end = memchr(base + start, 0x0A, bytes.count - start) else { return nil }
        return UnsafeRawPointer(end) - UnsafeRawPointer(base) + 1
    }
}

extension ByteBuffer {
    fileprivate mutating func append(utf8 text: StaticString) {
        append(UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}
