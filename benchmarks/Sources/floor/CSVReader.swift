import Glibc

typealias Slice = UnsafeBufferPointer<UInt8>

extension Slice {
    /// The bytes of a string, kept as long as the program runs.
    init(copying string: String) {
        let copy = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: string.utf8.count)
        _ = copy.initialize(from: string.utf8)
        self = Slice(copy)
    }
}

/// The fields of one row; they lie in the reader's buffer and hold until the next row is read.
struct Row {
    let fields: UnsafeMutablePointer<Slice>
    let count: Int

    /// A field; those that the row ends before are empty.
    subscript(index: Int) -> Slice {
        index < count ? fields[index] : Slice(start: nil, count: 0)
    }
}

/// Splits rows: quoted fields may hold commas, line breaks and doubled quotes.
struct CSVReader: ~Copyable {
    private var source: Inflater
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity = 1 << 20
    private var start = 0
    private var end = 0
    private let fields = UnsafeMutablePointer<Slice>.allocate(capacity: 64)

    init(source: consuming Inflater) {
        self.source = source
        buffer = .allocate(capacity: capacity + 1)
    }

    deinit {
        buffer.deallocate()
        fields.deallocate()
    }

    mutating func header() -> [String] {
        guard let row = next() else { exit(message: "the input has no header") }
        return (0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }
    }

    mutating func next() -> Row? {
        while true {
            if start < end, let row = split() { return row }
            guard refill() else { return nil }
        }
    }

    private mutating func refill() -> Bool {
        let kept = end - start
        guard kept < capacity else { exit(message: "a row is too long") }
        memmove(buffer, buffer + start, kept)
        let room = UnsafeMutableBufferPointer(start: buffer + kept, count: capacity - kept)
        start = 0
        end = kept + source.read(into: room)
        if end == kept && kept > 0 && buffer[kept - 1] != 0x0A {
            buffer[end] = 0x0A  // the last row may lack its line break
            end += 1
        }
        return end > kept
    }

    /// The row at `start`, or nil when the buffer ends within it.
    private mutating func split() -> Row? {
        var position = start
        var count = 0
        var doubled: UInt64 = 0
        while position < end {
            let isQuoted = buffer[position] == 0x22
            let first = isQuoted ? position + 1 : position
            position = first
            if isQuoted {
                while position < end {
                    if buffer[position] != 0x22 {
                        position += 1
                    } else if position + 1 < end && buffer[position + 1] == 0x22 {
                        doubled |= 1 << UInt64(count)
                        position += 2
                    } else {
                        break
                    }
                }
            } else {
                while position < end && buffer[position] != 0x2C && buffer[position] != 0x0A {
                    position += 1
                }
            }
            fields[count] = Slice(start: buffer + first, count: position - first)
            if isQuoted { position += 1 }
            guard position < end else { return nil }
            if count < 63 { count += 1 }
            position += 1
            guard buffer[position - 1] == 0x0A else { continue }
            start = position
            if doubled != 0 { unquote(doubled, count) }
            return Row(fields: fields, count: count)
        }
        return nil
    }

    /// Takes one of each two quotes out of the marked fields, in place.
    private func unquote(_ doubled: UInt64, _ count: Int) {
        for index in 0..<count where doubled & (1 << UInt64(index)) != 0 {
            let field = UnsafeMutableBufferPointer(mutating: fields[index])
            var kept = 0
            var position = 0
            while position < field.count {
                field[kept] = field[position]
                position += field[position] == 0x22 ? 2 : 1
                kept += 1
            }
            fields[index] = Slice(rebasing: fields[index][..<kept])
        }
    }
}
