/// A picture of `$formatNumber`, by the rules of XPath's `format-number`.
struct NumberPicture {
    /// The characters with a meaning, which options may rename.
    struct Symbols {
        var decimal: UnicodeScalar = "."
        var grouping: UnicodeScalar = ","
        var exponent: UnicodeScalar = "e"
        var zero: UnicodeScalar = "0"
        var digit: UnicodeScalar = "#"
        var separator: UnicodeScalar = ";"
        var minus = "-"
        var percent = "%"
        var perMille = "\u{2030}"

        mutating func rename(_ name: String, to text: String) {
            let scalar = text.unicodeScalars.first
            switch name {
            case "decimal-separator": decimal = scalar ?? decimal
            case "grouping-separator": grouping = scalar ?? grouping
            case "exponent-separator": exponent = scalar ?? exponent
            case "zero-digit": zero = scalar ?? zero
            case "digit": digit = scalar ?? digit
            case "pattern-separator": separator = scalar ?? separator
            case "minus-sign": minus = text
            case "percent": percent = text
            case "per-mille": perMille = text
            default: break
            }
        }

        func isDigit(_ scalar: UnicodeScalar) -> Bool {
            scalar.value >= zero.value && scalar.value <= zero.value + 9
        }

        /// Whether the character counts as a place for a digit.
        func isPlace(_ scalar: UnicodeScalar) -> Bool { isDigit(scalar) || scalar == digit }

        func isActive(_ scalar: UnicodeScalar) -> Bool {
            isPlace(scalar) || scalar == decimal || scalar == exponent || scalar == grouping
                || scalar == separator
        }
    }

    private let symbols: Symbols
    private var positive: SubPicture
    private var negative: SubPicture

    init(_ text: String, symbols: Symbols) throws {
        self.symbols = symbols
        let parts = text.unicodeScalars.split(
            separator: symbols.separator, omittingEmptySubsequences: false)
        guard parts.count <= 2 else { throw JSONataError("D3080") }
        positive = try SubPicture(Array(parts[0]), symbols)
        negative = positive
        if parts.count == 2 {
            negative = try SubPicture(Array(parts[1]), symbols)
        } else {
            negative.prefix = symbols.minus + negative.prefix
        }
    }

    /// The text of a number.
    func format(_ number: Double) -> String {
        let picture = number >= 0 ? positive : negative
        var mantissa = number.magnitude * picture.scale
        var exponent: Int?
        if picture.exponentSize > 0 { (mantissa, exponent) = picture.scaled(mantissa) }
        let rounded = NumberText.round(mantissa, decimals: picture.maximumFraction)
        var (whole, fraction) = Self.digits(of: rounded, decimals: picture.maximumFraction)
        whole = String(repeating: "0", count: max(0, picture.minimumInteger - whole.count)) + whole
        fraction += String(repeating: "0", count: max(0, picture.minimumFraction - fraction.count))
        var text = picture.grouped(whole, by: symbols.grouping)
        if picture.hasDecimal && !fraction.isEmpty {
            text +=
                String(symbols.decimal) + picture.groupedFraction(fraction, by: symbols.grouping)
        }
        if let exponent {
            let digits = String(exponent.magnitude)
            let zeros = String(repeating: "0", count: max(0, picture.exponentSize - digits.count))
            text += String(symbols.exponent) + (exponent < 0 ? symbols.minus : "") + zeros + digits
        }
        return picture.prefix + DigitFamily.map(text, zero: symbols.zero.value) + picture.suffix
    }

    /// Digits before and after the point, without zeros at either end.
    private static func digits(of number: Double, decimals: Int) -> (String, String) {
        let text = NumberText.fixed(number, decimals: decimals)
        let parts = text.split(separator: ".", maxSplits: 1)
        let whole = parts[0].drop { $0 == "0" }
        var fraction = parts.count > 1 ? parts[1] : ""
        while fraction.last == "0" { fraction.removeLast() }
        return (String(whole), String(fraction))
    }
}
