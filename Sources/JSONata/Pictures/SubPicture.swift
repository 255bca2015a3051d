/// One half of a number picture: for positive or for negative numbers.
struct SubPicture {
    var prefix: String
    let suffix: String
    private(set) var minimumInteger = 0
    private(set) var minimumFraction = 0
    private(set) var maximumFraction = 0
    private(set) var exponentSize = 0
    private(set) var scale = 1.0
    let hasDecimal: Bool
    private var mantissaDigits = 0
    private var positions: [Int] = []
    private var regularDistance = 0
    private var fractionPositions: [Int] = []

    typealias Symbols = NumberPicture.Symbols

    /// The parts of the text, before they have been checked.
    private struct Parts {
        var text: [UnicodeScalar]
        var active: ArraySlice<UnicodeScalar>
        var mantissa: ArraySlice<UnicodeScalar>
        var exponent: ArraySlice<UnicodeScalar>?
        var integer: ArraySlice<UnicodeScalar>
        var fraction: ArraySlice<UnicodeScalar>

        init(_ text: [UnicodeScalar], _ symbols: Symbols) {
            self.text = text
            func bounds(_ scalar: UnicodeScalar) -> Bool {
                symbols.isActive(scalar) && scalar != symbols.exponent
            }
            let first = text.firstIndex(where: bounds) ?? 0
            let last = text.lastIndex(where: bounds) ?? text.count - 1
            active = text[first..<max(last + 1, first)]
            mantissa = active
            if let mark = active.firstIndex(of: symbols.exponent) {
                mantissa = active[..<mark]
                exponent = active[(mark + 1)...]
            } else if text[active.endIndex...].first == symbols.exponent {
                // Nothing behind the sign: the check below refuses it.
                exponent = []
            }
            integer = mantissa
            fraction = []
            if let mark = mantissa.firstIndex(of: symbols.decimal) {
                integer = mantissa[..<mark]
                fraction = mantissa[(mark + 1)...]
            }
        }
    }

    init(_ text: [UnicodeScalar], _ symbols: Symbols) throws {
        let parts = Parts(text, symbols)
        if let code = Self.fault(parts, symbols) { throw JSONataError(code) }
        prefix = Self.string(text[..<parts.active.startIndex])
        suffix = Self.string(text[parts.active.endIndex...])
        hasDecimal = text.contains(symbols.decimal)
        if (prefix + suffix).contains(symbols.percent) { scale = 100 }
        if (prefix + suffix).contains(symbols.perMille) { scale = 1000 }
        analyse(parts, symbols)
    }

    private static func string(_ scalars: ArraySlice<UnicodeScalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    private mutating func analyse(_ parts: Parts, _ symbols: Symbols) {
        minimumInteger = parts.integer.count(where: symbols.isDigit)
        mantissaDigits = minimumInteger
        minimumFraction = parts.fraction.count(where: symbols.isDigit)
        maximumFraction = parts.fraction.count(where: symbols.isPlace)
        exponentSize = parts.exponent?.count(where: symbols.isDigit) ?? 0
        let hasExponent = parts.exponent != nil
        if minimumInteger == 0 && maximumFraction == 0 {
            if hasExponent {
                (minimumFraction, maximumFraction) = (1, 1)
            } else {
                minimumInteger = 1
            }
        }
        if hasExponent && minimumInteger == 0 && parts.integer.contains(symbols.digit) {
            minimumInteger = 1
        }
        if minimumInteger == 0 && minimumFraction == 0 { minimumFraction = 1 }
        for index in parts.integer.indices where parts.integer[index] == symbols.grouping {
            positions.append(parts.integer[index...].count(where: symbols.isPlace))
        }
        regularDistance = Grouping.regularDistance(positions)
        for index in parts.fraction.indices where parts.fraction[index] == symbols.grouping {
            fractionPositions.append(parts.fraction[..<index].count(where: symbols.isPlace))
        }
    }

    /// The mantissa with as many digits before the point as the picture demands, and the exponent.
    func scaled(_ number: Double) -> (Double, Int) {
        guard number > 0, number.isFinite else { return (number, 0) }
        let upper = NumberText.shift(1, by: mantissaDigits)
        let lower = NumberText.shift(1, by: mantissaDigits - 1)
        var (mantissa, exponent) = (number, 0)
        while mantissa < lower {
            mantissa *= 10
            exponent -= 1
        }
        while mantissa > upper {
            mantissa /= 10
            exponent += 1
        }
        return (mantissa, exponent)
    }

    func grouped(_ digits: String, by separator: UnicodeScalar) -> String {
        guard !positions.isEmpty else { return digits }
        var text = String.UnicodeScalarView()
        let count = digits.utf8.count
        for (index, digit) in digits.unicodeScalars.enumerated() {
            let remaining = count - index
            let isBoundary =
                regularDistance > 0
                ? remaining % regularDistance == 0 : positions.contains(remaining)
            if index > 0 && isBoundary { text.append(separator) }
            text.append(digit)
        }
        return String(text)
    }

    func groupedFraction(_ digits: String, by separator: UnicodeScalar) -> String {
        var text = String.UnicodeScalarView()
        for (index, digit) in digits.unicodeScalars.enumerated() {
            if index > 0 && fractionPositions.contains(index) { text.append(separator) }
            text.append(digit)
        }
        return String(text)
    }

    /// The code of what is wrong; of several the last of the checks counts.
    private static func fault(_ parts: Parts, _ symbols: Symbols) -> String? {
        let text = string(parts.text[...])
        let hasPercent = text.contains(symbols.percent)
        let hasPerMille = text.contains(symbols.perMille)
        var code: String?
        func check(_ isWrong: Bool, _ wrong: String) { if isWrong { code = wrong } }
        check(parts.text.count { $0 == symbols.decimal } > 1, "D3081")
        check(text.count(of: symbols.percent) > 1, "D3082")
        check(text.count(of: symbols.perMille) > 1, "D3083")
        check(hasPercent && hasPerMille, "D3084")
        check(!parts.mantissa.contains(where: symbols.isPlace), "D3085")
        check(parts.active.contains { !symbols.isActive($0) }, "D3086")
        if let point = parts.text.firstIndex(of: symbols.decimal) {
            let neighbours = [point - 1, point + 1].filter(parts.text.indices.contains)
            check(neighbours.contains { parts.text[$0] == symbols.grouping }, "D3087")
        } else {
            check(parts.integer.last == symbols.grouping, "D3088")
        }
        let isDoubled = zip(parts.text, parts.text.dropFirst()).contains {
            $0 == symbols.grouping && $1 == symbols.grouping
        }
        check(isDoubled, "D3089")
        if let optional = parts.integer.firstIndex(of: symbols.digit) {
            check(parts.integer[..<optional].contains(where: symbols.isDigit), "D3090")
        }
        if let optional = parts.fraction.firstIndex(of: symbols.digit) {
            check(parts.fraction[optional...].contains(where: symbols.isDigit), "D3091")
        }
        if let exponent = parts.exponent {
            check(!exponent.isEmpty && (hasPercent || hasPerMille), "D3092")
            check(exponent.isEmpty || !exponent.allSatisfy(symbols.isDigit), "D3093")
        }
        return code
    }
}

extension String {
    /// How often another text occurs, not counting overlaps.
    fileprivate func count(of other: String) -> Int {
        other.isEmpty ? 0 : split(separator: other, omittingEmptySubsequences: false).count - 1
    }
}
