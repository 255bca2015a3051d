import JSON
import Scheduling

/// Entries of `endpoints:` and `connections:` in `maprun.yaml`.
struct HTTPEntries {
    private let yaml: YAMLReader

    init(_ yaml: YAMLReader) { self.yaml = yaml }

    private static let endpointKeys = [
        "url", "rate", "connections", "timeout", "retryAfter", "idempotencyHeader", "certificates",
    ]
    private static let connectionKeys = ["headers", "query", "body", "apiKey", "basic"]

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
            yaml.number(members["timeout"], "'timeout' of \(what)", atLeast: 0.001)
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
        if let body = members["body"] {
            connection.body = .object(
                yaml.members(body, of: "'body' of \(what)").map {
                    Member(Key($0.name), value($0.value))
                })
        }
        if let node = members["apiKey"] {
            let parts = texts(node, "'apiKey' of \(what)", ["name", "value"])
            connection.headers.append(.init(name: parts[0], value: parts[1]))
        }
        if let node = members["basic"] {
            let parts = texts(node, "'basic' of \(what)", ["user", "password"])
            connection.credentials = .init(user: parts[0], password: parts[1])
        }
        return connection
    }

    private func fields(_ node: YAMLNode?, _ what: String) -> [ConnectionBinding.Field] {
        guard let node else { return [] }
        return yaml.members(node, of: what).map {
            .init(name: $0.name, value: yaml.text($0.value, "'\($0.name)' in \(what)") ?? "")
        }
    }

    /// The texts of all these keys, each of which must be there.
    private func texts(_ node: YAMLNode, _ what: String, _ keys: [String]) -> [String] {
        let members = yaml.members(node, of: what, allowed: keys)
        return keys.map { key in
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
