import JSON

/// What TestState shows of an HTTP task's request and response, under AWS's names.
extension HTTPCall {
    /// The request, sent in the HTTP version that was answered.
    func exchanged(over answer: HTTPAnswer) -> Value {
        var lines = headers.map { (name: $0.name, values: [$0.value]) }
        if let credentials {
            let pair = Array("\(credentials.user):\(credentials.password)".utf8)
            let text = pair.withUnsafeBufferPointer(Base64.encode)
            lines.append(("Authorization", ["Basic \(text)"]))
        }
        var object = ObjectValue()
        object["protocol"] = .string(answer.version.isEmpty ? "HTTP/1.1" : answer.version)
        object["method"] = .string(method)
        object["url"] = .string(url)
        object["headers"] = HTTPHeaders.value(lines)
        object["body"] = body.map { .string(String(decoding: $0, as: UTF8.self)) }
        return .object(object)
    }
}

extension HTTPAnswer {
    /// The response; nil if nothing came.
    var exchanged: Value? {
        guard !version.isEmpty else { return nil }
        return [
            "protocol": .string(version), "statusCode": .string(String(status)),
            "statusMessage": .string(statusText), "headers": HTTPHeaders.value(headers),
            "body": .string(String(decoding: body, as: UTF8.self)),
        ]
    }
}

extension HTTPHeaders {
    /// Names and what they have.
    static func value(_ headers: [(name: String, values: [String])]) -> Value {
        .object(headers.map { Member(Key($0.name), .array($0.values.map { .string($0) })) })
    }
}
