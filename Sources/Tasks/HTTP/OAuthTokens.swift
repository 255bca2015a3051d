import JSON
import StatesLanguage

/// Keeps the tokens of OAuth connections: one is asked for when the first call needs it, and again
/// when it is about to expire or a server refuses it. Calls that come meanwhile wait for the same.
///
/// Used on one thread only.
final class OAuthTokens {
    /// A token as the value of the header `Authorization`.
    struct Token {
        var header: String
        /// When another is to be asked for, in milliseconds since 1970; nil for when it is refused.
        var renewal: Int?
    }

    typealias Taker = (Result<String, StateFault>) -> Void

    private var tokens: [String: Token] = [:]
    private var waiting: [String: [Taker]] = [:]

    /// Gives `taker` the token of a connection; `fetch` is called if another is needed.
    func take(
        of connection: String, now: Int, fetch: () -> Void, _ taker: @escaping Taker
    ) {
        if let token = tokens[connection], token.renewal ?? .max > now {
            return taker(.success(token.header))
        }
        waiting[connection, default: []].append(taker)
        if waiting[connection]?.count == 1 { fetch() }
    }

    /// Hands the token, or why there is none, to all that wait for it.
    func give(_ result: Result<Token, StateFault>, of connection: String) {
        if case .success(let token) = result {
            tokens[connection] = token
        } else {
            tokens[connection] = nil
        }
        for taker in waiting.removeValue(forKey: connection) ?? [] {
            taker(result.map(\.header))
        }
    }

    /// Forgets a token that a server has refused, unless there is another by now.
    func forget(_ header: String, of connection: String) {
        if tokens[connection]?.header == header { tokens[connection] = nil }
    }
}

extension OAuthTokens.Token {
    /// The token that an authorization endpoint has answered with; nil if there is none.
    init?(_ answer: Value, now: Int) {
        guard let token = answer["access_token"]?.string, !token.isEmpty else { return nil }
        let type = answer["token_type"]?.string ?? "Bearer"
        // As it is written in RFC 6750, whose readers may look at the case.
        header = (type.lowercased() == "bearer" ? "Bearer" : type) + " " + token
        let seconds =
            answer["expires_in"]?.number?.double
            ?? answer["expires_in"]?.string.flatMap { Double($0) }
        guard let seconds, seconds > 0, seconds < 1e9 else { return }
        let lifetime = Int(seconds * 1000)
        renewal = now + lifetime - min(60_000, lifetime / 10)
    }
}

extension HTTPCall {
    /// The request for a token: a form with the client's id and secret, or JSON where the connection
    /// says so; a query for GET.
    init(tokenOf oauth: ConnectionBinding.OAuth, endpoint: String) throws(StateFault) {
        var fields = ObjectValue([
            Member("grant_type", "client_credentials"),
            Member("client_id", .string(oauth.clientID)),
            Member("client_secret", .string(oauth.clientSecret)),
        ])
        for member in oauth.body?.object?.members ?? [] { fields[member.key] = member.value }
        var headers = ObjectValue(
            oauth.headers.map { Member(Key($0.name), .string($0.value)) })
        func header(_ name: String) -> String? {
            oauth.headers.first { $0.name.lowercased() == name }?.value
        }
        if header("accept") == nil { headers["Accept"] = "application/json" }
        var parameters = ObjectValue([Member("Method", .string(oauth.method))])
        if oauth.method == "GET" {
            parameters["QueryParameters"] = .object(fields)
        } else {
            parameters["RequestBody"] = .object(fields)
            if header("content-type") == nil {
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            }
            let type = headers["Content-Type"]?.string ?? header("content-type") ?? ""
            if type.lowercased().hasPrefix("application/x-www-form-urlencoded") {
                parameters["Transform"] = ["RequestBodyEncoding": "URL_ENCODED"]
            }
        }
        parameters["Headers"] = .object(headers)
        var added = ConnectionBinding()
        added.query = oauth.query
        try self.init(.object(parameters), endpoint: endpoint, connection: added, region: "")
        self.headers.removeAll { $0.name == "Range" }
        set("User-Agent", "Amazon/EventBridge/ApiDestinations")
    }
}
