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

    /// How a token is got that goes with each call: AWS's `OAUTH_CLIENT_CREDENTIALS`.
    public struct OAuth: Sendable, Equatable {
        /// The name of its connection.
        public var connection: String
        /// Where it is asked for.
        public var endpoint: String
        public var method = "POST"
        public var clientID: String
        public var clientSecret: String
        /// What else is sent there.
        public var headers: [Field] = []
        public var query: [Field] = []
        public var body: Value?
    }

    /// Headers that take the place of the task's.
    public var headers: [Field] = []
    /// What is appended to the query.
    public var query: [Field] = []
    /// Members that are put into the body.
    public var body: Value?
    /// Basic authentication.
    public var credentials: Credentials?
    /// OAuth.
    public var oauth: OAuth?

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
        filled.headers = filler.fill(headers)
        filled.query = filler.fill(query)
        filled.body = body.map { filler.fill($0) }
        filled.credentials = credentials.map {
            Credentials(user: filler.fill($0.user), password: filler.fill($0.password))
        }
        filled.oauth = oauth.map { filler.fill($0) }
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

        mutating func fill(_ fields: [Field]) -> [Field] {
            fields.map { Field(name: $0.name, value: fill($0.value)) }
        }

        mutating func fill(_ oauth: OAuth) -> OAuth {
            var filled = oauth
            filled.endpoint = fill(oauth.endpoint)
            filled.clientID = fill(oauth.clientID)
            filled.clientSecret = fill(oauth.clientSecret)
            filled.headers = fill(oauth.headers)
            filled.query = fill(oauth.query)
            filled.body = oauth.body.map { fill($0) }
            return filled
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
