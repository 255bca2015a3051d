/// The elements of a JSON array: a span of a document until opened, else a Swift array.
public struct ArrayValue: Sendable {
    @usableFromInline
    enum Storage: Sendable {
        case span(Document, UInt32)
        case elements([Value])
    }

    @usableFromInline var storage: Storage

    @inlinable
    init(storage: Storage) { self.storage = storage }

    /// An array of these elements.
    @inlinable
    public init(_ elements: [Value] = []) { storage = .elements(elements) }

    /// How many elements there are.
    @inlinable
    public var count: Int {
        switch storage {
        case .span(let document, let index): document.tokens[Int(index)].childCount
        case .elements(let elements): elements.count
        }
    }

    /// Whether there are no elements.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// All elements. Reading the parts of a span costs one pass; keep the result, do not call twice.
    public var elements: [Value] {
        switch storage {
        case .elements(let elements): return elements
        case .span: return Array(self)
        }
    }

    /// The element at `index`, which must exist. On a span this skips over the elements before it.
    @inlinable
    public subscript(index: Int) -> Value {
        switch storage {
        case .elements(let elements): return elements[index]
        case .span(let document, let token):
            precondition(index < document.tokens[Int(token)].childCount, "index out of range")
            var child = Int(token) + 1
            for _ in 0..<index { child = document.tokens[child].next }
            return document.value(at: child)
        }
    }

    /// Changes the array to one of its own and lets `change` edit the elements in place.
    public mutating func edit<R>(_ change: (inout [Value]) throws -> R) rethrows -> R {
        var open = elements
        storage = .elements([])
        defer { storage = .elements(open) }
        return try change(&open)
    }
}

extension ArrayValue: Sequence {
    /// Walks over the elements in order.
    public struct Iterator: IteratorProtocol {
        @usableFromInline let storage: Storage
        @usableFromInline var position: Int
        @usableFromInline let end: Int

        @inlinable
        init(_ storage: Storage) {
            self.storage = storage
            switch storage {
            case .span(let document, let token):
                position = Int(token) + 1
                end = document.tokens[Int(token)].next
            case .elements(let elements):
                position = 0
                end = elements.count
            }
        }

        @inlinable
        public mutating func next() -> Value? {
            guard position < end else { return nil }
            switch storage {
            case .span(let document, _):
                let value = document.value(at: position)
                position = document.tokens[position].next
                return value
            case .elements(let elements):
                position += 1
                return elements[position - 1]
            }
        }
    }

    @inlinable
    public func makeIterator() -> Iterator { Iterator(storage) }
    public var underestimatedCount: Int { count }
}
