/// The members of a JSON object in order: a span of a document until opened, else pairs.
public struct ObjectValue: Sendable {
    @usableFromInline
    enum Storage: Sendable {
        case span(Document, UInt32)
        case members([Member])
    }

    @usableFromInline var storage: Storage

    @inlinable
    init(storage: Storage) { self.storage = storage }

    /// An object of these members, whose names must be different.
    @inlinable
    public init(_ members: [Member] = []) { storage = .members(members) }

    /// How many members there are.
    @inlinable
    public var count: Int {
        switch storage {
        case .span(let document, let index): document.tokens[Int(index)].childCount
        case .members(let members): members.count
        }
    }

    /// Whether there are no members.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// All members. Opening a span costs one pass; keep the result, do not call twice.
    public var members: [Member] {
        switch storage {
        case .members(let members): return members
        case .span: return Array(self)
        }
    }

    /// The names in order.
    public var keys: [Key] { map(\.key) }

    /// The value of the member with this name. Setting nil removes it, setting an existing name
    /// keeps its place, a new one goes to the end.
    @inlinable
    public subscript(key: Key) -> Value? {
        @_effects(releasenone) get {
            switch storage {
            case .members(let members):
                for index in members.indices where members[index].key == key {
                    return members[index].value
                }
                return nil
            case .span(let document, let token):
                // Not by `map`: its closure would count the document.
                guard let place = document.member(key, of: Int(token)) else { return nil }
                return document.value(at: place)
            }
        }
        set { edit { $0.set(key, newValue) } }
    }

    /// The value of the member with this name, looked for first at `place`, where 0 is the first
    /// member; moves `place` behind it. For members that are asked for in their order.
    package func value(of key: Key, near place: inout Int) -> Value? {
        switch storage {
        case .members(let members):
            guard place < members.count, members[place].key == key else { break }
            place += 1
            return members[place - 1].value
        case .span(let document, let token):
            let name = place == 0 ? Int(token) + 1 : place
            guard name < document.tokens[Int(token)].next, document.isName(key, at: name) else {
                break
            }
            place = document.tokens[name + 1].next
            return document.value(at: name + 1)
        }
        return self[key]
    }

    /// Whether there is a member with this name.
    @inlinable
    public func contains(_ key: Key) -> Bool { self[key] != nil }

    /// Opens the object one level and lets `change` edit the members in place.
    @inlinable
    public mutating func edit<R>(_ change: (inout [Member]) throws -> R) rethrows -> R {
        var open = takeMembers()
        defer { storage = .members(open) }
        return try change(&open)
    }

    /// The members, which the object has no more.
    @inlinable
    mutating func takeMembers() -> [Member] {
        if case .span = storage { storage = .members(Array(self)) }
        var taken = Storage.members([])
        swap(&taken, &storage)
        guard case .members(let members) = consume taken else { return [] }
        return members
    }
}

extension Value {
    /// Sets or adds the member of an object, in place if nobody else holds it.
    package mutating func setMember(_ key: Key, _ value: consuming Value) {
        // Taken out, not copied: the reference is not counted.
        var taken = Value.null
        swap(&taken, &self)
        guard case .object(var object) = consume taken else { preconditionFailure("no object") }
        var members = object.takeMembers()
        if let place = members.place(of: key) {
            members[place].value = value
        } else {
            members.append(Member(key, value))
        }
        object.storage = .members(members)
        self = .object(object)
    }
}

extension [Member] {
    /// The place of the member with this name.
    @inlinable
    public func place(of key: Key) -> Int? {
        for index in indices where self[index].key == key { return index }
        return nil
    }

    /// Sets, adds or (with nil) removes the member with this name.
    @inlinable
    public mutating func set(_ key: Key, _ value: Value?) {
        switch (place(of: key), value) {
        case (let place?, let value?): self[place].value = value
        case (let place?, nil): remove(at: place)
        case (nil, let value?): append(Member(key, value))
        case (nil, nil): break
        }
    }
}

extension ObjectValue: Sequence {
    /// Walks over the members in order.
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
            case .members(let members):
                position = 0
                end = members.count
            }
        }

        @inlinable
        public mutating func next() -> Member? {
            guard position < end else { return nil }
            switch storage {
            case .span(let document, _):
                let member = Member(
                    document.key(at: position), document.value(at: position + 1))
                position = document.tokens[position + 1].next
                return member
            case .members(let members):
                position += 1
                return members[position - 1]
            }
        }
    }

    @inlinable
    public func makeIterator() -> Iterator { Iterator(storage) }
    public var underestimatedCount: Int { count }
}
