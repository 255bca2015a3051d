import JSON

/// Several datasets one after another as one.
final class ConcatenatedReader: ItemReader, @unchecked Sendable {
    // Proof: one thread at a time uses it, as `ItemReader` demands.

    /// One dataset and what `Map.Item.Source` of its items is.
    struct Part {
        var reader: any ItemReader
        var source: String
    }

    private let openNext: () throws(RecordsError) -> Part?
    private let maxItems: Int
    private var part: Part?
    private var isFinished = false
    private var nextIndex = 0
    private var bytesOfClosed = 0
    private(set) var notes: [String] = []
    /// The columns of the first dataset, and where they are from.
    private var firstHeader: (names: [String], source: String)?
    private static let mostNotes = 100

    init(maxItems: Int, _ openNext: @escaping () throws(RecordsError) -> Part?) {
        self.maxItems = maxItems
        self.openNext = openNext
    }

    var progress: ReadingProgress {
        let current = part?.reader.progress.bytesRead ?? 0
        return ReadingProgress(bytesRead: bytesOfClosed + current, totalBytes: nil)
    }

    var csvHeader: [String]? { part?.reader.csvHeader }

    func nextBlock() throws(RecordsError) -> ItemBlock? {
        while let part = try currentPart() {
            guard let block = try step({ () throws(RecordsError) in try part.reader.nextBlock() })
            else {
                closePart()
                continue
            }
            let left = maxItems > 0 ? maxItems - nextIndex : block.count
            defer { nextIndex += min(left, block.count) }
            return ItemBlock(
                block, count: min(left, block.count), firstIndex: nextIndex,
                source: Text(part.source))
        }
        return nil
    }

    func skip(_ count: Int) throws(RecordsError) -> Int {
        let start = nextIndex
        let end = maxItems > 0 ? min(start + count, maxItems) : start + count
        while nextIndex < end, let part = try currentPart() {
            let wanted = end - nextIndex
            let skipped = try step { () throws(RecordsError) in try part.reader.skip(wanted) }
            nextIndex += skipped
            if skipped < wanted { closePart() }
        }
        return nextIndex - start
    }

    private func currentPart() throws(RecordsError) -> Part? {
        if isFinished || (maxItems > 0 && nextIndex >= maxItems) { return nil }
        if part == nil { part = try step(openNext) }
        if part == nil { isFinished = true }
        return part
    }

    /// Ends the whole dataset when a part of it fails.
    private func step<R>(_ body: () throws(RecordsError) -> R) throws(RecordsError) -> R {
        do {
            return try body()
        } catch {
            isFinished = true
            throw error
        }
    }

    private func closePart() {
        guard let part else { return }
        bytesOfClosed += part.reader.progress.bytesRead
        if notes.count < Self.mostNotes {
            notes += part.reader.notes
            noteOtherColumns(of: part)
        }
        self.part = nil
    }

    private func noteOtherColumns(of part: Part) {
        guard let names = part.reader.csvHeader else { return }
        guard let first = firstHeader else { return firstHeader = (names, part.source) }
        guard Set(names) != Set(first.names) else { return }
        notes.append(
            "\(part.source) has the columns \(Self.list(names)), not \(Self.list(first.names)) as "
                + first.source)
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
        return names.count > 10 ? shown + ", …" : shown
    }
}
