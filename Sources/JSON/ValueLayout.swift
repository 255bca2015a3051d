/// Where the parts of open objects and arrays and the bytes of texts lie in memory, so that one can
/// walk over them without counting references.
///
/// Swift takes a payload out of an enum only as a copy, and each copy counts a reference by an
/// atomic instruction, which costs more than the step of a lookup it is made for. How the enum is
/// laid out is up to the compiler. So it is checked once, on values of every kind; where it is not
/// what is expected, nothing of this is used.
enum ValueLayout {
    /// Whether this build has the layout that is read here.
    static let isKnown = check()

    private static let tagOffset = 16
    private static let stringKind: UInt8 = 2
    private static let arrayKind: UInt8 = 3
    private static let objectKind: UInt8 = 4
    /// Of an array's storage: where the count and the elements are.
    private static let countOffset = 16
    private static let elementsOffset = 32
    /// Of a span: where its token's number is, behind the document.
    private static let tokenOffset = 8
    /// Of a text: which of its storages it is, and where the count of a small one and the place of
    /// a slice are.
    private static let smallStorage: UInt8 = 0
    private static let sliceStorage: UInt8 = 2
    private static let smallCountOffset = 15
    private static let sliceOffset = 8
    private static let sliceCountOffset = 12
    /// Of a member: its value comes last.
    @inline(__always)
    private static var valueOffset: Int {
        MemoryLayout<Member>.size - MemoryLayout<Value>.size
    }

    @inline(__always)
    private static func kind(_ value: UnsafePointer<Value>) -> UInt8 {
        UnsafeRawPointer(value).load(fromByteOffset: tagOffset, as: UInt8.self) >> 3 & 7
    }

    /// The storage of the Swift array in an open object or array; nil in a span of a document.
    @inline(__always)
    private static func storage(_ value: UnsafePointer<Value>) -> UnsafeRawPointer? {
        let bits = UnsafeRawPointer(value).load(as: Int.self)
        return bits < 0 ? UnsafeRawPointer(bitPattern: bits & .max) : nil
    }

    @inline(__always)
    private static func elements<Element>(
        _ storage: UnsafeRawPointer, of _: Element.Type
    ) -> UnsafeBufferPointer<Element> {
        UnsafeBufferPointer(
            start: (storage + elementsOffset).assumingMemoryBound(to: Element.self),
            count: storage.load(fromByteOffset: countOffset, as: Int.self))
    }

    /// The members of an open object; nil for every other value. Valid while the value is.
    @inline(__always)
    static func members(_ value: UnsafePointer<Value>) -> UnsafeBufferPointer<Member>? {
        guard kind(value) == objectKind, let storage = storage(value) else { return nil }
        return elements(storage, of: Member.self)
    }

    /// The elements of an open array; nil for every other value. Valid while the value is.
    @inline(__always)
    static func elements(_ value: UnsafePointer<Value>) -> UnsafeBufferPointer<Value>? {
        guard kind(value) == arrayKind, let storage = storage(value) else { return nil }
        return elements(storage, of: Value.self)
    }

    /// Where an object lies in a document that it is a span of; nil for every other value. Valid
    /// while the value is.
    @inline(__always)
    static func objectSpan(_ value: UnsafePointer<Value>) -> (Unmanaged<Document>, Int)? {
        let place = UnsafeRawPointer(value)
        let bits = place.load(as: Int.self)
        guard kind(value) == objectKind, bits > 0, let document = UnsafeRawPointer(bitPattern: bits)
        else { return nil }
        let token = place.load(fromByteOffset: tokenOffset, as: UInt32.self)
        return (Unmanaged<Document>.fromOpaque(document), Int(token))
    }

    /// The two words of a small text; nil for every other value.
    @inline(__always)
    static func smallText(_ value: UnsafePointer<Value>) -> (UInt64, UInt64)? {
        let place = UnsafeRawPointer(value)
        guard kind(value) == stringKind,
            place.load(fromByteOffset: tagOffset, as: UInt8.self) & 7 == smallStorage
        else { return nil }
        return (
            place.load(as: UInt64.self), place.load(fromByteOffset: 8, as: UInt64.self)
        )
    }

    /// The bytes of a text that is small or a slice of a document; nil for every other value. Valid
    /// while the value is, and where it is.
    @inline(__always)
    static func text(_ value: UnsafePointer<Value>) -> UnsafeBufferPointer<UInt8>? {
        let place = UnsafeRawPointer(value)
        guard kind(value) == stringKind else { return nil }
        switch place.load(fromByteOffset: tagOffset, as: UInt8.self) & 7 {
        case smallStorage:
            let count = place.load(fromByteOffset: smallCountOffset, as: UInt8.self)
            return UnsafeBufferPointer(
                start: place.assumingMemoryBound(to: UInt8.self), count: Int(count))
        case sliceStorage:
            let bits = place.load(as: Int.self)
            guard let document = UnsafeRawPointer(bitPattern: bits) else { return nil }
            let offset = place.load(fromByteOffset: sliceOffset, as: UInt32.self)
            let count = place.load(fromByteOffset: sliceCountOffset, as: UInt32.self)
            let bytes = Unmanaged<Document>.fromOpaque(document)._withUnsafeGuaranteedRef {
                $0.bytes.baseAddress
            }
            return UnsafeBufferPointer(start: bytes.map { $0 + Int(offset) }, count: Int(count))
        default: return nil
        }
    }

    /// The value of a member, where it lies.
    @inline(__always)
    static func value(of member: UnsafePointer<Member>) -> UnsafePointer<Value> {
        (UnsafeRawPointer(member) + valueOffset).assumingMemoryBound(to: Value.self)
    }

    private static func check() -> Bool {
        let long = "a text that does not fit into the value itself"
        guard MemoryLayout<Value>.size == tagOffset + 1,
            MemoryLayout<Member>.offset(of: \.value) == valueOffset,
            let parsed = try? Value.parse(#"{"a": [1, "\#(long)"], "b": 1.5, "c": {"d": {}}}"#)
        else { return false }
        let others: [Value] = [
            nil, true, false, 7, -7, 1.5, "", "short", .string(long), parsed,
            parsed["a"] ?? nil, parsed["a"]?[1] ?? nil, parsed["b"] ?? nil,
            parsed["c"] ?? nil, parsed["c"]?["d"] ?? nil,
        ]
        let members = others.enumerated().map { Member(Key("key \($0.offset)"), $0.element) }
        return others.allSatisfy { has($0, members: nil, elements: nil) }
            && [[], [members[0]], members].allSatisfy {
                has(.object($0), members: $0, elements: nil)
            }
            && [[], [nil], others].allSatisfy { has(.array($0), members: nil, elements: $0) }
            && (others + [["c": parsed]]).allSatisfy(hasSpan)
            && (others + ["exactly fifteen", parsed["a"]?[1] ?? nil]).allSatisfy(hasText)
    }

    /// Whether the bytes found in the value are its text's, and are found unless that is a string.
    private static func hasText(_ value: Value) -> Bool {
        guard UInt64(littleEndian: 1) == 1 else { return false }
        return withUnsafePointer(to: value) { place in
            guard case .string(let text) = value else { return Self.text(place) == nil }
            guard let found = Self.text(place) else {
                if case .native = text.storage { return true }
                return false
            }
            return text.withUTF8 { sameBytes($0, found) }
        }
    }

    /// Whether the value's place in its document is found, if it is an object that has one.
    private static func hasSpan(_ value: Value) -> Bool {
        let found = withUnsafePointer(to: value, objectSpan)
        guard case .object(let object) = value, case .span(let document, let token) = object.storage
        else { return found == nil }
        return found?.0.toOpaque() == Unmanaged.passUnretained(document).toOpaque()
            && found?.1 == Int(token)
    }

    /// Whether just these arrays are found in the value: the same memory, and as many.
    private static func has(_ value: Value, members: [Member]?, elements: [Value]?) -> Bool {
        withUnsafePointer(to: value) { value in
            isSame(Self.members(value), members) && isSame(Self.elements(value), elements)
        }
    }

    private static func isSame<Element>(
        _ found: UnsafeBufferPointer<Element>?, _ expected: [Element]?
    ) -> Bool {
        guard let found, let expected else { return found == nil && expected == nil }
        return expected.withUnsafeBufferPointer {
            found.count == $0.count && (found.isEmpty || found.baseAddress == $0.baseAddress)
        }
    }
}
