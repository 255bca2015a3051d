import JSON
import Journal

/// Values that take the place of a Map Run's items: failed ones that were edited and fed back.
///
/// They lie in `edits.jsonl` of the Map Run's folder, by index, so that whoever resumes or redrives
/// the run later uses them too. Memory holds none of them: each is read when its item is.
final class ItemEdits: @unchecked Sendable {
    // Proof: nothing changes after the initialiser.

    /// What takes an item's place.
    enum Edit: Sendable, Equatable {
        /// Another item, which passes the ItemSelector.
        case item(Value)
        /// The child's input itself.
        case input(Value)
    }

    private struct Place: BitwiseCopyable {
        var index: Int
        var offset: Int
        var length: Int
    }

    static let fileName = "edits.jsonl"

    private let path: String
    private let file: Int32
    private let places: MappedArray<Place>

    /// The edits in a Map Run's folder; nil if there are none.
    static func read(_ folder: String) throws(RunError) -> ItemEdits? {
        try ItemEdits(file: "\(folder)/\(fileName)", scratch: folder)
    }

    /// The edits in a file; nil if there is none.
    init?(file path: String, scratch: String) throws(RunError) {
        let files = SystemFiles()
        do {
            file = try files.open(path, .read)
        } catch {
            if error.isMissing { return nil }
            throw RunError(.system, "cannot read '\(path)'", path: path)
        }
        self.path = path
        let places = try MappedArray<Place>(in: scratch, name: "edits")
        self.places = places
        var offset = 0
        try ResultReading.forEachLine(of: path) {
            (line: UnsafeBufferPointer<UInt8>) throws(RunError) in
            guard let index = Self.index(of: line) else {
                throw RunError(
                    .damaged, "'\(path)' has a line without an index; put a good copy back",
                    path: path, offset: offset)
            }
            try places.append(Place(index: index, offset: offset, length: line.count))
            offset += line.count + 1
        }
    }

    deinit { SystemFiles().close(file) }

    /// How many items are edited.
    var count: Int { places.count }

    /// The items that are edited, in order.
    func index(at number: Int) -> Int { places[number].index }

    /// Whether the item is edited.
    func contains(_ index: Int) -> Bool { place(of: index) != nil }

    /// What takes the item's place.
    func edit(of index: Int) throws(RunError) -> Edit? {
        guard let line = try value(of: index) else { return nil }
        if let item = line["item"] { return .item(item) }
        return line["input"].map(Edit.input)
    }

    /// The whole line of an item: index, and item or input.
    func value(of index: Int) throws(RunError) -> Value? {
        guard let place = place(of: index) else { return nil }
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: place.length, alignment: 8)
        defer { memory.deallocate() }
        var done = 0
        while done < place.length {
            let rest = UnsafeMutableRawBufferPointer(rebasing: memory[done...])
            let count = try? SystemFiles().read(file, into: rest, at: place.offset + done)
            guard let count, count > 0 else { break }
            done += count
        }
        let bytes = UnsafeRawBufferPointer(rebasing: memory[..<done])
        guard let line = try? Value.parse(bytes.assumingMemoryBound(to: UInt8.self)) else {
            throw RunError(
                .damaged, "'\(path)' has changed while it was read; put a good copy back",
                path: path, offset: place.offset)
        }
        return line
    }

    private func place(of index: Int) -> Place? {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low].index == index ? places[low] : nil
    }

    /// The number behind `{"index":`, with which every line begins.
    private static func index(of line: UnsafeBufferPointer<UInt8>) -> Int? {
        let start = Array(#"{"index":"#.utf8)
        guard line.starts(with: start) else { return nil }
        let digits = line.dropFirst(start.count).prefix { (0x30...0x39).contains($0) }
        return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self))
    }

    // MARK: - Writing

    /// Puts `new` edits in the place of those in a folder, and keeps the others.
    static func merge(_ new: ItemEdits, into folder: String, flushing: Bool) throws(RunError) {
        let old = try read(folder)
        let draft = try FileDraft("\(folder)/\(fileName)")
        var (left, right) = (0, 0)
        while left < old?.count ?? 0 || right < new.count {
            let before = left < old?.count ?? 0 ? old?.index(at: left) ?? .max : .max
            let after = right < new.count ? new.index(at: right) : .max
            if before < after {
                if let line = try old?.value(of: before) { try draft.append(line: line) }
            } else if let line = try new.value(of: after) {
                try draft.append(line: line)
            }
            left += before <= after ? 1 : 0
            right += after <= before ? 1 : 0
        }
        try draft.finish(flushing: flushing)
    }
}

extension FileDraft {
    /// Appends a value on a line of its own.
    func append(line: Value) throws(RunError) {
        var buffer = ByteBuffer()
        line.write(to: &buffer)
        buffer.append(0x0A)
        try append(buffer.bytes)
    }
}
