import JSON
import Journal
import Records
import StatesLanguage

/// Items of a Map Run that failed, were edited outside and are to run again: rows of
/// `maprun failures --to-csv`, or lines of `maprun failures --json`.
///
/// They are checked as they are read, and lie in files without names until a redrive keeps them.
public final class FedBackItems: @unchecked Sendable {
    // Proof: nothing changes once `read` has returned it.

    struct Place: BitwiseCopyable {
        var index: Int
        var line: Int
        var offset: Int
        var length: Int
    }

    /// The name of the Map Run's folder.
    public let map: String
    let places: MappedArray<Place>
    private let text: MappedArray<UInt8>

    init(map: String, scratch: String) throws(RunError) {
        self.map = map
        places = try MappedArray(in: scratch, name: "fed")
        text = try MappedArray(in: scratch, name: "fed-text")
    }

    /// How many there are.
    public var count: Int { places.count }

    /// How many of them were aborted, and would run again in any case.
    var abortedCount = 0

    /// Reads a file of edited items of the Map Run in `folder`, of a run of this machine; throws
    /// all that is wrong with it.
    public static func read(
        _ file: String, of recorded: (directory: RunDirectory, options: RunOptions),
        machine: StateMachine, map path: String,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) -> FedBackItems {
        let history = try ExecutionHistory.read(recorded.directory.journalPath)
        let ground = RedriveGround(
            recorded.directory, recorded.options, history, folder: folder)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard let info = try MapFolder.info(at: path), ground.isOwn(info),
            let request = try ground.requests(machine).first(where: { $0.isOf(info) })
        else {
            throw RunError(
                .notSelectable,
                "Map Run '\(name)' belongs to an item of another; feed that item back", path: path)
        }
        var reading = try FedBackReading(
            file, request,
            folder: MapFolder(path: path, name: name, info: info, isNew: false))
        return try reading.read()
    }

    /// Adds a line that `edits.jsonl` is to have.
    func append(_ edit: Value, index: Int, line: Int) throws(RunError) {
        var buffer = ByteBuffer()
        edit.write(to: &buffer)
        buffer.append(0x0A)
        try places.append(
            Place(index: index, line: line, offset: text.count, length: buffer.count))
        try text.append(contentsOf: buffer.bytes)
    }

    /// Puts them in the order of their items.
    func sort() {
        var elements = places.elements
        elements.sort { ($0.index, $0.line) < ($1.index, $1.line) }
    }

    /// Whether the item, after sorting, is one of them.
    func contains(_ index: Int) -> Bool {
        var (low, high) = (0, places.count)
        while low < high {
            let middle = (low + high) / 2
            if places[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low < places.count && places[low].index == index
    }

    /// Keeps them in a file, in the form of `edits.jsonl`.
    func write(to path: String, flushing: Bool) throws(RunError) {
        let draft = try FileDraft(path)
        for number in 0..<places.count {
            let place = places[number]
            try draft.append(
                UnsafeBufferPointer(
                    rebasing: UnsafeBufferPointer(text.elements)[
                        place.offset..<place.offset + place.length]))
        }
        try draft.finish(flushing: flushing)
    }
}
