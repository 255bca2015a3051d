import JSON
import JSONPath

extension DefinitionDecoder {
    /// A path of a string field, with the variable that it mentions noted.
    mutating func path(
        _ place: Place, isReference: Bool = false, isOfRule: Bool = false
    ) -> ValuePath? {
        guard expect(.string, place), let text = place.value.string else { return nil }
        do {
            let path = try ValuePath(parsing: text, isReference: isReference)
            note(path, at: place)
            guard isReference, !path.isReference else { return path }
            refuse(
                "Value is not a Reference Path", at: place,
                suggestion: "use only names and single indexes")
        } catch {
            let reference = "Value is not a Reference Path"
            let message =
                if text.hasPrefix("$") {
                    isReference ? reference : "Value is not a Path"
                } else {
                    isOfRule ? "\(reference): \(Self.noRoot)" : Self.notJSONPath
                }
            report(
                .schema, message, at: place, offset: place.offset(of: error.offset),
                suggestion: error.message)
        }
        return nil
    }

    private static let notJSONPath = "Value must be a valid JSONPath."
    private static let noRoot = "Reference path didn't start with '$'"

    /// Notes the variable that a path mentions, and what of it AWS would not understand.
    mutating func note(_ path: ValuePath, at place: Place) {
        if case .variable(let name) = path.root { mention(name.string, at: place) }
        let text = path.text
        if text.hasSuffix("()") {
            warn(
                .noEffect, "Paths have no functions: this asks for a member of that name",
                at: place,
                suggestion: "use an intrinsic function such as States.ArrayLength")
        }
        guard let filter = text.utf8.firstIndex(of: UInt8(ascii: "?")) else { return }
        let signs = ["||", "=~", "!@"].filter { Self.contains($0, text[filter...]) }
        if let sign = signs.first {
            warn(.differsOnAWS, "AWS may not know '\(sign)' in a filter", at: place)
        }
    }

    private static func contains(_ sign: String, _ text: Substring) -> Bool {
        text.indices.contains { text[$0...].hasPrefix(sign) }
    }

    /// `InputPath` or `OutputPath`.
    mutating func pathSelection(_ place: Place) -> PathSelection {
        if place.value.isNull { return .empty }
        guard let path = path(place) else { return .whole }
        return path.text == "$" ? .whole : .path(path)
    }

    /// `ResultPath`: into the state's input only.
    mutating func resultPlace(_ place: Place) -> ResultPlace {
        if place.value.isNull { return .discard }
        guard expect(.string, place), let text = place.value.string else { return .replace }
        if text == "$" { return .replace }
        guard text.hasPrefix("$"), let second = text.dropFirst().first,
            second == "." || second == "["
        else {
            refuse(
                text.hasPrefix("$") ? "Value is not a Reference Path" : Self.notJSONPath, at: place,
                suggestion: "a ResultPath starts with '$.' or '$['")
            return .replace
        }
        do {
            return .path(try ReferencePath(parsing: text))
        } catch {
            report(
                .schema, "Value is not a Reference Path", at: place,
                offset: place.offset(of: error.offset), suggestion: error.message)
            return .replace
        }
    }
}

extension Place {
    /// The byte of the document at which the byte `inner` of this string's text is written.
    func offset(of inner: Int) -> Int {
        let bytes = node.document.bytes
        var raw = node.offset + 1
        var decoded = 0
        while decoded < inner, raw < node.offset + node.count - 1 {
            let (written, meant) = Self.step(bytes, at: raw)
            raw += written
            decoded += meant
        }
        return raw
    }

    /// How many bytes a character is written with, and how many it has in UTF-8.
    private static func step(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (Int, Int) {
        guard bytes[index] == UInt8(ascii: "\\") else { return (1, 1) }
        guard bytes[index + 1] == UInt8(ascii: "u") else { return (2, 1) }
        let digits = String(decoding: bytes[index + 2..<index + 6], as: UTF8.self)
        let unit = Int(digits, radix: 16) ?? 0
        switch unit {
        case ..<0x80: return (6, 1)
        case ..<0x800, 0xD800..<0xE000: return (6, 2)
        default: return (6, 3)
        }
    }
}
