import Engine
import JSON
import StatesLanguage

/// The frames that `Resources/bootstrap.py` describes.
final class PythonWire: Wire {
    let layout: ChannelLayout
    let depth: DepthPolicy
    private var reader = FrameReader()

    private static let headerSize = 5
    private enum Kind {
        static let error: UInt8 = 1
        static let finalError: UInt8 = 2
        static let logged: UInt8 = 4
        static let ready: UInt8 = 8
    }

    init(script: Int32, depth: Int? = nil) {
        layout = .dedicated(script: script)
        self.depth = depth.map(DepthPolicy.fixed) ?? .adaptive(limit: 256)
    }

    func encode(_ invocation: Invocation, to out: inout ByteBuffer) {
        out.append(littleEndian: invocation.function)
        out.append(littleEndian: UInt32(truncatingIfNeeded: invocation.payload.count))
        out.append(littleEndian: UInt32(truncatingIfNeeded: invocation.context.count))
        invocation.requestId.write(to: &out)
        invocation.idempotencyKey.write(to: &out)
        invocation.context.withUnsafeBufferPointer { out.append($0) }
        out.append(invocation.payload)
    }

    func decode(
        _ bytes: UnsafeBufferPointer<UInt8>, logTail: () -> String, _ event: (WireEvent) -> Void
    ) {
        reader.feed(
            bytes,
            measure: { bytes, _ in
                guard bytes.count >= Self.headerSize else { return nil }
                let count = UnsafeRawPointer(bytes.baseAddress)?
                    .loadUnaligned(fromByteOffset: 1, as: UInt32.self)
                return count.map { Self.headerSize + Int(UInt32(littleEndian: $0)) }
            },
            body: { frame in
                let payload = UnsafeBufferPointer(rebasing: frame[Self.headerSize...])
                event(Self.event(kind: frame[0], payload))
            })
    }

    private static func event(
        kind: UInt8, _ payload: UnsafeBufferPointer<UInt8>
    ) -> WireEvent {
        if kind & Kind.ready != 0 { return .ready }
        let failed = kind & (Kind.error | Kind.finalError) != 0
        return .answer(
            Answer(
                outcome: failed
                    ? .failure(.function(payload: payload)) : .function(payload: payload),
                isLogged: kind & Kind.logged != 0,
                isFinal: kind & Kind.finalError != 0))
    }
}

extension TaskOutcome {
    /// What a function's answer is to Step Functions: JSON, or else the text as it is.
    static func function(payload: UnsafeBufferPointer<UInt8>) -> TaskOutcome {
        let document = Document(copying: payload)
        return .deferred {
            (try? .parse(document)) ?? .string(Text(utf8: document.bytes))
        }
    }
}
