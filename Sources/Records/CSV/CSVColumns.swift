import CBytes
import JSON

/// The columns of a CSV file, in the order in which rows list them.
final class CSVColumns: @unchecked Sendable {
    // Proof: set up in the initialiser and only read afterwards.
    let layout: CSVLayout
    /// The names in the order of the file.
    let header: [String]
    /// What the content hash of each row is made another by: a row means other things under another
    /// header. Nothing where the header is not of the file.
    let hashSeed: UInt64

    init(_ header: [String], delimiter: UInt8, isOfFile: Bool) {
        self.header = header
        hashSeed = isOfFile ? Self.hash(of: header) : 0
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

    private static func hash(of header: [String]) -> UInt64 {
        header.reduce(0) { hash, name in
            var name = name
            return name.withUTF8 { utf8 in
                hash &* 0x9E37_79B9_7F4A_7C15 ^ cbytes_hash(utf8.baseAddress, utf8.count)
            }
        }
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
