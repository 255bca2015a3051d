extension IntegerPicture {
    /// The text of a whole number.
    func format(_ number: Double) throws -> String {
        let value = number.magnitude
        let text =
            switch form {
            case .letters: Letters.text(of: value, isUpper: letterCase == .upper)
            case .roman: try Roman.text(of: value, isUpper: letterCase == .upper)
            case .words: cased(NumberWords.text(of: value, isOrdinal: isOrdinal))
            case .decimal: decimal(value)
            case .sequence: throw JSONataError("D3130", value: .string(self.text))
            }
        return number < 0 ? "-" + text : text
    }

    private func cased(_ words: String) -> String {
        switch letterCase {
        case .lower: words.lowercased()
        case .upper: words.uppercased()
        case .title: words
        }
    }

    private func decimal(_ value: Double) -> String {
        var digits = Array(NumberText.format(value).unicodeScalars)
        if digits.count < mandatoryDigits {
            digits = Array(repeating: "0", count: mandatoryDigits - digits.count) + digits
        }
        let suffix = isOrdinal ? Self.ordinalSuffix(digits) : ""
        var text = String.UnicodeScalarView()
        for (index, digit) in digits.enumerated() {
            if index > 0, let separator = separator(before: digits.count - index) {
                text.append(separator)
            }
            text.append(digit)
        }
        return DigitFamily.map(String(text), zero: zero) + suffix
    }

    /// The separator that stands in front of the last so many digits.
    private func separator(before remaining: Int) -> UnicodeScalar? {
        if isRegular {
            return remaining % regularDistance == 0 ? separators.first?.character : nil
        }
        return separators.first { $0.position == remaining }?.character
    }

    private static func ordinalSuffix(_ digits: [UnicodeScalar]) -> String {
        if digits.count > 1, digits[digits.count - 2] == "1" { return "th" }
        switch digits.last {
        case "1": return "st"
        case "2": return "nd"
        case "3": return "rd"
        default: return "th"
        }
    }

    /// A pattern that a number written so matches, without groups.
    func pattern() throws -> String {
        switch form {
        case .letters: return letterCase == .upper ? "[A-Z]+" : "[a-z]+"
        case .roman: return letterCase == .upper ? "[MDCLXVI]+" : "[mdclxvi]+"
        case .words: return "(?:" + NumberWords.pattern + "|and|[\\-, ])+"
        case .sequence: throw JSONataError("D3130", value: .string(text))
        case .decimal:
            var digits = parseWidth.map { "[0-9]{\($0)}" } ?? "[0-9]+"
            if isOrdinal { digits += "(?:th|st|nd|rd)" }
            return digits
        }
    }

    /// The number that a text stands for; nil if it is none.
    func parse(_ text: String) throws -> Double? {
        switch form {
        case .letters: return Letters.value(of: text)
        case .roman: return Roman.value(of: text)
        case .words: return NumberWords.value(of: text.lowercased())
        case .decimal: return parseDecimal(text)
        case .sequence: throw JSONataError("D3130", value: .string(self.text))
        }
    }

    private func parseDecimal(_ text: String) -> Double? {
        let scalars = text.unicodeScalars.dropLast(isOrdinal ? 2 : 0)
        let characters = Set(separators.map(\.character))
        var digits = ""
        for scalar in scalars where !characters.contains(scalar) {
            if scalar == "-" && digits.isEmpty {
                digits = "-"
                continue
            }
            guard scalar.value >= zero, scalar.value <= zero + 9 else { break }
            digits += String(scalar.value - zero)
        }
        return Double(digits)
    }
}

/// Numbers as letters: a to z, then aa and so on.
enum Letters {
    static func text(of number: Double, isUpper: Bool) -> String {
        var letters: [UInt8] = []
        var rest = number
        while rest >= 1 {
            let letter = (rest - 1).truncatingRemainder(dividingBy: 26)
            letters.append(UInt8(letter) + (isUpper ? 0x41 : 0x61))
            rest = ((rest - 1) / 26).rounded(.down)
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    static func value(of text: String) -> Double {
        text.lowercased().utf8.reduce(0) { $0 * 26 + Double($1) - 0x60 }
    }
}

/// Roman numerals.
enum Roman {
    private static let numerals: [(value: Double, text: String)] = [
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
        (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    ]
    private static let values: [UnicodeScalar: Double] = [
        "m": 1000, "d": 500, "c": 100, "l": 50, "x": 10, "v": 5, "i": 1,
    ]

    static func text(of number: Double, isUpper: Bool) throws -> String {
        guard number < 1e7 else { throw JSONataError.tooLarge }
        var text = ""
        var rest = number
        for numeral in numerals {
            while rest >= numeral.value {
                text += numeral.text
                rest -= numeral.value
            }
        }
        return isUpper ? text.uppercased() : text
    }

    static func value(of text: String) -> Double {
        var total = 0.0
        var highest = 1.0
        for scalar in text.lowercased().unicodeScalars.reversed() {
            let value = values[scalar] ?? 0
            if value < highest {
                total -= value
            } else {
                highest = value
                total += value
            }
        }
        return total
    }
}
