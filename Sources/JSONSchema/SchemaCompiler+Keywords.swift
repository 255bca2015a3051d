import JSON
import JSONata

/// The keywords, one by one.
extension SchemaCompiler {
    mutating func readKeyword(
        _ name: String, _ value: Node, in parent: Node, into made: SchemaNode
    ) {
        switch name {
        case "$id" where parent.pointer.steps.isEmpty: break
        case "$id": refuse(value, "'$id' within a schema is not supported; take it out")
        case "$ref":
            if let target = target(of: value) { made.rules.append(.reference(schema(target))) }
        case "$defs", "definitions": readDefinitions(value)
        case "type": made.types = types(value)
        case "enum":
            guard let values = value.value.array?.elements else {
                return refuse(value, "'enum' must be an array")
            }
            made.rules.append(.enumeration(values))
        case "const": made.rules.append(.constant(value.value))
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf":
            readNumber(name, value, into: made)
        case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
            readCount(name, value, into: made)
        case "pattern":
            if let pattern = pattern(value, value.value.string) {
                made.rules.append(.pattern(pattern))
            }
        case "format": readFormat(value, into: made)
        case "items", "prefixItems", "additionalItems", "uniqueItems", "contains",
            "minContains", "maxContains":
            readElements(name, value, in: parent, into: made)
        case "properties", "patternProperties", "additionalProperties", "required",
            "propertyNames", "dependentRequired", "dependentSchemas", "dependencies":
            readMembers(name, value, in: parent, into: made)
        case "allOf": made.rules.append(.all(schemas(name, value)))
        case "anyOf": made.rules.append(.any(schemas(name, value)))
        case "oneOf": made.rules.append(.one(schemas(name, value)))
        case "not": made.rules.append(.not(schema(value)))
        case "if":
            made.rules.append(
                .condition(
                    schema(value), then: parent["then"].map { schema($0) },
                    otherwise: parent["else"].map { schema($0) }))
        case "then", "else":
            // Without `if` they are checked for their form and demand nothing.
            _ = schema(value)
        case _ where Self.annotations.contains(name): break
        default:
            refuse(
                value,
                "keyword '\(name)' is not supported, and to leave it out would be to accept what "
                    + "it refuses; take it out of the schema")
        }
    }

    private mutating func types(_ value: Node) -> SchemaNode.Types {
        let names = value.elements.isEmpty ? [value] : value.elements
        var types: SchemaNode.Types = []
        for name in names {
            guard
                let type = SchemaNode.Types.names.first(where: { $0.name == name.value.string })
            else {
                refuse(
                    name,
                    "'type' is one of "
                        + SchemaNode.Types.names.map(\.name).joined(separator: ", "))
                continue
            }
            types.insert(type.type)
        }
        return types
    }

    private mutating func readNumber(_ name: String, _ value: Node, into made: SchemaNode) {
        guard let number = value.value.number, name != "multipleOf" || number.double > 0 else {
            return refuse(
                value, "'\(name)' must be a number\(name == "multipleOf" ? " above 0" : "")")
        }
        made.rules.append(.number(keyword: name, bound: number))
    }

    mutating func count(_ name: String, _ value: Node) -> Int? {
        if let count = value.value.number?.int, count >= 0 { return count }
        refuse(value, "'\(name)' must be a whole number, 0 or more")
        return nil
    }

    private mutating func readCount(_ name: String, _ value: Node, into made: SchemaNode) {
        guard let count = count(name, value) else { return }
        if name.hasSuffix("Length") {
            made.rules.append(.length(keyword: name, bound: count))
        } else if name.hasSuffix("Items") {
            made.rules.append(.elementCount(keyword: name, bound: count))
        } else {
            made.rules.append(.memberCount(keyword: name, bound: count))
        }
    }

    private mutating func pattern(_ node: Node, _ text: String?) -> RegularExpression? {
        guard let text else {
            refuse(node, "'pattern' must be a text")
            return nil
        }
        do {
            return try RegularExpression(text)
        } catch {
            refuse(node, "'\(text)' is no regular expression: \(error.message)")
            return nil
        }
    }

    private mutating func readFormat(_ value: Node, into made: SchemaNode) {
        guard let format = value.value.string.flatMap(Format.init) else {
            let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
            return refuse(
                value,
                "format \(value.value.serialized) is not supported; there are \(known), and "
                    + "'pattern' for others")
        }
        made.rules.append(.format(format))
    }

    mutating func schemas(_ name: String, _ value: Node) -> [SchemaNode] {
        let elements = value.elements
        if elements.isEmpty { refuse(value, "'\(name)' must be an array of schemas, not empty") }
        return elements.map { schema($0) }
    }

    private mutating func readElements(
        _ name: String, _ value: Node, in parent: Node, into made: SchemaNode
    ) {
        switch name {
        case "prefixItems":
            if parent["items"] == nil {
                made.rules.append(
                    .elements(first: schemas(name, value), rest: nil, restKeyword: "items"))
            }
        case "items":
            if draft == .seven, case .array = value.value {
                let rest = parent["additionalItems"].map { schema($0) }
                made.rules.append(
                    .elements(
                        first: value.elements.map { schema($0) }, rest: rest,
                        restKeyword: "additionalItems"))
            } else {
                let first = parent["prefixItems"].map { schemas("prefixItems", $0) } ?? []
                made.rules.append(
                    .elements(first: first, rest: schema(value), restKeyword: "items"))
            }
        // Has an effect only beside an array of `items`, which looks for it.
        case "additionalItems": _ = schema(value)
        case "uniqueItems":
            guard let bool = value.value.bool else {
                return refuse(value, "'uniqueItems' must be true or false")
            }
            if bool { made.rules.append(.uniqueElements) }
        case "contains":
            let least = parent["minContains"].flatMap { count("minContains", $0) } ?? 1
            let most = parent["maxContains"].flatMap { count("maxContains", $0) }
            made.rules.append(.contains(schema(value), least: least, most: most))
        default: _ = count(name, value)
        }
    }

    private mutating func readMembers(
        _ name: String, _ value: Node, in parent: Node, into made: SchemaNode
    ) {
        switch name {
        case "required":
            if let names = names(name, value) { made.rules.append(.required(names)) }
        case "propertyNames": made.rules.append(.memberNames(schema(value)))
        case "dependentRequired", "dependentSchemas", "dependencies":
            readDependencies(name, value, into: made)
        default:
            // The first of the three that stands there speaks for all.
            let group = ["properties", "patternProperties", "additionalProperties"]
            guard parent.members.first(where: { group.contains($0.name) })?.name == name else {
                return
            }
            made.rules.append(.members(members(of: parent)))
        }
    }

    private mutating func members(of parent: Node) -> SchemaNode.Members {
        var members = SchemaNode.Members()
        for member in objectMembers("properties", parent) {
            members.named[Key(member.name)] = schema(member.value)
        }
        for member in objectMembers("patternProperties", parent) {
            let schema = schema(member.value)
            if let pattern = pattern(member.value, member.name) {
                members.patterns.append((pattern, schema))
            }
        }
        members.others = parent["additionalProperties"].map { schema($0) }
        return members
    }

    private mutating func objectMembers(
        _ name: String, _ parent: Node
    ) -> [(name: String, nameOffset: Int, value: Node)] {
        guard let node = parent[name] else { return [] }
        guard case .object = node.value else {
            refuse(node, "'\(name)' must be an object of schemas")
            return []
        }
        return node.members
    }

    private mutating func names(_ name: String, _ value: Node) -> [Key]? {
        guard let array = value.value.array else {
            refuse(value, "'\(name)' must be an array of names")
            return nil
        }
        let names = array.compactMap(\.string)
        guard names.count == array.count else {
            refuse(value, "'\(name)' must be an array of names")
            return nil
        }
        return names.map { Key($0) }
    }

    private mutating func readDependencies(
        _ name: String, _ value: Node, into made: SchemaNode
    ) {
        guard case .object = value.value else {
            return refuse(value, "'\(name)' must be an object")
        }
        var others: [(name: Key, others: [Key])] = []
        var schemas: [(name: Key, schema: SchemaNode)] = []
        for member in value.members {
            let isList = if case .array = member.value.value { true } else { false }
            if name == "dependentRequired" || (name == "dependencies" && isList) {
                if let names = names(name, member.value) {
                    others.append((Key(member.name), names))
                }
            } else {
                schemas.append((Key(member.name), schema(member.value)))
            }
        }
        if !others.isEmpty { made.rules.append(.dependentMembers(others)) }
        if !schemas.isEmpty { made.rules.append(.dependentSchemas(schemas)) }
    }
}
