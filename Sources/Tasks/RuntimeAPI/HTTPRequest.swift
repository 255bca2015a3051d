/// A request of a Lambda runtime, whole.
struct HTTPRequest {
    var method: String
    var path: String
    /// Headers and trailers by lower-case name.
    var fields: [String: String] = [:]
    var body: [UInt8] = []
}

/// What is wrong with bytes that should be a request.
struct HTTPSyntaxError: Error {}

/// Reads HTTP/1.1 requests as they arrive, with a length or in chunks.
///
/// Small enough to run on the event loop, beside the processes that speak it: a server library
/// would bring its own threads, and a timeout for the one call that must wait for ever.
struct HTTPRequestReader {
    private var bytes: [UInt8] = []
    private var position = 0
    private var request: HTTPRequest?
    private var remaining = Remaining.head

    private enum Remaining {
        case head
        case body(Int)
        case chunkSize
        case chunk(Int)
        case trailers
    }

    /// Far above any line a runtime sends.
    private static let longestLine = 1 << 20

    mutating func append(_ more: UnsafeBufferPointer<UInt8>) {
        if position > 0 {
            bytes.removeFirst(position)
            position = 0
        }
        bytes.append(contentsOf: more)
    }

    /// Whether the client waits for permission to send the body of the request begun.
    var expectsContinue: Bool {
        request?.fields["expect"]?.lowercased() == "100-continue" && position == bytes.count
    }

    /// The next request that has arrived whole.
    mutating func next() throws(HTTPSyntaxError) -> HTTPRequest? {
        while true {
            switch remaining {
            case .head:
                guard try readHead() else { return nil }
            case .body(let count):
                guard take(count) else { return nil }
                return finish()
            case .chunkSize:
                guard let line = try line() else { return nil }
                guard let size = Int(line.prefix { $0 != ";" && $0 != " " }, radix: 16), size >= 0
                else { throw HTTPSyntaxError() }
                remaining = size == 0 ? .trailers : .chunk(size)
            case .chunk(let count):
                guard bytes.count - position >= count + 2, take(count) else { return nil }
                position += 2
                remaining = .chunkSize
            case .trailers:
                guard let line = try line() else { return nil }
                if line.isEmpty { return finish() }
                try readField(line)
            }
        }
    }

    private mutating func finish() -> HTTPRequest? {
        defer { (request, remaining) = (nil, .head) }
        return request
    }

    /// Reads lines up to the empty one; false when more bytes are needed.
    private mutating func readHead() throws(HTTPSyntaxError) -> Bool {
        while let line = try line() {
            if request == nil {
                let words = line.split(separator: " ")
                guard words.count == 3, words[2].hasPrefix("HTTP/1.") else {
                    throw HTTPSyntaxError()
                }
                request = HTTPRequest(method: String(words[0]), path: String(words[1]))
            } else if line.isEmpty {
                remaining = try bodyFraming()
                return true
            } else {
                try readField(line)
            }
        }
        return false
    }

    private func bodyFraming() throws(HTTPSyntaxError) -> Remaining {
        if let coding = request?.fields["transfer-encoding"] {
            guard coding.lowercased() == "chunked" else { throw HTTPSyntaxError() }
            return .chunkSize
        }
        guard let length = request?.fields["content-length"] else { return .body(0) }
        guard let count = Int(length), count >= 0 else { throw HTTPSyntaxError() }
        return .body(count)
    }

    private mutating func readField(_ line: Substring) throws(HTTPSyntaxError) {
        guard let colon = line.firstIndex(of: ":") else { throw HTTPSyntaxError() }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        request?.fields[line[..<colon].lowercased()] = String(value)
    }

    /// The next line without its end, or nil when it has not ended yet.
    private mutating func line() throws(HTTPSyntaxError) -> Substring? {
        guard let end = bytes[position...].firstIndex(of: 0x0A) else {
            if bytes.count - position > Self.longestLine { throw HTTPSyntaxError() }
            return nil
        }
        let hasReturn = end > position && bytes[end - 1] == 0x0D
        let line = String(decoding: bytes[position..<(hasReturn ? end - 1 : end)], as: UTF8.self)
        position = end + 1
        return line[...]
    }

    /// Moves so many bytes to the body; false when they have not arrived.
    private mutating func take(_ count: Int) -> Bool {
        guard bytes.count - position >= count else { return false }
        request?.body.append(contentsOf: bytes[position..<position + count])
        position += count
        return true
    }
}
