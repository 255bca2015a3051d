import CBytes
import JSON

/// Walks through a JSON text to the container whose elements are items, without keeping anything.
struct ElementSeeker {
    private let stream: RecordStream

    init(_ stream: RecordStream) { self.stream = stream }

    /// Passes over blanks and the opening bracket; tells whether it opens an array.
    func openContainer(objects: Bool) throws(RecordsError) -> Bool {
        try skipBlanks()
        guard let byte = try stream.peek() else {
            throw stream.failure(
                RecordFault(
                    .empty, at: stream.start,
                    "is empty where JSON is expected; an empty dataset is written []"))
        }
        switch byte {
        case 0x5B: break
        case 0x7B where objects: break
        case 0x22, 0x2D, 0x30...0x39, 0x66, 0x6E, 0x74, 0x7B:
            throw stream.failure(
                RecordFault(
                    .notIterable, at: stream.start,
                    "items come from an array or an object, and this is neither",
                    awsCause: "Attempting to map over non-iterable node."))
        default: throw unexpected("expected '[' or '{'")
        }
        advance()
        return byte == 0x5B
    }

    /// Moves to the start of the value that `pointer` leads to.
    func go(to pointer: JSONPointer) throws(RecordsError) {
        for step in pointer.steps {
            try skipBlanks()
            let isThere: Bool
            switch try stream.peek() {
            case 0x7B: isThere = try enterMember(step)
            case 0x5B: isThere = try enterElement(step)
            default: isThere = false
            }
            guard isThere else {
                throw RecordsError(
                    .pointer, file: stream.file,
                    "ItemsPointer '\(pointer)' leads nowhere: there is no '\(step)'; "
                        + "check it against the file")
            }
        }
    }

    private func enterMember(_ name: String) throws(RecordsError) -> Bool {
        advance()
        try skipBlanks()
        if try stream.peek() == 0x7D { return false }
        while true {
            let found = try readName()
            try skipBlanks()
            guard try stream.peek() == 0x3A else { throw try broken("expected ':'") }
            advance()
            if found == Text(name) { return true }
            try skipValue()
            try skipBlanks()
            guard try stream.peek() == 0x2C else { return false }
            advance()
            try skipBlanks()
        }
    }

    private func enterElement(_ step: String) throws(RecordsError) -> Bool {
        guard let index = Int(step), index >= 0, String(index) == step else { return false }
        advance()
        try skipBlanks()
        if try stream.peek() == 0x5D { return false }
        for _ in 0..<index {
            try skipValue()
            try skipBlanks()
            guard try stream.peek() == 0x2C else { return false }
            advance()
        }
        return true
    }

    private func readName() throws(RecordsError) -> Text {
        guard try stream.peek() == 0x22 else { throw try broken("expected a member name") }
        var raw: [UInt8] = []
        try readString(atMost: stream.maximumRecordBytes) { raw.append($0) }
        do {
            let name = try raw.withUnsafeBufferPointer { bytes throws(ParseError) in
                try Value.parse(bytes)
            }
            return name.text ?? ""
        } catch {
            throw try broken(error.message)
        }
    }

    /// Passes over a string, from quote to quote.
    private func readString(
        atMost limit: Int = .max, _ use: (UInt8) -> Void
    ) throws(RecordsError) {
        var isEscaped = false
        var isOpen = false
        var count = 0
        while let byte = try stream.peek() {
            count += 1
            if count > limit { throw stream.tooLarge(at: stream.start) }
            use(byte)
            advance()
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5C {
                isEscaped = true
            } else if byte == 0x22 {
                if isOpen { return }
                isOpen = true
            }
        }
        throw try broken("")
    }

    private func skipValue() throws(RecordsError) {
        try skipBlanks()
        switch try stream.peek() {
        case 0x7B, 0x5B: try skipContainer()
        case 0x22: try readString { _ in }
        default: try skipScalar()
        }
    }

    private func skipScalar() throws(RecordsError) {
        var isEmpty = true
        while let byte = try stream.peek() {
            if isBlank(byte) || byte == 0x2C || byte == 0x5D || byte == 0x7D { break }
            advance()
            isEmpty = false
        }
        if isEmpty { throw try broken("expected a value") }
    }

    private func skipContainer() throws(RecordsError) {
        advance()
        var state = cbytes_elements_state(depth: 1, quoted: 0, escaped: 0)
        while state.depth > 0 {
            guard try stream.peek() != nil else { throw try broken("") }
            let reached = withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { ends in
                var count = 0
                return cbytes_elements(
                    &state, stream.bytes, stream.start, stream.filled, .max, ends.baseAddress, 64,
                    &count)
            }
            stream.consume(upTo: reached)
        }
    }

    private func skipBlanks() throws(RecordsError) {
        while let byte = try stream.peek(), isBlank(byte) { advance() }
    }

    private func advance() { stream.consume(upTo: stream.start + 1) }

    private func broken(_ expectation: String) throws(RecordsError) -> RecordsError {
        guard try stream.peek() != nil else {
            return stream.failure(
                RecordFault(
                    .truncated, at: stream.start,
                    "ends before ItemsPointer's place is reached; the file is not whole"))
        }
        return unexpected(expectation)
    }

    private func unexpected(_ expectation: String) -> RecordsError {
        stream.failure(
            RecordFault(.malformed, at: stream.start, "no valid JSON: \(expectation) here"))
    }
}
