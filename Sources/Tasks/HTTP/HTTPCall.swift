import JSON
import StatesLanguage

/// One request of an HTTP task: what `arn:aws:states:::http:invoke` was given, with what its
/// connection adds.
struct HTTPCall: Sendable {
    var method: String
    /// Where it goes, query included; holds what the connection keeps secret.
    var url: String
    /// The same without what comes after the path, for messages.
    var place: String
    var headers: [(name: String, value: String)]
    var body: [UInt8]?
    var credentials: ConnectionBinding.Credentials?
    /// How the token is got that goes with it.
    var oauth: ConnectionBinding.OAuth?

    static let methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]

    /// The endpoint that parameters name.
    static func endpoint(_ parameters: Value) throws(StateFault) -> String {
        guard let endpoint = parameters["ApiEndpoint"]?.string else {
            throw .runtime("the parameter 'ApiEndpoint' of http:invoke must be a string")
        }
        guard HTTPOrigin(endpoint) != nil else {
            throw .runtime(
                "the ApiEndpoint '\(endpoint)' of http:invoke is no URL that begins with https:// "
                    + "or http://")
        }
        return endpoint
    }

    /// The name or ARN of the connection that parameters want to be used.
    static func connection(_ parameters: Value) -> String? {
        (parameters["Authentication"] ?? parameters["InvocationConfig"])?["ConnectionArn"]?.string
    }

    /// The call with these parameters to `endpoint`, which may be another than they name.
    init(
        _ parameters: Value, endpoint: String, connection: ConnectionBinding?, region: String
    ) throws(StateFault) {
        guard let method = parameters["Method"]?.string, Self.methods.contains(method) else {
            throw .runtime(
                "the parameter 'Method' of http:invoke must be one of "
                    + Self.methods.joined(separator: ", "))
        }
        self.method = method
        let query =
            try QueryText.pairs(parameters["QueryParameters"] ?? .null)
            + (connection?.query ?? []).map { ($0.name, $0.value) }
        url = QueryText.append(query, to: endpoint)
        place = String(endpoint.prefix { $0 != "?" && $0 != "#" })
        headers = try HTTPHeaders.read(parameters["Headers"] ?? .null)
        let body = try RequestBody(parameters, added: connection?.body, headers: headers)
        self.body = body.bytes
        // Also without a body: libcurl's own choice for a POST would be a form.
        let sends = self.body != nil || ["POST", "PUT", "PATCH"].contains(method)
        if sends, !has("Content-Type") { headers.append(("Content-Type", body.type)) }
        for header in connection?.headers ?? [] { set(header.name, header.value) }
        credentials = connection?.credentials
        oauth = connection?.oauth
        // What Step Functions sends with each request.
        if !has("User-Agent") {
            headers.append(("User-Agent", "Amazon|StepFunctions|HttpInvoke|\(region)"))
        }
        if !has("Range") { headers.append(("Range", "bytes=0-262144")) }
    }

    /// Whether it has a header of this name, however that is written.
    func has(_ name: String) -> Bool {
        headers.contains { $0.name.lowercased() == name.lowercased() }
    }

    /// Puts a header in the place of one with the same name.
    mutating func set(_ name: String, _ value: String) {
        headers.removeAll { $0.name.lowercased() == name.lowercased() }
        headers.append((name, value))
    }
}

/// Headers as an HTTP task names them.
enum HTTPHeaders {
    private static let forbidden: Set<String> = [
        "a-im", "accept-charset", "accept-datetime", "accept-encoding", "cache-control",
        "connection", "content-encoding", "content-length", "content-md5", "date", "expect",
        "forwarded", "from",
        "host", "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range",
        "if-unmodified-since", "keep-alive", "max-forwards", "origin", "pragma",
        "proxy-authorization",
        "referer", "server", "te", "trailer", "transfer-encoding", "upgrade", "via", "warning",
    ]
    private static let forbiddenBeginnings = ["x-forwarded-", "x-amz-", "x-amzn-"]

    static func read(_ value: Value) throws(StateFault) -> [(name: String, value: String)] {
        if value.isNull { return [] }
        guard let members = value.object?.members else {
            throw .runtime("the parameter 'Headers' of http:invoke must be an object")
        }
        var headers: [(name: String, value: String)] = []
        for member in members {
            let name = member.key.string
            let lower = name.lowercased()
            guard !forbidden.contains(lower),
                !forbiddenBeginnings.contains(where: lower.hasPrefix)
            else { throw .runtime("the header '\(name)' cannot be set by an HTTP task") }
            let texts = (member.value.array?.elements ?? [member.value]).map(\.plainText)
            guard isName(name), !texts.contains(nil) else {
                throw .runtime("the header '\(name)' of http:invoke must have a text as its value")
            }
            let text = texts.compactMap { $0 }.joined(separator: ",")
            guard !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
                throw .runtime("the header '\(name)' of http:invoke has a control character in it")
            }
            headers.append((name, text))
        }
        return headers
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x3A }
    }
}

extension Value {
    /// A text, number or truth value as text; nil for anything else.
    var plainText: String? {
        switch kind {
        case .string: string
        case .number, .boolean: serialized
        default: nil
        }
    }
}
