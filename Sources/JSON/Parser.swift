import CBytes
import Glibc

/// Why bytes are not JSON, and where.
public struct ParseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong, without the place.
    public var message: String
    /// The byte offset, from 0.
    public var offset: Int
    /// Line from 1 and column in characters from 1.
    public var position: Position

    public var description: String { "\(position): \(message)" }
}

/// What a parser accepts.
public struct ParseOptions: Sendable {
    /// How deep arrays and objects may nest.
    public var maximumDepth = 1000
    /// Whether a name that occurs twice in one object is an error; otherwise the last one counts.
    public var refusesDuplicateKeys = false

    /// The usual options.
    public init() {}
}

extension Value {
    /// Parses one JSON document; the value keeps a copy of the bytes.
    public static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, options: ParseOptions = ParseOptions()
    ) throws(ParseError) -> Value {
        try parse(Document(copying: bytes), options: options)
    }

    /// Parses one JSON document given as a string.
    public static func parse(
        _ text: String, options: ParseOptions = ParseOptions()
    ) throws(ParseError) -> Value {
        var text = text
        let document = text.withUTF8 { Document(copying: $0) }
        return try parse(document, options: options)
    }

    /// Parses one JSON document that already owns its bytes; spans of it are the result.
    public static func parse(
        _ document: Document, options: ParseOptions = ParseOptions()
    ) throws(ParseError) -> Value {
        try document.index(options: options)
        return document.value(at: 0)
    }
}

extension Document {
    /// Builds the token index; the document must be fresh.
    func index(options: ParseOptions) throws(ParseError) {
        var parser = Parser(bytes, options: options)
        do {
            try parser.parse()
        } catch {
            free(parser.tokens)
            throw error
        }
        adopt(tokens: parser.tokens, count: parser.count, isCompact: parser.isCompact)
        guard !parser.duplicates.isEmpty else { return }
        duplicateNames = parser.duplicates
        removeDuplicates()
    }
}

/// One pass over the bytes that checks the whole grammar and writes the tokens.
struct Parser: ~Copyable {
    private struct Container {
        let token: Int
        /// A filter of the names seen.
        var names: UInt64 = 0
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let base: UnsafePointer<UInt8>
    private let options: ParseOptions
    private var position = 0
    private(set) var tokens: UnsafeMutablePointer<Document.Token>
    private(set) var count = 0
    private var capacity: Int
    private(set) var isCompact = true
    private(set) var duplicates: [Document.DuplicateName] = []
    /// Containers that are open, innermost last.
    private var open: UnsafeMutablePointer<Container>
    private var depth = 0
    private var openCapacity = 16

    init(_ bytes: UnsafeBufferPointer<UInt8>, options: ParseOptions) {
        self.bytes = bytes
        // Nothing is read of no bytes.
        base = bytes.baseAddress ?? UnsafePointer(bitPattern: 16)!
        self.options = options
        capacity = bytes.count / 12 + 8
        tokens = allocate(capacity)
        open = allocate(openCapacity)
    }

    deinit { free(open) }

    mutating func parse() throws(ParseError) {
        guard bytes.count < Int(UInt32.max) else {
            throw failure("document of 4 GiB or more", at: 0)
        }
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
        skipBlanks()
        try value()
        while depth > 0 { try next(in: open[depth - 1].token) }
        skipBlanks()
        guard position == bytes.count else {
            throw failure("unexpected text after the value", at: position)
        }
    }

    /// Reads what comes after the opening or after an element of the innermost container.
    private mutating func next(in container: Int) throws(ParseError) {
        let isObject = tokens[container].kind == .object
        let closing: UInt8 = isObject ? 0x7D : 0x5D
        skipBlanks()
        let isFirst = tokens[container].childCount == 0
        if peek() == closing { return close(container) }
        if !isFirst {
            guard peek() == 0x2C else {
                throw unexpected(isObject ? "expected ',' or '}'" : "expected ',' or ']'")
            }
            position += 1
            skipBlanks()
        }
        if isObject { try name() }
        tokens[container].details += 16
        try value()
    }

    private mutating func close(_ index: Int) {
        position += 1
        tokens[index].nextToken = UInt32(truncatingIfNeeded: count)
        tokens[index].length = UInt32(
            truncatingIfNeeded: position - Int(tokens[index].offset))
        depth -= 1
    }

    private mutating func name() throws(ParseError) {
        guard peek() == 0x22 else { throw unexpected("expected a member name in quotes") }
        let index = count
        try string()
        let object = open + (depth - 1)
        let bit = UInt64(1) << (hash(of: index) & 63)
        if object.pointee.names & bit != 0 { try checkDuplicate(index, in: object.pointee.token) }
        object.pointee.names |= bit
        skipBlanks()
        guard peek() == 0x3A else { throw unexpected("expected ':'") }
        position += 1
        skipBlanks()
    }

    private func hash(of index: Int) -> UInt64 {
        let token = tokens[index]
        guard token.count > 0 else { return 0 }
        // The same name may be spelled with escapes once and without another time.
        if token.hasEscapes {
            return nameText(index).withUTF8 { Self.hash($0, 0, $0.count) }
        }
        return Self.hash(bytes, token.start, token.count)
    }

    private static func hash(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int
    ) -> UInt64 {
        let first = UInt64(bytes[start])
        let last = UInt64(bytes[start + count - 1])
        let middle = UInt64(bytes[start + count / 2])
        return (first &* 31 &+ middle &* 17 &+ last &* 7 &+ UInt64(count) &* 13)
            &* 0x9E37_79B9_7F4A_7C15 >> 58
    }

    /// Compares a name with all before it; large objects with many equal filters pay for a set.
    private mutating func checkDuplicate(_ index: Int, in object: Int) throws(ParseError) {
        let count = tokens[object].childCount
        if count >= 64 { return try checkDuplicateInLargeObject(index, in: object) }
        var other = object + 1
        while other < index {
            if sameName(other, index) { return try foundDuplicate(index) }
            other = tokens[other + 1].next
        }
    }

    private var largeObjectNames: [Int: Set<Text>] = [:]

    private mutating func checkDuplicateInLargeObject(
        _ index: Int, in object: Int
    ) throws(ParseError) {
        var names = largeObjectNames[object] ?? []
        var other = object + 1
        if names.isEmpty { largeObjectNames = largeObjectNames.filter { $0.key < object } }
        var skip = names.count
        // Only the names added since the last look have to be put in.
        if let start = largeObjectResume[object] { (other, skip) = (start, 0) }
        while other < index {
            if skip > 0 { skip -= 1 } else { names.insert(nameText(other)) }
            other = tokens[other + 1].next
        }
        largeObjectResume[object] = index
        let isNew = !names.contains(nameText(index))
        largeObjectNames[object] = names
        if !isNew { try foundDuplicate(index) }
    }

    private var largeObjectResume: [Int: Int] = [:]

    private func nameText(_ index: Int) -> Text {
        let token = tokens[index]
        let raw = UnsafeBufferPointer(rebasing: bytes[token.start..<token.start + token.count])
        return token.hasEscapes ? Text(Escapes.decode(raw)) : Text(utf8: raw)
    }

    private func sameName(_ left: Int, _ right: Int) -> Bool {
        let l = tokens[left]
        let r = tokens[right]
        if l.hasEscapes || r.hasEscapes { return nameText(left) == nameText(right) }
        return sameBytes(
            UnsafeBufferPointer(rebasing: bytes[l.start..<l.start + l.count]),
            UnsafeBufferPointer(rebasing: bytes[r.start..<r.start + r.count]))
    }

    private mutating func foundDuplicate(_ index: Int) throws(ParseError) {
        let name = nameText(index).string
        let offset = tokens[index].start - 1
        duplicates.append(Document.DuplicateName(name: name, offset: offset))
        guard options.refusesDuplicateKeys else { return }
        throw failure("duplicate member name '\(name)'", at: offset)
    }

    private mutating func value() throws(ParseError) {
        guard position < bytes.count else {
            throw failure("unexpected end of the document", at: position)
        }
        switch bytes[position] {
        case 0x7B: try openContainer(.object)
        case 0x5B: try openContainer(.array)
        case 0x22: try string()
        case 0x74: try literal("true", .yes)
        case 0x66: try literal("false", .no)
        case 0x6E: try literal("null", .null)
        case 0x2D, 0x30...0x39: try number()
        default: throw unexpected("expected a value")
        }
    }

    private mutating func openContainer(_ kind: Document.Kind) throws(ParseError) {
        guard depth < options.maximumDepth else {
            throw failure("nested deeper than \(options.maximumDepth) levels", at: position)
        }
        if depth == openCapacity { growOpen() }
        (open + depth).initialize(to: Container(token: count))
        depth += 1
        append(Document.Token(offset: position, length: 0, next: 0, kind: kind))
        position += 1
    }

    private mutating func append(_ token: Document.Token) {
        if count == capacity { grow() }
        (tokens + count).initialize(to: token)
        count += 1
    }

    private mutating func grow() {
        let larger: UnsafeMutablePointer<Document.Token> = allocate(capacity * 2)
        larger.update(from: tokens, count: count)
        free(tokens)
        tokens = larger
        capacity *= 2
    }

    private mutating func growOpen() {
        let larger: UnsafeMutablePointer<Container> = allocate(openCapacity * 2)
        larger.update(from: open, count: depth)
        free(open)
        open = larger
        openCapacity *= 2
    }

    private mutating func literal(
        _ text: StaticString, _ kind: Document.Kind
    ) throws(ParseError) {
        let count = text.utf8CodeUnitCount
        let expected = UnsafeBufferPointer(start: text.utf8Start, count: count)
        guard position + count <= bytes.count,
            sameBytes(UnsafeBufferPointer(rebasing: bytes[position..<position + count]), expected)
        else { throw unexpected("expected a value") }
        append(
            Document.Token(offset: position, length: count, next: self.count + 1, kind: kind))
        position += count
    }

    private mutating func number() throws(ParseError) {
        let start = position
        if peek() == 0x2D { position += 1 }
        if peek() == 0x30 {
            position += 1
        } else {
            try digits()
        }
        if peek() == 0x2E {
            position += 1
            try digits()
        }
        if let byte = peek(), byte == 0x65 || byte == 0x45 {
            position += 1
            if let sign = peek(), sign == 0x2B || sign == 0x2D { position += 1 }
            try digits()
        }
        append(
            Document.Token(
                offset: start, length: position - start, next: count + 1, kind: .number))
    }

    private mutating func digits() throws(ParseError) {
        let start = position
        while position < bytes.count, bytes[position] &- 0x30 <= 9 { position += 1 }
        if position == start { throw unexpected("expected a digit") }
    }

    private mutating func string() throws(ParseError) {
        let start = position + 1
        var index = start
        var found: UInt32 = 0
        while true {
            index = cbytes_string_end(base, bytes.count, index, &found)
            guard index < bytes.count else {
                throw failure("string without closing quote", at: start - 1)
            }
            let byte = bytes[index]
            if byte == 0x22 { break }
            if byte == 0x5C {
                index = try unicodeEscape(at: index)
                found |= UInt32(cbytes_has_escapes)
                isCompact = false
            } else if byte < 0x20 {
                throw failure("control character in a string; write it as an escape", at: index)
            } else {
                guard let length = UTF8Check.sequenceLength(bytes, at: index) else {
                    throw failure("not valid UTF-8", at: index)
                }
                index += length
            }
        }
        if found & UInt32(cbytes_has_slash_escapes) != 0 { isCompact = false }
        append(
            Document.Token(
                offset: start, length: index - start, next: count + 1, kind: .string,
                escapes: found & UInt32(cbytes_has_escapes) != 0))
        position = index + 1
    }

    /// Where the escape at `index` ends, which is none of two characters.
    private func unicodeEscape(at index: Int) throws(ParseError) -> Int {
        guard index + 1 < bytes.count else {
            throw failure("string without closing quote", at: index)
        }
        guard bytes[index + 1] == 0x75 else {
            throw failure("unknown escape in a string", at: index)
        }
        guard index + 6 <= bytes.count,
            (index + 2..<index + 6).allSatisfy({ Escapes.hexDigit(bytes[$0]) != nil })
        else { throw failure("\\u needs four hexadecimal digits", at: index) }
        return index + 6
    }

    @inline(__always)
    private mutating func skipBlanks() {
        guard position < bytes.count, bytes[position] <= 0x20 else { return }
        skipSomeBlanks()
    }

    private mutating func skipSomeBlanks() {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
            position += 1
        }
        if position != start && depth > 0 { isCompact = false }
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private func unexpected(_ expectation: String) -> ParseError {
        guard position < bytes.count else {
            return failure("unexpected end of the document; \(expectation)", at: position)
        }
        let length = UTF8Check.sequenceLength(bytes, at: position) ?? 1
        let place = bytes[position..<min(position + length, bytes.count)]
        let found = String(decoding: place, as: UTF8.self)
        return failure("unexpected '\(found)'; \(expectation)", at: position)
    }

    private func failure(_ message: String, at offset: Int) -> ParseError {
        ParseError(
            message: message, offset: offset, position: Position(of: offset, in: bytes))
    }
}

/// Checks of UTF-8 sequences.
public enum UTF8Check {
    /// The length of the well-formed sequence at `index`, or nil.
    @inlinable
    public static func sequenceLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int? {
        let lead = bytes[index]
        if lead < 0x80 { return 1 }
        func follows(_ offset: Int, _ range: ClosedRange<UInt8>) -> Bool {
            index + offset < bytes.count && range.contains(bytes[index + offset])
        }
        switch lead {
        case 0xC2...0xDF: return follows(1, 0x80...0xBF) ? 2 : nil
        case 0xE0...0xEF:
            let second: ClosedRange<UInt8> =
                lead == 0xE0 ? 0xA0...0xBF : lead == 0xED ? 0x80...0x9F : 0x80...0xBF
            return follows(1, second) && follows(2, 0x80...0xBF) ? 3 : nil
        case 0xF0...0xF4:
            let second: ClosedRange<UInt8> =
                lead == 0xF0 ? 0x90...0xBF : lead == 0xF4 ? 0x80...0x8F : 0x80...0xBF
            let rest: ClosedRange<UInt8> = 0x80...0xBF
            return follows(1, second) && follows(2, rest) && follows(3, rest) ? 4 : nil
        default: return nil
        }
    }

    /// The offset of the first byte that is no well-formed UTF-8, or nil if all is well.
    public static func firstInvalid(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var index = 0
        while index < bytes.count {
            while index + 8 <= bytes.count {
                let word = UnsafeRawPointer(bytes.baseAddress! + index)
                    .loadUnaligned(as: UInt64.self)
                if word & 0x8080_8080_8080_8080 != 0 { break }
                index += 8
            }
            guard index < bytes.count else { return nil }
            guard let length = sequenceLength(bytes, at: index) else { return index }
            index += length
        }
        return nil
    }
}
