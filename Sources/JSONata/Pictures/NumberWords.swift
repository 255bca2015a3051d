/// Numbers as English words.
enum NumberWords {
    private static let few = [
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
        "Eleven", "Twelve", "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen",
        "Nineteen",
    ]
    private static let ordinals = [
        "Zeroth", "First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth",
        "Ninth", "Tenth", "Eleventh", "Twelfth", "Thirteenth", "Fourteenth", "Fifteenth",
        "Sixteenth", "Seventeenth", "Eighteenth", "Nineteenth",
    ]
    private static let decades = [
        "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety",
    ]
    private static let magnitudes: [(value: Double, name: String)] = [
        (1e12, "Trillion"), (1e9, "Billion"), (1e6, "Million"), (1e3, "Thousand"),
    ]

    /// The words with capital letters; "and" without.
    static func text(of number: Double, isOrdinal: Bool) -> String {
        words(number, follows: false, isOrdinal)
    }

    private static func words(_ number: Double, follows: Bool, _ isOrdinal: Bool) -> String {
        if number < 20 {
            return (follows ? " and " : "") + (isOrdinal ? ordinals : few)[Int(number)]
        }
        if number < 100 { return (follows ? " and " : "") + tens(Int(number), isOrdinal) }
        if number < 1000 {
            return (follows ? ", " : "")
                + multiple(number, of: 100, called: "Hundred", isOrdinal)
        }
        for magnitude in magnitudes where number >= magnitude.value {
            return (follows ? ", " : "")
                + multiple(number, of: magnitude.value, called: magnitude.name, isOrdinal)
        }
        return ""
    }

    private static func tens(_ number: Int, _ isOrdinal: Bool) -> String {
        let decade = decades[number / 10 - 2]
        if number % 10 > 0 { return decade + "-" + (isOrdinal ? ordinals : few)[number % 10] }
        return isOrdinal ? decade.dropLast() + "ieth" : decade
    }

    private static func multiple(
        _ number: Double, of unit: Double, called name: String, _ isOrdinal: Bool
    ) -> String {
        let count = (number / unit).rounded(.down)
        let rest = number - count * unit
        let head = words(count, follows: false, false) + " " + name
        if rest > 0 { return head + words(rest, follows: true, isOrdinal) }
        return isOrdinal ? head + "th" : head
    }

    private static let values: [String: Double] = {
        var values: [String: Double] = ["hundred": 100, "hundredth": 100]
        for (index, word) in few.enumerated() { values[word.lowercased()] = Double(index) }
        for (index, word) in ordinals.enumerated() { values[word.lowercased()] = Double(index) }
        for (index, word) in decades.enumerated() {
            let value = Double(index * 10 + 20)
            values[word.lowercased()] = value
            values[word.lowercased().dropLast() + "ieth"] = value
        }
        for magnitude in magnitudes {
            values[magnitude.name.lowercased()] = magnitude.value
            values[magnitude.name.lowercased() + "th"] = magnitude.value
        }
        return values
    }()

    /// All words as alternatives, longer ones first.
    static let pattern = values.keys.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
        .joined(separator: "|")

    /// The number that words, in lower case, stand for.
    static func value(of text: String) -> Double? {
        var segments = [0.0]
        for word in text.split(whereSeparator: { " ,-".contains($0) }) where word != "and" {
            guard let value = values[String(word)], let last = segments.last else { return nil }
            if value >= 100 {
                segments[segments.count - 1] = last * value
            } else if last >= 1000 {
                segments.append(value)
            } else {
                segments[segments.count - 1] = last + value
            }
        }
        return segments.reduce(0, +)
    }
}
