/// Tells whose output the log of a warm instance is, and passes it on.
struct InstanceLog {
    private var held: [UInt8] = []
    /// The end of what the running invocation printed, for error messages.
    private(set) var tail: [UInt8] = []
    let writer: TaskLogWriter?

    /// More than this is passed on before the invocation that printed it is known for sure.
    private static let largestHeld = 1 << 16
    private static let largestTail = 2048
    private static let markByte: UInt8 = 0x1E
    private static let markSize = 38

    init(writer: TaskLogWriter?) { self.writer = writer }

    var tailText: String { String(decoding: tail, as: UTF8.self) }

    /// Takes bytes; `owner` finds the invocation of a mark, `running` is the one that works now.
    mutating func feed(
        _ bytes: UnsafeBufferPointer<UInt8>, running: Invocation?,
        owner: (_ mark: ArraySlice<UInt8>) -> Invocation?
    ) {
        held.append(contentsOf: bytes)
        tail.append(contentsOf: bytes.suffix(Self.largestTail))
        tail.removeFirst(max(0, tail.count - Self.largestTail))
        passOnMarked(owner)
        guard held.count > Self.largestHeld, let running else { return }
        passOn(held.count, of: running)
    }

    /// The invocation has ended, and all it printed is here.
    mutating func end(of invocation: Invocation) {
        passOn(held.count, of: invocation)
        tail.removeAll(keepingCapacity: true)
    }

    private mutating func passOnMarked(_ owner: (ArraySlice<UInt8>) -> Invocation?) {
        var search = 0
        while let start = held[search...].firstIndex(of: Self.markByte) {
            let end = start + Self.markSize
            guard end <= held.count else { return }
            let id = held[start + 1..<end - 1]
            guard held[end - 1] == Self.markByte, let invocation = owner(id) else {
                search = start + 1
                continue
            }
            held.removeSubrange(start..<end)
            passOn(start, of: invocation)
            tail = Array(held.suffix(Self.largestTail))
            search = 0
        }
    }

    private mutating func passOn(_ count: Int, of invocation: Invocation) {
        guard count > 0 else { return }
        held.withUnsafeBufferPointer {
            let printed = UnsafeBufferPointer(rebasing: $0[..<count])
            invocation.logTail?.append(printed)
            writer?(invocation.origin, printed)
        }
        held.removeFirst(count)
    }
}
