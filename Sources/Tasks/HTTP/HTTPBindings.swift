import JSON
import Scheduling

/// How the calls to a server are made.
public struct HTTPSettings: Sendable, Equatable {
    /// Seconds one call may take: AWS's limit.
    public var timeout = 60.0
    /// How many calls may start in a time.
    public var rate: Rate?
    /// How many calls are under way at the most.
    public var connections: Int?
    /// Whether `Retry-After` of an answer 429 or 503 holds calls back.
    public var obeysRetryAfter = true
    /// The header that carries the idempotency key; nil for none.
    public var idempotencyHeader: String? = "Idempotency-Key"
    /// A file of certificates to trust.
    public var certificates: String?

    /// AWS's.
    public init() {}

    var timeoutText: String {
        timeout == timeout.rounded() ? "\(Int(timeout))" : "\(timeout)"
    }
}

/// What the URLs that begin with another stand for here.
public struct EndpointBinding: Sendable, Equatable {
    /// What takes the place of the beginning; nil leaves it.
    public var url: String?
    /// How calls are made.
    public var settings = HTTPSettings()
}

/// What an EventBridge connection adds to calls. Texts name environment variables as `${NAME}`.
public struct ConnectionBinding: Sendable, Equatable {
    /// A name with its text.
    public struct Field: Sendable, Equatable {
        public var name: String
        public var value: String
    }

    /// Who calls, for basic authentication.
    public struct Credentials: Sendable, Equatable {
        public var user: String
        public var password: String
    }

    /// Headers that take the place of the task's.
    public var headers: [Field] = []
    /// What is appended to the query.
    public var query: [Field] = []
    /// Members that are put into the body.
    public var body: Value?
    /// Basic authentication.
    public var credentials: Credentials?

    /// Variables that texts name and the environment lacks.
    struct Missing: Error, CustomStringConvertible {
        var names: [String]
        var description: String {
            "the environment variable" + (names.count > 1 ? "s " : " ")
                + names.map { "'\($0)'" }.joined(separator: ", ") + " must be set"
        }
    }

    /// The binding with the variables' values in place of their names.
    func filled(from environment: [String: String]) throws(Missing) -> ConnectionBinding {
        var filler = Filler(environment: environment)
        var filled = self
        for index in headers.indices {
            filled.headers[index].value = filler.fill(headers[index].value)
        }
        for index in query.indices { filled.query[index].value = filler.fill(query[index].value) }
        filled.body = body.map { filler.fill($0) }
        filled.credentials = credentials.map {
            Credentials(user: filler.fill($0.user), password: filler.fill($0.password))
        }
        guard filler.missing.isEmpty else { throw Missing(names: filler.missing) }
        return filled
    }

    private struct Filler {
        let environment: [String: String]
        var missing: [String] = []

        mutating func fill(_ text: String) -> String {
            var out = ""
            var rest = text[...]
            while let start = rest.firstRange(of: "${"),
                let end = rest[start.upperBound...].firstIndex(of: "}")
            {
                let name = String(rest[start.upperBound..<end])
                out += rest[..<start.lowerBound]
                if let value = environment[name] {
                    out += value
                } else if !missing.contains(name) {
                    missing.append(name)
                }
                rest = rest[end...].dropFirst()
            }
            return out + rest
        }

        mutating func fill(_ value: Value) -> Value {
            if let text = value.string { return .string(fill(text)) }
            if let members = value.object?.members {
                return .object(members.map { Member($0.key, fill($0.value)) })
            }
            if let elements = value.array?.elements { return .array(elements.map { fill($0) }) }
            return value
        }
    }
}

extension Bindings {
    /// Where a call to `url` goes, and how it is made: the longest beginning that is bound counts.
    func endpoint(_ url: String) -> (url: String, settings: HTTPSettings) {
        let bound = endpoints.filter { Self.begins(url, with: $0.key) }
            .max { $0.key.utf8.count < $1.key.utf8.count }
        guard let bound else { return (url, HTTPSettings()) }
        let replaced = bound.value.url.map { $0 + url.dropFirst(bound.key.count) } ?? url
        return (replaced, bound.value.settings)
    }

    private static func begins(_ url: String, with beginning: String) -> Bool {
        guard url.hasPrefix(beginning) else { return false }
        guard let next = url.dropFirst(beginning.count).first else { return true }
        return beginning.hasSuffix("/") || "/?#".contains(next)
    }

    /// The connection of this name or ARN.
    func connection(named name: String) -> ConnectionBinding? {
        connections[name] ?? connections[Self.connectionName(name)]
    }

    /// `Stripe` of `arn:aws:events:us-east-2:123456789012:connection/Stripe/81210c42-…`.
    static func connectionName(_ name: String) -> String {
        let parts = name.split(separator: "/")
        guard parts.count > 1, parts[0].hasSuffix(":connection") else { return name }
        return String(parts[1])
    }
}
