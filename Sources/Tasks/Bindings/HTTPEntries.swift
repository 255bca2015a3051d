import JSON
import Scheduling

/// Entries of `endpoints:` and `connections:` in `maprun.yaml`.
struct HTTPEntries {
    private let yaml: YAMLReader

    init(_ yaml: YAMLReader) { self.yaml = yaml }

    private static let endpointKeys = [
        "url", "rate", "connections", "timeout", "retryAfter", "idempotencyHeader", "certificates",
    ]
    private static let connectionKeys = ["headers", "query", "body", "apiKey", "basic", "oauth"]
    private static let oauthKeys = [
        "endpoint", "method", "clientId", "clientSecret", "headers", "query", "body",
    ]

    /// The endpoint that a URL or a mapping says.
    func endpoint(_ beginning: String, _ node: YAMLNode) -> EndpointBinding {
        var endpoint = EndpointBinding()
        if HTTPOrigin(beginning) == nil {
            yaml.complain("endpoint '\(beginning)' must begin with https:// or http://", at: node)
        }
        if case .scalar(let scalar) = node {
            endpoint.url = url(scalar.string, node, beginning)
            return endpoint
        }
        let what = "endpoint '\(beginning)'"
        let members = yaml.members(node, of: what, allowed: Self.endpointKeys)
        if let node = members["url"] {
            endpoint.url = yaml.text(node, "'url' of \(what)").flatMap { url($0, node, beginning) }
        }
        endpoint.settings = settings(members, what)
        return endpoint
    }

    private func url(_ text: String, _ node: YAMLNode, _ beginning: String) -> String? {
        if HTTPOrigin(text) != nil {
            // "https://a" and "https://a/" mean the same server.
            return beginning.hasSuffix("/") || !text.hasSuffix("/")
                ? text : String(text.dropLast())
        }
        yaml.complain(
            "endpoint '\(beginning)' stands for '\(text)', which does not begin with https:// or "
                + "http://", at: node)
        return nil
    }

    private func settings(_ members: [String: YAMLNode], _ what: String) -> HTTPSettings {
        var settings = HTTPSettings()
        settings.timeout =
            yaml.seconds(members["timeout"], "'timeout' of \(what)", atLeast: 0.001)
            ?? settings.timeout
        settings.connections = yaml.integer(members["connections"], "'connections' of \(what)")
        settings.certificates = yaml.path(members["certificates"], "'certificates' of \(what)")
        if let node = members["rate"], let text = yaml.text(node, "'rate' of \(what)") {
            settings.rate = Rate(parsing: text)
            if settings.rate == nil {
                yaml.complain("'rate' of \(what) must be such as 50/s, 10/m or 5/h", at: node)
            }
        }
        if let node = members["retryAfter"], let text = yaml.text(node, "'retryAfter' of \(what)") {
            settings.obeysRetryAfter = text != "ignore"
            if text != "ignore", text != "obey" {
                yaml.complain(
                    "'retryAfter' of \(what) is 'obey' or 'ignore', not '\(text)'", at: node)
            }
        }
        if let node = members["idempotencyHeader"],
            let text = yaml.text(node, "'idempotencyHeader' of \(what)")
        {
            settings.idempotencyHeader = text == "none" ? nil : text
        }
        return settings
    }

    /// What a connection adds to calls.
    func connection(_ name: String, _ node: YAMLNode) -> ConnectionBinding {
        let what = "connection '\(name)'"
        let members = yaml.members(node, of: what, allowed: Self.connectionKeys)
        var connection = ConnectionBinding()
        connection.headers = fields(members["headers"], "'headers' of \(what)")
        connection.query = fields(members["query"], "'query' of \(what)")
        connection.body = body(members["body"], "'body' of \(what)")
        if let node = members["apiKey"] {
            let parts = texts(node, "'apiKey' of \(what)", ["name", "value"])
            connection.headers.append(.init(name: parts[0], value: parts[1]))
        }
        if let node = members["basic"] {
            let parts = texts(node, "'basic' of \(what)", ["user", "password"])
            connection.credentials = .init(user: parts[0], password: parts[1])
        }
        if let node = members["oauth"] { connection.oauth = oauth(node, name) }
        let kinds = ["apiKey", "basic", "oauth"].filter { members[$0] != nil }
        if kinds.count > 1 {
            yaml.complain(
                "\(what) has \(kinds.map { "'\($0)'" }.joined(separator: " and ")); a connection "
                    + "has one of them", at: node)
        }
        return connection
    }

    private func oauth(_ node: YAMLNode, _ name: String) -> ConnectionBinding.OAuth {
        let what = "'oauth' of connection '\(name)'"
        let members = yaml.members(node, of: what, allowed: Self.oauthKeys)
        let parts = texts(members, node, what, ["endpoint", "clientId", "clientSecret"])
        var oauth = ConnectionBinding.OAuth(
            connection: name, endpoint: parts[0], clientID: parts[1], clientSecret: parts[2])
        if HTTPOrigin(oauth.endpoint) == nil, !oauth.endpoint.hasPrefix("${") {
            yaml.complain("'endpoint' of \(what) must begin with https:// or http://", at: node)
        }
        if let node = members["method"], let method = yaml.text(node, "'method' of \(what)") {
            oauth.method = method
            if !["GET", "POST", "PUT"].contains(method) {
                yaml.complain("'method' of \(what) is GET, POST or PUT, not '\(method)'", at: node)
            }
        }
        oauth.headers = fields(members["headers"], "'headers' of \(what)")
        oauth.query = fields(members["query"], "'query' of \(what)")
        oauth.body = body(members["body"], "'body' of \(what)")
        return oauth
    }

    private func body(_ node: YAMLNode?, _ what: String) -> Value? {
        guard let node else { return nil }
        return .object(
            yaml.members(node, of: what).map { Member(Key($0.name), value($0.value)) })
    }

    private func fields(_ node: YAMLNode?, _ what: String) -> [ConnectionBinding.Field] {
        guard let node else { return [] }
        return yaml.members(node, of: what).map {
            .init(name: $0.name, value: yaml.word($0.value, "'\($0.name)' in \(what)") ?? "")
        }
    }

    /// The texts of all these keys, each of which must be there.
    private func texts(_ node: YAMLNode, _ what: String, _ keys: [String]) -> [String] {
        texts(yaml.members(node, of: what, allowed: keys), node, what, keys)
    }

    private func texts(
        _ members: [String: YAMLNode], _ node: YAMLNode, _ what: String, _ keys: [String]
    ) -> [String] {
        keys.map { key in
            if members[key] == nil { yaml.complain("\(what) needs '\(key)'", at: node) }
            return yaml.text(members[key], "'\(key)' in \(what)") ?? ""
        }
    }

    private func value(_ node: YAMLNode) -> Value {
        switch node {
        case .mapping:
            return .object(
                yaml.members(node, of: "the body").map { Member(Key($0.name), value($0.value)) })
        case .sequence(let sequence): return .array(sequence.map(value))
        default: break
        }
        if node.null != nil { return .null }
        if let flag = node.bool { return .bool(flag) }
        if let number = node.int { return .int(number) }
        if let number = node.float { return .double(number) }
        return .string(node.string ?? "")
    }
}
