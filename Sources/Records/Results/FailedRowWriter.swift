import JSON

/// Why an item failed: the columns that failed rows get in addition to their own.
public struct FailureColumns: Sendable, Equatable {
    /// The names of the columns.
    public static let names = [
        "maprun_error", "maprun_cause", "maprun_state", "maprun_attempts", "maprun_index",
    ]

    /// The error's name.
    public var error: Text
    /// What it says.
    public var cause: Text
    /// The state that failed.
    public var state: Text
    /// How often it was tried.
    public var attempts: Int
    /// The item's index in the dataset.
    public var index: Int

    /// The columns of one failed item.
    public init(error: Text, cause: Text, state: Text, attempts: Int, index: Int) {
        self.error = error
        self.cause = cause
        self.state = state
        self.attempts = attempts
        self.index = index
    }

    /// The index that a row of a file of failed rows names.
    public static func index(of row: Value) -> Int? {
        row["maprun_index"]?.string.flatMap { Int($0) }
    }

    /// The row as it was before the columns were added.
    public static func removed(from row: Value) -> Value {
        guard case .object(var object) = row else { return row }
        for name in names { object[Key(name)] = nil }
        return .object(object)
    }
}

/// Writes the rows of failed items as CSV, ready to be edited and read again.
///
/// Quoting is that of RFC 4180; backslashes are doubled, because AWS's rules take one away.
public struct FailedRowWriter: Sendable {
    /// The columns of the items, in the order in which they came up.
    private(set) var columns: [Key]
    /// The same, to look them up.
    private var known: Set<Key>
    private let delimiter: UInt8
    private let mostColumns: Int

    /// The column of items that are no objects.
    public static let valueColumn = "Value"
    /// The last column of items where those have too many different members: the rest of them as
    /// JSON.
    public static let restColumn = "maprun_more"
    private static let value = Key(valueColumn)
    private static let rest = Key(restColumn)
    private static let own = Set(FailureColumns.names.map { Key($0) })

    /// A writer for rows with these columns, in the order of the file they come from. Beyond
    /// `mostColumns`, members that come up later share one: else rows would grow without end.
    public init(columns: [String], delimiter: CSVDelimiter = .comma, mostColumns: Int = 1000) {
        self.columns = columns.map { Key($0) }.filter { !Self.own.contains($0) }
        known = Set(self.columns)
        self.delimiter = delimiter.byte
        self.mostColumns = mostColumns
    }

    /// The names of the columns of the items.
    public var names: [String] { columns.map(\.string) }

    private var hasRest: Bool { columns.last == Self.rest }

    /// Adds the columns that `item` has and no item before it had; false if there are none.
    public mutating func addColumns(of item: Value) -> Bool {
        guard !hasRest else { return false }
        let before = columns.count
        guard let object = item.object else {
            add(Self.value)
            return columns.count > before
        }
        for key in object.keys where !Self.own.contains(key) { add(key) }
        return columns.count > before
    }

    private mutating func add(_ key: Key) {
        guard !hasRest, key == Self.rest || !known.contains(key) else { return }
        // A name of its own: that of an item would keep the item in memory.
        let isRest = key == Self.rest || columns.count >= mostColumns
        let column = isRest ? Self.rest : Key(key.string)
        columns.append(column)
        known.insert(column)
    }

    /// Appends the first row.
    public func writeHeader(to out: inout ByteBuffer) {
        for column in columns { writeField(column.text, to: &out) }
        for name in FailureColumns.names { writeField(Text(name), to: &out) }
        endRow(&out)
    }

    /// Appends the row of one item; false if there is no column for some of its members.
    @discardableResult
    public func write(
        _ item: Value, _ failure: FailureColumns, to out: inout ByteBuffer
    ) -> Bool {
        let object = item.object ?? ObjectValue([Member(Self.value, item)])
        let found = writeFields(of: object, to: &out)
        writeField(failure.error, to: &out)
        writeField(failure.cause, to: &out)
        writeField(failure.state, to: &out)
        writeField(failure.attempts, to: &out)
        writeField(failure.index, to: &out)
        endRow(&out)
        return hasRest || found == object.count
            || object.allSatisfy { known.contains($0.key) || Self.own.contains($0.key) }
    }

    /// Writes the members for which there are columns, and tells how many. They mostly have the
    /// order of the columns: then none has to be looked for.
    private func writeFields(of object: ObjectValue, to out: inout ByteBuffer) -> Int {
        var place = 0
        var found = 0
        for column in hasRest ? columns.dropLast() : columns[...] {
            let value = object.value(of: column, near: &place)
            if value != nil { found += 1 }
            writeField(value.map(Self.text) ?? "", to: &out)
        }
        guard hasRest else { return found }
        let rest = object.filter {
            $0.key == Self.rest || !known.contains($0.key) && !Self.own.contains($0.key)
        }
        writeField(rest.isEmpty ? "" : Text(Value.object(rest).serialized), to: &out)
        return found
    }

    /// Copies rows that were written before there were the last `added` columns, and gives them
    /// those; the header comes first.
    public func widen(
        by added: Int, _ rows: UnsafeBufferPointer<UInt8>, _ place: inout WideningPlace,
        to out: inout ByteBuffer
    ) {
        let old = columns.count - added
        var start = 0
        for (offset, byte) in rows.enumerated() {
            if place.field == old, place.isAtFieldStart {
                out.append(UnsafeBufferPointer(rebasing: rows[start..<offset]))
                start = offset
                for column in columns[old...] {
                    writeField(place.isInHeader ? column.text : "", to: &out)
                }
            }
            place.pass(byte, delimiter)
        }
        out.append(UnsafeBufferPointer(rebasing: rows[start...]))
    }

    /// How text stands for a value: a string is itself, all else JSON.
    public static func text(of value: Value) -> Text { value.text ?? Text(value.serialized) }

    private func writeField(_ number: Int, to out: inout ByteBuffer) {
        out.append(decimal: number)
        out.append(delimiter)
    }

    private func endRow(_ out: inout ByteBuffer) {
        // The delimiter behind the last field makes way for the line's end.
        out.removeAll(keeping: out.count - 1)
        out.append(0x0A)
    }

    private func writeField(_ text: Text, to out: inout ByteBuffer) {
        text.withUTF8 { bytes in
            // A byte order mark at the start of the file would be taken for one.
            var isQuoted = bytes.first == 0xEF
            var hasDoubled = false
            for byte in bytes {
                isQuoted = isQuoted || byte == delimiter || byte == 0x0A || byte == 0x0D
                hasDoubled = hasDoubled || byte == 0x22 || byte == 0x5C
            }
            isQuoted = isQuoted || hasDoubled && bytes.contains(0x22)
            if isQuoted { out.append(0x22) }
            if hasDoubled {
                for byte in bytes {
                    if byte == 0x22 || byte == 0x5C { out.append(byte) }
                    out.append(byte)
                }
            } else {
                out.append(bytes)
            }
            if isQuoted { out.append(0x22) }
        }
        out.append(delimiter)
    }
}

/// Where in a file of failed rows its widening is.
public struct WideningPlace: Sendable {
    /// The number of the field within its row.
    fileprivate var field = 0
    fileprivate var isInHeader = true
    fileprivate var isAtFieldStart = true
    private var isQuoted = false

    /// The beginning of the file.
    public init() {}

    fileprivate mutating func pass(_ byte: UInt8, _ delimiter: UInt8) {
        isAtFieldStart = false
        // A doubled quote within quotes opens them again at once.
        if byte == 0x22 { isQuoted.toggle() }
        guard !isQuoted else { return }
        if byte == delimiter {
            field += 1
            isAtFieldStart = true
        } else if byte == 0x0A {
            field = 0
            isInHeader = false
            isAtFieldStart = true
        }
    }
}
