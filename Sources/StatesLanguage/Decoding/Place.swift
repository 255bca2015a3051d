import JSON

/// A value of a definition together with the names of its place.
struct Place {
    /// The value.
    let node: Node
    /// The way from the root as AWS writes it: `/States/C/Choices[0]/Next`.
    let location: String
    /// The way from the state as AWS writes it in causes: `Choices[0]/Condition`.
    let field: String

    init(root node: Node) { self.init(node: node, location: "", field: "") }

    private init(node: Node, location: String, field: String) {
        self.node = node
        self.location = location
        self.field = field
    }

    /// The same place as the root of a state's fields.
    var asState: Place { Place(node: node, location: location, field: "") }

    /// The member with this name.
    subscript(name: String) -> Place? {
        node[name].map { member(name, $0) }
    }

    private func member(_ name: String, _ node: Node) -> Place {
        Place(
            node: node, location: location + "/" + name,
            field: field.isEmpty ? name : field + "/" + name)
    }

    /// The members of an object in order.
    var members: [(name: String, nameOffset: Int, place: Place)] {
        node.members.map { ($0.name, $0.nameOffset, member($0.name, $0.value)) }
    }

    /// The elements of an array in order.
    var elements: [Place] {
        node.elements.enumerated().map { index, node in
            Place(node: node, location: location + "[\(index)]", field: field + "[\(index)]")
        }
    }

    var value: Value { node.value }
    var kind: Value.Kind { node.value.kind }
}
