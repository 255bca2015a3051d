/// How an integer is written: in digits with groups, in letters, in Roman numerals or in words.
struct IntegerPicture {
    enum Form {
        case decimal, letters, roman, words
        /// A numbering sequence that is not supported.
        case sequence
    }

    enum Case { case lower, upper, title }

    struct Separator {
        /// How many digits stand to its right.
        var position: Int
        var character: UnicodeScalar
    }

    var form = Form.decimal
    var letterCase = Case.lower
    var isOrdinal = false
    let text: String
    private(set) var zero: UInt32 = 0x30
    var mandatoryDigits = 0
    private(set) var optionalDigits = 0
    private(set) var separators: [Separator] = []
    /// The distance of separators that repeat to the left, else 0.
    private(set) var regularDistance = 0
    /// How many digits to read where another number follows at once.
    var parseWidth: Int?

    init(_ picture: String) throws {
        var primary = Substring(picture)
        if let mark = picture.lastIndex(of: ";") {
            primary = picture[..<mark]
            isOrdinal = picture[picture.index(after: mark)...].first == "o"
        }
        text = String(primary)
        switch primary {
        case "A", "a": form = .letters
        case "I", "i": form = .roman
        case "W", "w", "Ww": form = .words
        default: try analyse(primary)
        }
        switch primary {
        case "A", "I", "W": letterCase = .upper
        case "Ww": letterCase = .title
        default: break
        }
    }

    private mutating func analyse(_ primary: Substring) throws {
        var family: UInt32?
        for scalar in primary.unicodeScalars.reversed() {
            if let group = DigitFamily.zero(of: scalar.value) {
                guard family == nil || family == group else { throw JSONataError("D3131") }
                family = group
                mandatoryDigits += 1
            } else if scalar == "#" {
                optionalDigits += 1
            } else {
                separators.append(
                    Separator(position: mandatoryDigits + optionalDigits, character: scalar))
            }
        }
        guard let family else {
            form = .sequence
            return
        }
        zero = family
        regularDistance = Self.regularDistance(separators)
    }

    private static func regularDistance(_ separators: [Separator]) -> Int {
        guard let first = separators.first,
            separators.allSatisfy({ $0.character == first.character })
        else { return 0 }
        return Grouping.regularDistance(separators.map(\.position))
    }

    /// Whether there are digits only, at most so many that an integer has them all.
    var isPlain: Bool {
        form == .decimal && !isOrdinal && separators.isEmpty && zero == 0x30
            && mandatoryDigits <= 15
    }

    /// Whether separators repeat.
    var isRegular: Bool { regularDistance > 0 }
}

/// The positions of grouping separators.
enum Grouping {
    /// The distance at which separators repeat, or 0 if they stand where they stand.
    static func regularDistance(_ positions: [Int]) -> Int {
        guard let first = positions.first else { return 0 }
        let factor = positions.dropFirst().reduce(first) { greatestCommonDivisor($0, $1) }
        guard factor > 0 else { return 0 }
        let wanted = (1...positions.count).map { $0 * factor }
        return wanted.allSatisfy(positions.contains) ? factor : 0
    }

    private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        b == 0 ? a : greatestCommonDivisor(b, a % b)
    }
}

/// The families of decimal digits that Unicode has.
enum DigitFamily {
    private static let zeros: [UInt32] = [
        0x30, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66,
        0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946,
        0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0,
        0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    ]

    /// The zero of the family that this digit belongs to; nil if it is no digit.
    static func zero(of scalar: UInt32) -> UInt32? {
        zeros.first { scalar >= $0 && scalar <= $0 + 9 }
    }

    /// Replaces the ASCII digits of a text by those of another family.
    static func map(_ text: String, zero: UInt32) -> String {
        guard zero != 0x30 else { return text }
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isDigit = scalar.value >= 0x30 && scalar.value <= 0x39
            mapped.append(isDigit ? UnicodeScalar(scalar.value - 0x30 + zero) ?? scalar : scalar)
        }
        return String(mapped)
    }
}
