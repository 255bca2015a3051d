import CBytes
import JSON

/// The columns of a CSV file, in the order in which rows list them.
final class CSVColumns: @unchecked Sendable {
    // Proof: set up in the initialiser and only read afterwards.
    let layout: CSVLayout
    /// The names in the order of the file.
    let header: [String]

    init(_ header: [String], delimiter: UInt8) {
        self.header = header
        let count = header.count
        let names = UnsafeMutablePointer<Key>.allocate(capacity: max(count, 1))
        let fields = UnsafeMutablePointer<Int32>.allocate(capacity: max(count, 1))
        for (place, field) in HashMapOrder.places(of: header).enumerated() {
            (names + place).initialize(to: Key(header[field]))
            (fields + place).initialize(to: Int32(field))
        }
        layout = CSVLayout(
            count: count, delimiter: delimiter, names: UnsafePointer(names),
            fields: UnsafePointer(fields))
    }

    deinit {
        UnsafeMutablePointer(mutating: layout.names).deinitialize(count: layout.count)
        layout.names.deallocate()
        layout.fields.deallocate()
    }
}

/// What workers read of the columns: plain pointers, because with arrays all of them would count
/// references to the same objects for each row.
struct CSVLayout: @unchecked Sendable {
    // Proof: points to what never changes; every block keeps the `CSVColumns` alive.
    let count: Int
    let delimiter: UInt8
    /// Member names in the order of a row's members …
    let names: UnsafePointer<Key>
    /// … and which field of the record each one is.
    let fields: UnsafePointer<Int32>
}
