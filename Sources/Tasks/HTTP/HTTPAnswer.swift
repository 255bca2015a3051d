import JSON
import StatesLanguage

/// What a server has answered, as it comes in.
struct HTTPAnswer {
    /// `HTTP/1.1`; empty while nothing has come.
    private(set) var version = ""
    private(set) var status = 0
    private(set) var statusText = ""
    private(set) var headers: [(name: String, values: [String])] = []
    private(set) var body: [UInt8] = []

    /// Takes a line of the head; a new status line begins a new one.
    mutating func take(line bytes: UnsafeBufferPointer<UInt8>) {
        let line = Self.trimmed(String(decoding: bytes, as: UTF8.self)[...])
        if line.hasPrefix("HTTP/") {
            let parts = line.split(separator: " ", maxSplits: 2)
            version = String(parts[0])
            status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            statusText = parts.count > 2 ? String(parts[2]) : ""
            headers = []
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = String(line[..<colon])
        let value = String(Self.trimmed(line[colon...].dropFirst()))
        if let place = headers.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
            headers[place].values.append(value)
        } else {
            headers.append((name, [value]))
        }
    }

    mutating func take(body bytes: UnsafeBufferPointer<UInt8>) { body.append(contentsOf: bytes) }

    /// The first value of a header.
    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name }?.values.first
    }

    /// The task's result, or its error.
    func result() -> Result<Value, StateFault> {
        guard let text = String(validating: body, as: UTF8.self), !isBinary else {
            return .failure(
                .runtime(
                    "the response of content type '\(header("content-type") ?? "")' is not text, "
                        + "which HTTP tasks do not support"))
        }
        guard (200..<300).contains(status) else {
            return .failure(
                StateFault(error: "States.Http.StatusCode.\(status)", cause: text))
        }
        return .success(
            .object([
                Member("Headers", HTTPHeaders.value(headers)),
                Member("ResponseBody", content(text)),
                Member("StatusCode", .int(status)), Member("StatusText", .string(statusText)),
            ]))
    }

    private var type: String? {
        header("content-type").map {
            String(Self.trimmed($0.prefix { $0 != ";" })).lowercased()
        }
    }

    private var isBinary: Bool {
        guard let type else { return false }
        return type == "application/octet-stream"
            || ["image/", "video/", "audio/"].contains(where: type.hasPrefix)
    }

    /// JSON where the server says so or says nothing, else the text.
    private func content(_ text: String) -> Value {
        guard type.map({ $0.hasSuffix("/json") || $0.hasSuffix("+json") }) ?? true else {
            return .string(text)
        }
        // What calls itself JSON and is none is a text like any other.
        return (try? body.withUnsafeBufferPointer { try Value.parse($0) }) ?? .string(text)
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return text.drop(while: \.isWhitespace)
    }
}
