import JSON
import JSONata

/// Reads schemas: each keyword is known or refused by name.
struct SchemaCompiler {
    enum Draft { case seven, latest }

    let root: Node
    private(set) var draft = Draft.latest
    /// Schemas by their place, so that references may lead in circles.
    private var nodes: [JSONPointer: SchemaNode] = [:]
    private var anchors: [String: Node] = [:]
    private var rootId: String?
    private(set) var problems: [SchemaProblem] = []

    private static let drafts: [(uri: String, draft: Draft)] = [
        ("json-schema.org/draft-07/schema", .seven),
        ("json-schema.org/draft/2020-12/schema", .latest),
    ]
    /// Keywords that say something to readers and demand nothing.
    static let annotations: Set<String> = [
        "$schema", "$id", "$anchor", "$comment", "title", "description", "default", "examples",
        "deprecated", "readOnly", "writeOnly", "contentMediaType", "contentEncoding",
        "contentSchema",
    ]
    /// Keywords that one of the two drafts has.
    private static let onlySeven: Set<String> = ["additionalItems", "dependencies"]
    private static let onlyLatest: Set<String> = [
        "prefixItems", "dependentRequired", "dependentSchemas", "minContains", "maxContains",
        "$anchor",
    ]

    init(_ root: Node) { self.root = root }

    mutating func compile() throws(SchemaProblems) -> SchemaNode {
        readDraft()
        collectAnchors(root)
        let compiled = schema(root)
        if problems.isEmpty { checkCircles() }
        guard problems.isEmpty else { throw SchemaProblems(problems) }
        return compiled
    }

    mutating func refuse(_ node: Node, _ message: String) {
        problems.append(SchemaProblem(position: node.position, message: message))
    }

    private mutating func readDraft() {
        rootId = root["$id"]?.value.string.map { String($0.split(separator: "#")[0]) }
        guard let node = root["$schema"] else { return }
        let uri = node.value.string ?? ""
        guard let found = Self.drafts.first(where: { uri.contains($0.uri) }) else {
            return refuse(
                node,
                "'$schema' is neither draft 2020-12 nor draft-07; write "
                    + "\"https://json-schema.org/draft/2020-12/schema\"")
        }
        draft = found.draft
    }

    private mutating func collectAnchors(_ node: Node) {
        if draft == .latest, let name = node["$anchor"]?.value.string { anchors[name] = node }
        for member in node.members { collectAnchors(member.value) }
        for element in node.elements { collectAnchors(element) }
    }

    /// The schema at a place, compiled once.
    mutating func schema(_ node: Node) -> SchemaNode {
        if let known = nodes[node.pointer] { return known }
        let made = SchemaNode()
        nodes[node.pointer] = made
        switch node.value {
        case .bool(let bool): made.allowsNothing = !bool
        case .object: read(node, into: made)
        default: refuse(node, "a schema is an object, true or false")
        }
        return made
    }

    private mutating func read(_ node: Node, into made: SchemaNode) {
        if draft == .seven, let reference = node["$ref"] {
            // All beside a reference is without effect in this draft, but for what is referred to.
            if let target = target(of: reference) { made.rules.append(.reference(schema(target))) }
            for name in ["definitions", "$defs"] { node[name].map { readDefinitions($0) } }
            return
        }
        for member in node.members {
            let name = member.name
            if (draft == .seven && Self.onlyLatest.contains(name))
                || (draft == .latest && Self.onlySeven.contains(name))
            {
                let other = draft == .seven ? "draft 2020-12" : "draft-07"
                refuse(member.value, "'\(name)' is a keyword of \(other), and this schema is not")
            } else {
                readKeyword(name, member.value, in: node, into: made)
            }
        }
    }

    mutating func readDefinitions(_ node: Node) {
        guard case .object = node.value else {
            return refuse(node, "definitions are an object of schemas")
        }
        for member in node.members { _ = schema(member.value) }
    }

    /// The schema that a `$ref` leads to, if it lies in this file.
    mutating func target(of reference: Node) -> Node? {
        guard var text = reference.value.string else {
            refuse(reference, "'$ref' must be a text")
            return nil
        }
        if let rootId, text.hasPrefix(rootId) { text.removeFirst(rootId.count) }
        if text.isEmpty || text == "#" { return root }
        if text.hasPrefix("#/"), let found = Self.resolve(text.dropFirst(), in: root) {
            return found
        }
        if text.hasPrefix("#"), let anchored = anchors[String(text.dropFirst())] { return anchored }
        let where_ = text.hasPrefix("#") ? "nothing in this file" : "another file"
        refuse(
            reference,
            "'$ref' \"\(text)\" leads to \(where_); references stay within the file: "
                + "\"#/$defs/name\"")
        return nil
    }

    private static func resolve(_ text: Substring, in root: Node) -> Node? {
        guard let pointer = JSONPointer(parsing: percentDecoded(text)) else { return nil }
        var node = root
        for step in pointer.steps {
            if let member = node[step] {
                node = member
            } else {
                let elements = node.elements
                guard let index = Int(step), elements.indices.contains(index) else { return nil }
                node = elements[index]
            }
        }
        return node
    }

    private static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == 0x25, digits.count == 2, let code = UInt8(digits, radix: 16) {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A schema that leads back to itself without going into the value would never end.
    private mutating func checkCircles() {
        var finished: Set<ObjectIdentifier> = []
        var open: Set<ObjectIdentifier> = []
        func leadsBack(_ node: SchemaNode) -> Bool {
            let id = ObjectIdentifier(node)
            if finished.contains(id) { return false }
            guard open.insert(id).inserted else { return true }
            defer {
                open.remove(id)
                finished.insert(id)
            }
            return node.rules.flatMap(\.sameValueSchemas).contains { leadsBack($0) }
        }
        for (pointer, node) in nodes where leadsBack(node) {
            let place = Self.resolve(Substring(pointer.description), in: root) ?? root
            return refuse(place, "'$ref' leads back to itself without going into the value")
        }
    }
}

extension SchemaNode.Rule {
    /// The schemas that the same value has to meet, or not to meet.
    fileprivate var sameValueSchemas: [SchemaNode] {
        switch self {
        case .reference(let node), .not(let node): [node]
        case .all(let nodes), .any(let nodes), .one(let nodes): nodes
        case .condition(let test, let then, let otherwise):
            [test, then, otherwise].compactMap { $0 }
        case .dependentSchemas(let schemas): schemas.map(\.schema)
        default: []
        }
    }
}
