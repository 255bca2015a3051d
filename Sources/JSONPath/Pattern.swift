import JSON

/// The regular expression of a filter's `=~`, which has to match a whole text.
struct Pattern: @unchecked Sendable {
    // Proof: `Regex` is an immutable value; the program that it compiles at the first match is
    // published atomically by the standard library.
    private let regex: Regex<AnyRegexOutput>

    /// Compiles the pattern with Java's flag letters; nil if it is not one.
    init?(_ pattern: String, flags: String) {
        // The only thing the error says is where; the parser names the place of the pattern.
        guard var regex = try? Regex(pattern) else { return nil }
        regex = regex.matchingSemantics(.unicodeScalar)
        for flag in flags {
            switch flag {
            case "i": regex = regex.ignoresCase()
            case "s": regex = regex.dotMatchesNewlines()
            case "m": regex = regex.anchorsMatchLineEndings()
            case "u", "d", "U": break
            default: return nil
            }
        }
        self.regex = regex
    }

    /// Whether the text of a string, number or truth value matches from end to end.
    func matches(_ value: Value) -> Bool {
        switch value {
        case .string(let text): matches(text.string)
        case .number(let number): matches(number.text)
        case .bool(let bool): matches(bool ? "true" : "false")
        default: false
        }
    }

    private func matches(_ text: String) -> Bool {
        // A pattern that cannot be run on a text does not match it.
        (try? regex.wholeMatch(in: text)) != nil
    }
}
