import JSON
import Journal

/// Values that take the place of a Map Run's items: failed ones that were edited and fed back.
///
/// They lie in `edits.jsonl` of the Map Run's folder, so that whoever resumes or redrives the run
/// later uses them too.
struct ItemEdits: Sendable {
    /// What takes an item's place.
    enum Edit: Sendable {
        /// Another item, which passes the ItemSelector.
        case item(Value)
        /// The child's input itself.
        case input(Value)
    }

    static let fileName = "edits.jsonl"

    private(set) var edits: [Int: Edit] = [:]

    /// No edits.
    init() {}

    subscript(index: Int) -> Edit? {
        get { edits[index] }
        set { edits[index] = newValue }
    }

    var isEmpty: Bool { edits.isEmpty }

    /// The edits in a Map Run's folder; nil if there are none.
    static func read(_ folder: String) throws(RunError) -> ItemEdits? {
        var found = ItemEdits()
        try ResultReading.forEachLine(of: folder + "/" + fileName) {
            (line: Value) throws(RunError) in
            guard let index = line["index"]?.number?.int else { return }
            if let item = line["item"] {
                found[index] = .item(item)
            } else if let input = line["input"] {
                found[index] = .input(input)
            }
        }
        return found.isEmpty ? nil : found
    }

    /// Replaces the edits in a folder.
    func write(to folder: String, flushing: Bool) throws(RunError) {
        var text = ByteBuffer()
        for (index, edit) in edits.sorted(by: { $0.key < $1.key }) {
            let line: Value =
                switch edit {
                case .item(let item): ["index": .int(index), "item": item]
                case .input(let input): ["index": .int(index), "input": input]
                }
            line.write(to: &text)
            text.append(0x0A)
        }
        try SystemFiles().replace(
            folder + "/" + Self.fileName, with: UnsafeRawBufferPointer(text.bytes),
            flushing: flushing)
    }
}
