import Foundation
import Journal
import Synchronization

/// A file system in memory that can fail on demand, die at a chosen step, and lose what was not
/// flushed when the power goes.
final class MemoryFiles: FileSystem {
    enum Operation: Sendable { case open, write, read, flush, truncate, rename, link, remove }

    /// One file: its contents now, those that are safe, and the writes in between.
    final class Inode: @unchecked Sendable {
        // Proof: reached only through `state`, whose lock is held.
        enum Change {
            case write(offset: Int, bytes: [UInt8])
            case truncate(Int)
        }
        var data: [UInt8] = []
        var durable: [UInt8] = []
        var pending: [Change] = []
        /// Bytes that nobody is said to read again; nil if some were not on disk then.
        var released: IndexSet? = IndexSet()

        func apply(_ change: Change) {
            data = Self.applied(change, to: data)
            pending.append(change)
        }

        static func applied(_ change: Change, to data: [UInt8]) -> [UInt8] {
            var data = data
            switch change {
            case .truncate(let length):
                if length < data.count { data.removeLast(data.count - length) }
                while data.count < length { data.append(0) }
            case .write(let offset, let bytes):
                while data.count < offset + bytes.count { data.append(0) }
                data.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            }
            return data
        }
    }

    struct State {
        var names: [String: Inode] = [:]
        var durableNames: [String: Inode] = [:]
        /// Changes of names that no directory flush has made safe, in order.
        var pendingNames: [[String: Inode]] = []
        var directories: Set<String> = ["/"]
        var open: [Int32: Inode] = [:]
        var nextFile: Int32 = 3
        var steps = 0
        var diesAt = Int.max
        var random = SeededRandom(0)
        var takesPartOfWrites = false
        var fault: (@Sendable (Operation, String) -> Int32?)?
    }

    let state: Mutex<State>

    init() { state = Mutex(State()) }

    private init(_ state: sending State) { self.state = Mutex(state) }

    /// How many steps were made so far.
    var steps: Int { state.withLock { $0.steps } }

    /// Makes the process die in the middle of step number `step`.
    func die(at step: Int, seed: UInt64) {
        state.withLock { state in
            state.diesAt = step
            state.random = SeededRandom(seed)
            state.takesPartOfWrites = seed % 2 == 0
        }
    }

    /// Makes calls fail with the error number that `fault` gives.
    func inject(_ fault: (@Sendable (Operation, String) -> Int32?)?) {
        state.withLock { $0.fault = fault }
    }

    /// Changes a byte of a file, as a failing disk does.
    func damage(_ path: String, at offset: Int) {
        state.withLock { state in state.names[path]?.data[offset] ^= 0x55 }
    }

    func data(_ path: String) -> [UInt8]? { state.withLock { $0.names[path]?.data } }

    func released(_ path: String) -> IndexSet? { state.withLock { $0.names[path]?.released } }

    func text(_ path: String) -> String? { data(path).map { String(decoding: $0, as: UTF8.self) } }

    /// What another process finds after this one died and, maybe, the power went too. This
    /// object must not be used any more.
    func afterCrash(losingPower: Bool, seed: UInt64) -> MemoryFiles {
        state.withLock { old in
            var random = SeededRandom(seed)
            var new = State()
            new.directories = old.directories
            guard losingPower else {
                new.names = old.names
                new.durableNames = old.durableNames
                new.pendingNames = old.pendingNames
                return MemoryFiles(new)
            }
            var copies: [ObjectIdentifier: Inode] = [:]
            let kept = random.below(old.pendingNames.count + 1)
            let survivors = kept == 0 ? old.durableNames : old.pendingNames[kept - 1]
            for (name, inode) in survivors.sorted(by: { $0.key < $1.key }) {
                let copy = copies[ObjectIdentifier(inode)] ?? Inode()
                copies[ObjectIdentifier(inode)] = copy
                copy.data = Self.remains(of: inode, &random)
                copy.durable = copy.data
                new.names[name] = copy
            }
            new.durableNames = new.names
            return MemoryFiles(new)
        }
    }

    /// The flushed contents with any of the later blocks, as a disk cache may have written them.
    private static func remains(of inode: Inode, _ random: inout SeededRandom) -> [UInt8] {
        var data = inode.durable
        let keepsAll = random.below(3) == 0
        for change in inode.pending {
            guard case .write(let offset, let bytes) = change else {
                if random.below(2) == 0 { data = Inode.applied(change, to: data) }
                continue
            }
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + 64)
                if keepsAll || random.below(4) > 0 {
                    let part = Inode.Change.write(
                        offset: offset + start, bytes: Array(bytes[start..<end]))
                    data = Inode.applied(part, to: data)
                }
                start = end
            }
        }
        return data
    }
}

extension MemoryFiles {
    private func step<R>(
        _ operation: Operation, _ path: String, _ body: (inout State) throws(SystemFault) -> R
    ) throws(SystemFault) -> R {
        let result: Result<R, SystemFault> = state.withLock { state in
            state.steps += 1
            if state.steps >= state.diesAt { return .failure(SystemFault(EIO)) }
            if let number = state.fault?(operation, path) { return .failure(SystemFault(number)) }
            do throws(SystemFault) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    func open(_ path: String, _ mode: OpenMode) throws(SystemFault) -> Int32 {
        try step(.open, path) { state throws(SystemFault) in
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            guard state.directories.contains(parent) else { throw SystemFault(ENOENT) }
            if mode == .read, state.names[path] == nil { throw SystemFault(ENOENT) }
            let inode = state.names[path] ?? Inode()
            if mode == .create, !inode.data.isEmpty { inode.apply(.truncate(0)) }
            if state.names[path] == nil { Self.rename(&state) { $0[path] = inode } }
            state.nextFile += 1
            state.open[state.nextFile] = inode
            return state.nextFile
        }
    }

    private static func rename(_ state: inout State, _ change: (inout [String: Inode]) -> Void) {
        change(&state.names)
        state.pendingNames.append(state.names)
    }

    func close(_ file: Int32) { state.withLock { $0.open[file] = nil } }

    func write(
        _ file: Int32, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int {
        // The step the process dies in may still have written a part.
        state.withLock { state in
            guard state.steps + 1 == state.diesAt, let inode = state.open[file] else { return }
            let part = state.random.below(bytes.count + 1)
            inode.apply(.write(offset: offset, bytes: Array(bytes[..<part])))
        }
        return try step(.write, "") { state throws(SystemFault) in
            guard let inode = state.open[file] else { throw SystemFault(EBADF) }
            let whole = !state.takesPartOfWrites || bytes.count < 2
            let count = whole ? bytes.count : 1 + state.random.below(bytes.count)
            inode.apply(.write(offset: offset, bytes: Array(bytes[..<count])))
            return count
        }
    }

    func read(
        _ file: Int32, into buffer: UnsafeMutableRawBufferPointer, at offset: Int
    ) throws(SystemFault) -> Int {
        try step(.read, "") { state throws(SystemFault) in
            guard let inode = state.open[file] else { throw SystemFault(EBADF) }
            let count = max(0, min(buffer.count, inode.data.count - offset))
            if count > 0 { buffer.copyBytes(from: inode.data[offset..<offset + count]) }
            return count
        }
    }

    func synchronize(_ file: Int32) throws(SystemFault) {
        try step(.flush, "") { state throws(SystemFault) in
            guard let inode = state.open[file] else { throw SystemFault(EBADF) }
            inode.durable = inode.data
            inode.pending = []
        }
    }

    func release(_ file: Int32, _ bytes: Range<Int>) {
        state.withLock { state in
            guard let inode = state.open[file] else { return }
            if inode.pending.isEmpty, bytes.upperBound <= inode.durable.count {
                inode.released?.insert(integersIn: bytes)
            } else {
                inode.released = nil
            }
        }
    }

    func synchronizeDirectory(_ path: String) throws(SystemFault) {
        try step(.flush, path) { state throws(SystemFault) in
            state.durableNames = state.names
            state.pendingNames = []
        }
    }

    func truncate(_ file: Int32, to length: Int) throws(SystemFault) {
        try step(.truncate, "") { state throws(SystemFault) in
            state.open[file]?.apply(.truncate(length))
        }
    }

    func size(_ file: Int32) throws(SystemFault) -> Int {
        try step(.read, "") { state throws(SystemFault) in state.open[file]?.data.count ?? 0 }
    }

    func rename(_ source: String, to target: String) throws(SystemFault) {
        try step(.rename, target) { state throws(SystemFault) in
            guard let inode = state.names[source] else { throw SystemFault(ENOENT) }
            Self.rename(&state) {
                $0[source] = nil
                $0[target] = inode
            }
        }
    }

    func link(_ source: String, to target: String) throws(SystemFault) {
        try step(.link, target) { state throws(SystemFault) in
            guard state.names[target] == nil else { throw SystemFault(EEXIST) }
            guard let inode = state.names[source] else { throw SystemFault(ENOENT) }
            Self.rename(&state) { $0[target] = inode }
        }
    }

    func remove(_ path: String) throws(SystemFault) {
        try step(.remove, path) { state throws(SystemFault) in
            guard state.directories.remove(path) == nil else { return }
            guard state.names[path] != nil else { throw SystemFault(ENOENT) }
            Self.rename(&state) { $0[path] = nil }
        }
    }

    func makeDirectory(_ path: String) throws(SystemFault) {
        try step(.open, path) { state throws(SystemFault) in
            let parent = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
            guard parent.isEmpty || state.directories.contains(parent) else {
                throw SystemFault(ENOENT)
            }
            guard state.directories.insert(path).inserted else { throw SystemFault(EEXIST) }
        }
    }

    func entries(of directory: String) throws(SystemFault) -> [String] {
        try step(.read, directory) { state throws(SystemFault) in
            guard state.directories.contains(directory) else { throw SystemFault(ENOENT) }
            let prefix = directory + "/"
            let paths = Array(state.names.keys) + Array(state.directories)
            let inside = paths.filter { $0.hasPrefix(prefix) }
            return inside.map { String($0.dropFirst(prefix.count)) }.filter { !$0.contains("/") }
        }
    }
}

/// A small generator that gives the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
}
