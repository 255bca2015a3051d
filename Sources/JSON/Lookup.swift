import Synchronization

/// A way down from a value by names and indexes, prepared once and followed many times.
///
/// Following it allocates nothing and, inside a parsed document, makes no value of the objects
/// and arrays on the way.
public struct Lookup: Sendable {
    /// One step of the way.
    public enum Step: Sendable {
        case name(Key)
        case index(Int)
    }

    private let steps: Steps

    /// A way of these steps.
    public init(_ steps: [Step]) { self.steps = Steps(steps) }

    /// The value at the end of the way, or nil if there is none.
    @inline(__always)
    public func callAsFunction(_ root: Value) -> Value? { uncounted(root) }

    /// The way for whoever keeps the lookup: to follow it counts no reference.
    public struct Uncounted: @unchecked Sendable {
        // Proof: the steps never change.
        let steps: UnsafeBufferPointer<RawStep>
        let readsMemory: Bool

        /// Follows names through objects, without a copy of any on the way.
        @inline(__always)
        package func passage(from root: UnsafePointer<Value>) -> Passage {
            guard readsMemory else { return .blocked }
            return passage(from: root, 0)
        }

        /// The same from an object.
        @_effects(releasenone)
        package func passage(from object: ObjectValue) -> Passage {
            guard readsMemory, let step = steps.first else { return .blocked }
            switch object.storage {
            case .span(let document, let token):
                return document.passage(steps, 0, from: Int(token))
            case .members(let members):
                return members.withUnsafeBufferPointer { members in
                    let index = step.index(in: members)
                    guard index >= 0, let base = members.baseAddress else { return .missing }
                    return passage(from: ValueLayout.value(of: base + index), 1)
                }
            }
        }

        @inline(__always)
        private func passage(from root: UnsafePointer<Value>, _ first: Int) -> Passage {
            var value = root
            for place in first..<steps.count {
                guard let members = ValueLayout.members(value) else {
                    guard let (document, token) = ValueLayout.objectSpan(value) else {
                        return .blocked
                    }
                    return document._withUnsafeGuaranteedRef {
                        $0.passage(steps, place, from: token)
                    }
                }
                let index = steps[place].index(in: members)
                guard index >= 0, let base = members.baseAddress else { return .missing }
                value = ValueLayout.value(of: base + index)
            }
            return .found(value.pointee)
        }

        /// Appends the value at the end of a way through open objects as JSON text, without a copy
        /// of it; false where only the whole evaluation can tell.
        @inline(__always)
        package func write(from root: UnsafePointer<Value>, to out: inout ByteBuffer) -> Bool {
            guard let value = place(from: root) else { return false }
            Value.write(value, 0, to: &out)
            return true
        }

        /// Where the text at the end of a way through open objects stands to one of these bytes, in
        /// the order of `Text`: negative, 0 or positive. Nil where only the whole evaluation can
        /// tell.
        @inline(__always)
        package func order(
            from root: UnsafePointer<Value>, against other: UnsafeBufferPointer<UInt8>
        ) -> Int? {
            guard let value = place(from: root), let text = ValueLayout.text(value) else {
                return nil
            }
            return compareAsUTF16(text, other)
        }

        /// The same against the text at the end of another way.
        @inline(__always)
        package func order(
            from root: UnsafePointer<Value>, against other: Uncounted
        ) -> Int? {
            guard let value = other.place(from: root), let text = ValueLayout.text(value) else {
                return nil
            }
            return order(from: root, against: text)
        }

        /// An element of the open array at the end of a way through open objects; nil where only the
        /// whole evaluation can tell.
        @inline(__always)
        package func element(_ index: Int, from root: UnsafePointer<Value>) -> Value? {
            guard let value = place(from: root), let elements = ValueLayout.elements(value),
                index >= 0, index < elements.count
            else { return nil }
            return elements[index]
        }

        /// Whether an open array is at the end of a way through open objects.
        @inline(__always)
        package func hasElements(from root: UnsafePointer<Value>) -> Bool {
            place(from: root).flatMap(ValueLayout.elements) != nil
        }

        /// Where the value at the end of a way through open objects lies.
        @inline(__always)
        private func place(from root: UnsafePointer<Value>) -> UnsafePointer<Value>? {
            guard readsMemory else { return nil }
            var value = root
            for step in steps {
                guard let members = ValueLayout.members(value) else { return nil }
                let index = step.index(in: members)
                guard index >= 0, let base = members.baseAddress else { return nil }
                value = ValueLayout.value(of: base + index)
            }
            return value
        }

        /// The value at the end of the way, or nil if there is none.
        @_effects(releasenone)
        public func callAsFunction(_ root: Value) -> Value? {
            withUnsafePointer(to: root) { root in
                readsMemory ? Lookup.walk(root, steps) : Lookup.step(root, steps, 0)
            }
        }
    }

    /// What lies at the end of a way through objects.
    package enum Passage {
        case found(Value)
        case missing
        /// Something else lies on the way, such as an array.
        case blocked
    }

    /// The way, valid as long as the lookup or a copy of it is kept.
    public var uncounted: Uncounted {
        Uncounted(steps: steps.all, readsMemory: ValueLayout.isKnown)
    }

    /// Looks at each value where it lies and copies only the last one: to copy one counts a
    /// reference, which costs more than the way to it.
    @inline(__always)
    private static func walk(
        _ root: UnsafePointer<Value>, _ steps: UnsafeBufferPointer<RawStep>
    ) -> Value? {
        var value = root
        for place in 0..<steps.count {
            if let members = ValueLayout.members(value) {
                let index = steps[place].index(in: members)
                guard index >= 0, let base = members.baseAddress else { return nil }
                value = ValueLayout.value(of: base + index)
            } else {
                return step(value, steps, place)
            }
        }
        return value.pointee
    }

    /// The same by way of copies.
    @inline(never)
    @_effects(releasenone)
    private static func step(
        _ value: UnsafePointer<Value>, _ steps: UnsafeBufferPointer<RawStep>, _ place: Int
    ) -> Value? {
        guard place < steps.count else { return value.pointee }
        switch value.pointee {
        case .object(let object):
            switch object.storage {
            case .span(let document, let token):
                return document.follow(steps, place, from: Int(token)).map(document.value(at:))
            case .members(let members):
                let index = members.withUnsafeBufferPointer { steps[place].index(in: $0) }
                guard index >= 0 else { return nil }
                return withUnsafePointer(to: members[index].value) { step($0, steps, place + 1) }
            }
        case .array(let array):
            switch array.storage {
            case .span(let document, let token):
                return document.follow(steps, place, from: Int(token)).map(document.value(at:))
            case .elements(let elements):
                let index = steps[place].index
                guard index >= 0, index < elements.count else { return nil }
                return elements.withUnsafeBufferPointer { elements in
                    elements.baseAddress.flatMap { step($0 + index, steps, place + 1) }
                }
            }
        default: return nil
        }
    }
}

/// A step without anything to count references of. The bytes belong to `Steps` or to the table
/// of names.
struct RawStep {
    /// Nil for an index.
    let name: UnsafePointer<UInt8>?
    let count: Int
    /// -1 for a name.
    let index: Int
    /// The entry in the table of names, if the name is in it.
    let record: UnsafePointer<Key.Record>?
    /// Where the member was the last time: records of one source are of one shape.
    let hint: UnsafePointer<Atomic<Int>>

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: name, count: count) }

    /// The place of the member with this name, or -1.
    @inline(__always)
    func index(in members: UnsafeBufferPointer<Member>) -> Int {
        guard let record else { return members.firstIndex { isName(of: $0.key) } ?? -1 }
        let likely = hint.pointee.load(ordering: .relaxed)
        if likely < members.count, case .interned(let other) = members[likely].key.storage,
            other == record
        {
            return likely
        }
        return search(record, in: members)
    }

    @inline(never)
    private func search(
        _ record: UnsafePointer<Key.Record>, in members: UnsafeBufferPointer<Member>
    ) -> Int {
        // A name that is in the table is an entry of it wherever it occurs.
        for index in 0..<members.count {
            if case .interned(let other) = members[index].key.storage, other == record {
                hint.pointee.store(index, ordering: .relaxed)
                return index
            }
        }
        return -1
    }

    @inline(__always)
    private func isName(of key: Key) -> Bool {
        guard name != nil else { return false }
        if case .interned(let other) = key.storage, let record { return other == record }
        return key.equals(bytes)
    }
}

/// The memory of the steps; immutable once made, but for the hints.
private final class Steps: @unchecked Sendable {
    // Proof: written in the initialiser only; hints are atomic.
    let all: UnsafeBufferPointer<RawStep>

    init(_ steps: [Lookup.Step]) {
        let place = UnsafeMutableBufferPointer<RawStep>.allocate(capacity: steps.count)
        for (index, step) in steps.enumerated() {
            place.initializeElement(at: index, to: Self.raw(step))
        }
        all = UnsafeBufferPointer(place)
    }

    deinit {
        for step in all {
            if step.record == nil { step.name?.deallocate() }
            step.hint.deallocate()
        }
        all.deallocate()
    }

    private static func raw(_ step: Lookup.Step) -> RawStep {
        let hint = UnsafeMutablePointer<Atomic<Int>>.allocate(capacity: 1)
        hint.initialize(to: Atomic(0))
        switch step {
        case .index(let index):
            return RawStep(
                name: nil, count: 0, index: index, record: nil, hint: UnsafePointer(hint))
        case .name(let key):
            if case .interned(let record) = key.storage {
                let (bytes, count) = (record.pointee.bytes, record.pointee.count)
                return RawStep(
                    name: bytes, count: count, index: -1, record: record, hint: UnsafePointer(hint))
            }
            return key.withUTF8 { bytes in
                let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
                if let base = bytes.baseAddress { copy.update(from: base, count: bytes.count) }
                return RawStep(
                    name: UnsafePointer(copy), count: bytes.count, index: -1, record: nil,
                    hint: UnsafePointer(hint))
            }
        }
    }
}

extension Document {
    /// What lies at the end of the names from `place` on, from the object at this token.
    @_effects(releasenone)
    fileprivate func passage(
        _ steps: UnsafeBufferPointer<RawStep>, _ place: Int, from token: Int
    ) -> Lookup.Passage {
        let tokens = self.tokens
        var token = token
        for place in place..<steps.count {
            guard tokens[token].details & 7 == UInt32(Kind.object.rawValue) else { return .blocked }
            guard let member = member(steps[place].bytes, tokens, of: token) else {
                return .missing
            }
            token = member
        }
        return .found(value(at: token))
    }

    /// The token that the steps from `place` on lead to from this token.
    fileprivate func follow(
        _ steps: UnsafeBufferPointer<RawStep>, _ place: Int, from token: Int
    ) -> Int? {
        let tokens = self.tokens
        var token = token
        for place in place..<steps.count {
            let step = steps[place]
            let kind = tokens[token].details & 7
            if step.name != nil {
                guard kind == UInt32(Kind.object.rawValue),
                    let member = member(step.bytes, tokens, of: token)
                else { return nil }
                token = member
            } else {
                guard kind == UInt32(Kind.array.rawValue), step.index >= 0,
                    step.index < tokens[token].childCount
                else { return nil }
                token += 1
                for _ in 0..<step.index { token = tokens[token].next }
            }
        }
        return token
    }

    @inline(__always)
    private func member(
        _ name: UnsafeBufferPointer<UInt8>, _ tokens: UnsafePointer<Token>, of object: Int
    ) -> Int? {
        let end = tokens[object].next
        var index = object + 1
        while index < end {
            let token = tokens + index
            if token.pointee.count == name.count, !token.pointee.hasEscapes {
                if sameBytes(raw(token.pointee), name) { return index + 1 }
            } else if token.pointee.hasEscapes, Key(unescaped(token.pointee)).equals(name) {
                return index + 1
            }
            index = tokens[index + 1].next
        }
        return nil
    }
}
