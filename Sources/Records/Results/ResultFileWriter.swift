import Glibc
import JSON

/// Writes the records of one category, in order, to `SUCCEEDED_0.json` and so on.
///
/// Where there are complete files from before, new ones are written under another name, and take
/// their places when all of them are complete.
///
/// After a crash a writer made with a `position` that was saved goes on from there: what was
/// written behind it is cut off, so that the files become the same bytes as without the crash.
public struct ResultFileWriter: ~Copyable {
    private let directory: String
    private let category: ResultCategory
    private var formatter: ResultFormatter
    private var file: AppendFile?
    private var current: ResultPosition
    private var element = ByteBuffer(capacity: 1024)

    /// A writer of files in `directory`, which must exist. Nothing is made before the first record.
    public init(
        directory: String, category: ResultCategory, configuration: WriterConfiguration,
        position: ResultPosition = ResultPosition()
    ) throws(RecordsError) {
        self.directory = directory
        self.category = category
        formatter = ResultFormatter(configuration)
        current = position
        if position.bytes > 0 { try openFile() }
        try removeFiles(
            from: position.closedSizes.count + (position.bytes > 0 ? 1 : 0),
            areDrafts: position.drafts != nil)
    }

    /// How far everything given to the writer so far reaches; save it after `flush`.
    public var position: ResultPosition { current }

    /// Appends one record.
    public mutating func append(_ record: ChildRecord) throws(RecordsError) {
        element.removeAll()
        let count = formatter.append(record, isFirst: current.elements == 0, to: &element)
        if count == 0 { return }
        if try startsNextFile() {
            element.removeAll()
            _ = formatter.append(record, isFirst: true, to: &element)
        }
        try writeElement(count)
    }

    /// Appends the output of a child that succeeded, as JSON text, where results are compact: what
    /// its record would come to, without making one.
    public mutating func append(
        output: UnsafeBufferPointer<UInt8>
    ) throws(RecordsError) {
        element.removeAll()
        formatter.append(output: output, isFirst: current.elements == 0, to: &element)
        if try startsNextFile() {
            element.removeAll()
            formatter.append(output: output, isFirst: true, to: &element)
        }
        try writeElement(1)
    }

    /// Closes the file if the element would make it too large.
    private mutating func startsNextFile() throws(RecordsError) -> Bool {
        guard current.elements > 0,
            current.bytes + element.count + 1 > formatter.configuration.maximumFileBytes
        else { return false }
        try closeFile()
        return true
    }

    private mutating func writeElement(_ count: Int) throws(RecordsError) {
        if current.bytes == 0 { try openFile() }
        try write(element.bytes)
        current.elements += count
    }

    /// Hands everything to the system, or to the disk.
    public mutating func flush(toDisk: Bool = false) throws(RecordsError) {
        if toDisk { try file?.synchronize() } else { try file?.flush() }
    }

    /// Completes the files, flushes them to the disk and gives back their sizes.
    public mutating func finish() throws(RecordsError) -> [ResultFile] {
        if current.bytes > 0 { try closeFile() }
        if let first = current.drafts {
            for number in first..<max(first, current.closedSizes.count) {
                let path = path(number)
                guard rename(path, directory + "/" + fileName(number)) == 0 else {
                    throw .writing(errno, path)
                }
            }
            current.drafts = nil
            try removeFiles(from: current.closedSizes.count, areDrafts: false)
        }
        return current.closedSizes.enumerated().map { number, size in
            ResultFile(name: fileName(number), size: size)
        }
    }

    private func fileName(_ number: Int) -> String { "\(category.rawValue)_\(number).json" }

    private mutating func openFile() throws(RecordsError) {
        file = try AppendFile(
            path: path(current.closedSizes.count), position: current.bytes)
        guard current.bytes == 0 else { return }
        var start = ByteBuffer()
        formatter.open(&start)
        try write(start.bytes)
    }

    private mutating func closeFile() throws(RecordsError) {
        var end = ByteBuffer()
        formatter.close(&end)
        try write(end.bytes)
        try file?.synchronize()
        file = nil
        current.closedSizes.append(current.bytes)
        current.bytes = 0
        current.elements = 0
    }

    private mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(RecordsError) {
        try file?.append(bytes)
        current.bytes += bytes.count
    }

    /// Where the file of this number is written.
    private func path(_ number: Int) -> String {
        let isDraft = current.drafts.map { number >= $0 } ?? false
        return directory + "/" + fileName(number) + (isDraft ? Self.draftEnding : "")
    }

    static let draftEnding = ".new"

    /// Removes files that were begun behind the position, before the crash, or are no longer needed.
    private func removeFiles(from first: Int, areDrafts: Bool) throws(RecordsError) {
        var number = first
        let ending = areDrafts ? Self.draftEnding : ""
        while unlink(directory + "/" + fileName(number) + ending) == 0 { number += 1 }
        guard errno == ENOENT else { throw .writing(errno, directory + "/" + fileName(number)) }
    }
}

/// One file that has been written.
public struct ResultFile: Sendable, Equatable {
    /// Its name within the directory of the Map Run's results.
    public var name: String
    /// Its bytes.
    public var size: Int

    /// A file.
    public init(name: String, size: Int) {
        self.name = name
        self.size = size
    }
}
