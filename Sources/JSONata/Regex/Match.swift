import JSON

/// One match of a regular expression, or of a function that follows the same protocol.
struct Match {
    private enum Source {
        case regex(RegexFunction)
        case function(next: Function?)
    }

    /// The text that was searched.
    private let subject: Text
    let text: Text
    /// Bytes in the text that was searched.
    let start: Int
    let end: Int
    let groups: [Text?]
    private let source: Source

    /// The bytes of the match itself.
    var length: Int { text.utf8Count }

    fileprivate init(_ regex: RegexFunction, _ subject: Text, _ places: [Int], groupCount: Int) {
        self.subject = subject
        start = places[0]
        end = places[1]
        text = subject.part(start..<end)
        groups =
            groupCount == 0
            ? []
            : (1...groupCount).map { group in
                let range = (places[group * 2], places[group * 2 + 1])
                return range.0 < 0 || range.1 < range.0 ? nil : subject.part(range.0..<range.1)
            }
        source = .regex(regex)
    }

    /// Reads the object that a matcher function has returned; nil for no match.
    private init?(_ result: Item, in subject: Text) throws {
        guard result.isTrue || result.isObject else { return nil }
        let (start, end) = (result.member("start").double, result.member("end").double)
        let groups = result.member("groups")
        let next = result.member("next")
        guard start != nil || end != nil || groups.isArray || next.isFunction else {
            throw JSONataError("T1010", value: result.shown)
        }
        self.subject = subject
        var matched = Text("")
        if case .text(let text) = result.member("match") { matched = text }
        text = matched
        self.start = Self.utf8Offset(ofUnits: start ?? 0, in: subject)
        self.end = Self.utf8Offset(ofUnits: end ?? 0, in: subject)
        self.groups = groups.elements.map { if case .text(let text) = $0 { text } else { nil } }
        if case .function(let function) = next {
            source = .function(next: function)
        } else {
            source = .function(next: nil)
        }
    }

    static func first(
        of matcher: Function, in text: Text, _ machine: inout Machine
    ) throws -> Match? {
        if let regex = matcher as? RegexFunction {
            return try regex.search(text, from: 0, &machine)
        }
        return try Match(try matcher.call(Arguments(.text(text)), &machine).collapsed, in: text)
    }

    func next(_ machine: inout Machine) throws -> Match? {
        switch source {
        case .regex(let regex):
            guard end < subject.utf8Count else { return nil }
            let next = try regex.search(subject, from: end, &machine)
            if let next, next.text.isEmpty {
                throw JSONataError("D1004", value: .string(regex.pattern))
            }
            return next
        case .function(let next):
            guard let next else { return nil }
            return try Match(try next.call(Arguments(), &machine).collapsed, in: subject)
        }
    }

    var startItem: Item { .number(Double(Self.units(in: subject, before: start))) }

    /// Groups that took no part are null.
    var groupsItem: Item { .plain(groups.map { $0.map { .text($0) } ?? .null }) }

    private static let shape = Shape(["match", "start", "end", "groups", "next"])

    /// The match as an object.
    var item: Item {
        let last = Double(Self.units(in: subject, before: end))
        return .record(
            Record(
                Self.shape,
                [.text(text), startItem, .number(last), groupsItem, .function(NextMatch(self))]))
    }

    func text(of subject: Text, from start: Int, to end: Int) -> Text {
        subject.part(min(start, end)..<max(start, end))
    }

    func appendText(of subject: Text, from start: Int, to end: Int, to out: inout ByteBuffer) {
        subject.withUTF8 {
            out.append(UnsafeBufferPointer(rebasing: $0[min(start, end)..<max(start, end)]))
        }
    }

    /// Places are bytes already; kept within the text.
    static func utf8Offset(of place: Int, in text: Text) -> Int { min(place, text.utf8Count) }

    /// How many UTF-16 units stand before a byte.
    private static func units(in text: Text, before byte: Int) -> Int {
        text.withUTF8 { bytes in
            var units = 0
            for byte in bytes[..<byte] where byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
            return units
        }
    }

    private static func utf8Offset(ofUnits units: Double, in text: Text) -> Int {
        text.withUTF8 { bytes in
            var left = units
            for index in bytes.indices where bytes[index] & 0xC0 != 0x80 {
                if left <= 0 { return index }
                left -= bytes[index] >= 0xF0 ? 2 : 1
            }
            return bytes.count
        }
    }
}

/// The function `next` of a match object.
private final class NextMatch: Function {
    private let match: Match

    init(_ match: Match) {
        self.match = match
        super.init(depth: Item.captureMark)
    }

    override var arity: Int { 0 }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        try match.next(&machine)?.item ?? .undefined
    }
}

/// A regular expression: a function from a text to its first match.
final class RegexFunction: Function, @unchecked Sendable {
    // Proof: only constants.
    let pattern: String
    let program: Program

    init(pattern: String, flags: String, at offset: Int) throws {
        self.pattern = pattern
        do {
            program = try Program(pattern, flags: flags)
        } catch let error as JSONataError {
            throw error.located(at: offset, token: pattern)
        }
        super.init()
    }

    func search(_ text: Text, from start: Int, _ machine: inout Machine) throws -> Match? {
        try machine.step()
        let places: [Int]? = try text.withUTF8 { bytes in
            var matcher = Matcher(program, bytes)
            return try matcher.search(from: start) ? matcher.saved : nil
        }
        return places.map { Match(self, text, $0, groupCount: program.groupCount) }
    }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard case .text(let text) = arguments[0] else { return .undefined }
        return try search(text, from: 0, &machine)?.item ?? .undefined
    }
}
