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
    private let columns: [Key]
    private let delimiter: UInt8

    /// The column of items that are no objects.
    public static let valueColumn = "Value"

    /// A writer for rows with these columns, in the order of the file they come from.
    public init(columns: [String], delimiter: CSVDelimiter = .comma) {
        self.columns = columns.filter { !FailureColumns.names.contains($0) }.map { Key($0) }
        self.delimiter = delimiter.byte
    }

    /// Appends the first row.
    public func writeHeader(to out: inout ByteBuffer) {
        for column in columns { writeField(column.text, to: &out) }
        for name in FailureColumns.names { writeField(Text(name), to: &out) }
        endRow(&out)
    }

    /// Appends the row of one item.
    public func write(_ item: Value, _ failure: FailureColumns, to out: inout ByteBuffer) {
        if let object = item.object {
            writeFields(of: object, to: &out)
        } else {
            for column in columns {
                let isItem = column.string == Self.valueColumn
                writeField(isItem ? Self.text(of: item) : "", to: &out)
            }
        }
        writeField(failure.error, to: &out)
        writeField(failure.cause, to: &out)
        writeField(failure.state, to: &out)
        writeField(failure.attempts, to: &out)
        writeField(failure.index, to: &out)
        endRow(&out)
    }

    /// Members mostly have the order of the columns: then none has to be looked for.
    private func writeFields(of object: ObjectValue, to out: inout ByteBuffer) {
        var place = 0
        for column in columns {
            writeField(object.value(of: column, near: &place).map(Self.text) ?? "", to: &out)
        }
    }

    private static func text(of value: Value) -> Text { value.text ?? Text(value.serialized) }

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
