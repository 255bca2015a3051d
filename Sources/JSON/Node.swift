/// A value together with its place in the text: what a decoder of definitions works on.
public struct Node: Sendable {
    /// The document that the value stands in.
    public let document: Document
    let token: Int
    /// The JSON Pointer (RFC 6901) from the document's root.
    public let pointer: JSONPointer

    /// The root of a freshly parsed document, with the places of everything in it.
    public static func parse(
        _ text: String, options: ParseOptions = ParseOptions()
    ) throws(ParseError) -> Node {
        var text = text
        let document = text.withUTF8 { Document(copying: $0) }
        try document.index(options: options)
        return Node(document: document, token: 0, pointer: JSONPointer([]))
    }

    /// The value itself.
    public var value: Value { document.value(at: token) }

    /// The first byte of the value's text, quotes included, from 0.
    public var offset: Int {
        let start = document.tokens[token].start
        return document.tokens[token].kind == .string ? start - 1 : start
    }

    /// The number of bytes of the value's text, quotes included.
    public var count: Int {
        let count = document.tokens[token].count
        return document.tokens[token].kind == .string ? count + 2 : count
    }

    /// Line and column of the value.
    public var position: Position { Position(of: offset, in: document.bytes) }

    /// The members of an object in order, each with the place of its name; else nothing.
    public var members: [(name: String, nameOffset: Int, value: Node)] {
        guard document.tokens[token].kind == .object else { return [] }
        var found: [(name: String, nameOffset: Int, value: Node)] = []
        var index = token + 1
        while index < document.tokens[token].next {
            let name = document.text(at: index).string
            let value = Node(
                document: document, token: index + 1, pointer: pointer.appending(name))
            found.append((name, document.tokens[index].start - 1, value))
            index = document.tokens[index + 1].next
        }
        return found
    }

    /// The elements of an array in order; else nothing.
    public var elements: [Node] {
        guard document.tokens[token].kind == .array else { return [] }
        var found: [Node] = []
        var index = token + 1
        while index < document.tokens[token].next {
            found.append(
                Node(
                    document: document, token: index,
                    pointer: pointer.appending(String(found.count))))
            index = document.tokens[index].next
        }
        return found
    }

    /// The member of an object with this name.
    public subscript(name: String) -> Node? {
        guard document.tokens[token].kind == .object,
            let index = document.member(Key(name), of: token)
        else { return nil }
        return Node(document: document, token: index, pointer: pointer.appending(name))
    }
}
