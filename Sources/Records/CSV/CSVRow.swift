import CBytes
import JSON

/// One record of a CSV file, to be made an object of strings.
struct CSVRow {
    private let document: Document
    private let bytes: UnsafeBufferPointer<UInt8>
    /// Where `bytes` start in the document.
    private let start: Int
    private let layout: CSVLayout

    init(
        _ document: Document, _ bytes: UnsafeBufferPointer<UInt8>, start: Int, _ layout: CSVLayout
    ) {
        self.document = document
        self.bytes = bytes
        self.start = start
        self.layout = layout
    }

    /// The row as slices of its block.
    func value() -> Value { value(in: document, start: start) }

    /// The row as slices of a copy of its bytes.
    func detachedValue() -> Value { value(in: Document(copying: bytes), start: 0) }

    private func value(in owner: Document, start: Int) -> Value {
        let count = layout.count
        let names = layout.names
        let places = layout.fields
        return withUnsafeTemporaryAllocation(of: cbytes_csv_field.self, capacity: count) { fields in
            let found = cbytes_csv_fields(
                bytes.baseAddress, bytes.count, layout.delimiter, fields.baseAddress, count)
            let members = [Member](unsafeUninitializedCapacity: count) { members, initialized in
                for index in 0..<count {
                    let place = Int(places[index])
                    let text = place < found ? text(fields[place], owner, start) : Text("")
                    members.initializeElement(at: index, to: Member(names[index], .string(text)))
                }
                initialized = count
            }
            return .object(members)
        }
    }

    private func text(_ field: cbytes_csv_field, _ owner: Document, _ start: Int) -> Text {
        if field.details >> 31 != 0 { return unescaped(field) }
        if field.details == 0 { return Text("") }
        return Text(owner, offset: start + Int(field.offset), count: Int(field.details))
    }

    private func unescaped(_ field: cbytes_csv_field) -> Text {
        let raw = UnsafeBufferPointer(
            rebasing: bytes[Int(field.offset)...].prefix(Int(field.details & 0x7FFF_FFFF)))
        return Text(CSVRow.unescape(raw, layout.delimiter))
    }

    /// A field's text without its quotes and backslashes.
    static func unescape(_ raw: UnsafeBufferPointer<UInt8>, _ delimiter: UInt8) -> String {
        String(unsafeUninitializedCapacity: raw.count) { out in
            cbytes_csv_unescape(raw.baseAddress, raw.count, delimiter, out.baseAddress)
        }
    }
}
