import Glibc

/// Writes JSON into a buffer and the buffer into a file.
struct Output: ~Copyable {
    private let descriptor: Int32
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity = 1 << 20
    private var count = 0

    init(path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { exit(message: "cannot write \(path)") }
        buffer = .allocate(capacity: capacity)
    }

    deinit {
        buffer.deallocate()
        close(descriptor)
    }

    mutating func flush() {
        var written = 0
        while written < count {
            let step = Glibc.write(descriptor, buffer + written, count - written)
            guard step > 0 else { exit(message: "cannot write the output") }
            written += step
        }
        count = 0
    }

    mutating func write(_ literal: StaticString) {
        write(Slice(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    mutating func write(_ bytes: Slice) {
        guard bytes.count > 0, let base = bytes.baseAddress else { return }
        if count + bytes.count > capacity { flush() }
        memcpy(buffer + count, base, bytes.count)
        count += bytes.count
    }

    mutating func write(_ byte: UInt8) {
        if count == capacity { flush() }
        buffer[count] = byte
        count += 1
    }

    mutating func write(decimal value: Int) {
        if value < 0 { write(0x2D) }
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)
        withUnsafeMutableBytes(of: &digits) { place in
            var rest = value.magnitude
            var start = place.count
            repeat {
                start -= 1
                place[start] = UInt8(rest % 10) + 0x30
                rest /= 10
            } while rest > 0
            write(Slice(rebasing: place.bindMemory(to: UInt8.self)[start...]))
        }
    }

    /// Writes a JSON string; most texts need no escape and are copied whole.
    mutating func write(quoting text: Slice) {
        guard Self.isPlain(text), count + text.count + 2 <= capacity else {
            write(0x22)
            writeEscaped(text)
            return write(0x22)
        }
        buffer[count] = 0x22
        if let base = text.baseAddress { memcpy(buffer + count + 1, base, text.count) }
        buffer[count + 1 + text.count] = 0x22
        count += text.count + 2
    }

    /// Whether no byte needs an escape, eight at a time.
    private static func isPlain(_ text: Slice) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }
        let raw = UnsafeRawBufferPointer(text)
        var found: UInt64 = 0
        var position = 0
        while position + 8 <= text.count {
            let word = raw.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            let controls = (word &- ones &* 0x20) & ~word
            found |= controls | zeros(word ^ ones &* 0x22) | zeros(word ^ ones &* 0x5C)
            position += 8
        }
        while position < text.count {
            let byte = text[position]
            if byte < 0x20 || byte == 0x22 || byte == 0x5C { return false }
            position += 1
        }
        return found & tops == 0
    }

    mutating func writeEscaped(_ text: Slice) {
        var clean = 0
        for index in 0..<text.count {
            let byte = text[index]
            guard byte < 0x20 || byte == 0x22 || byte == 0x5C else { continue }
            write(Slice(rebasing: text[clean..<index]))
            writeEscape(byte)
            clean = index + 1
        }
        write(Slice(rebasing: text[clean...]))
    }

    private mutating func writeEscape(_ byte: UInt8) {
        switch byte {
        case 0x22: write("\\\"")
        case 0x5C: write("\\\\")
        case 0x0A: write("\\n")
        case 0x0D: write("\\r")
        case 0x09: write("\\t")
        default:
            write("\\u00")
            write(byte < 0x10 ? 0x30 : 0x31)
            write(Array("0123456789abcdef".utf8)[Int(byte & 15)])
        }
    }
}

extension Output {
    mutating func write(_ rejection: Rejection, index: Int) {
        write(#"{"index":"#)
        write(decimal: index)
        write(#","status":"FAILED","error":""#)
        switch rejection {
        case .missing(let field):
            write(#"InformationIncomplete","cause":"Missing required field: "#)
            write(field)
        case .notADate(let text):
            write(#"AgeInvalid","cause":"Date of birth is not a date: "#)
            writeEscaped(text)
        case .age(let age):
            write(#"AgeInvalid","cause":"Child is "#)
            write(decimal: age)
            write(" years old, outside the daycare's age range of 2 to 5")
        case .noSpots:
            write(#"NoSpots","cause":"No spots available"#)
        }
        write("\"}\n")
    }
}
