import JSON

/// A picture of `$fromMillis` and `$toMillis`, such as `[Y0001]-[M01]-[D01]`.
struct DatePicture {
    enum Part {
        case literal(String)
        case marker(DateMarker)
    }

    private(set) var parts: [Part] = []

    /// The form that dates have without a picture.
    static let iso8601 = try? DatePicture("[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]")

    init(_ text: String) throws {
        var rest = Substring(text)
        var literal = ""
        while let first = rest.first {
            if rest.hasPrefix("[[") || rest.hasPrefix("]]") {
                literal.append(first)
                rest = rest.dropFirst(2)
            } else if first == "[" {
                if !literal.isEmpty { parts.append(.literal(literal)) }
                literal = ""
                guard let end = rest.firstIndex(of: "]") else { throw JSONataError("D3135") }
                let start = rest.index(after: rest.startIndex)
                try append(try DateMarker(String(rest[start..<end])))
                rest = rest[rest.index(after: end)...]
            } else {
                literal.append(first)
                rest = rest.dropFirst()
            }
        }
        if !literal.isEmpty { parts.append(.literal(literal)) }
    }

    /// A number directly in front of another is read with its exact width.
    private mutating func append(_ marker: DateMarker) throws {
        if marker.integer != nil, !marker.isZone, case .marker(var previous) = parts.last,
            let digits = previous.integer?.mandatoryDigits, !previous.isZone
        {
            previous.integer?.parseWidth = digits
            parts[parts.count - 1] = .marker(previous)
        }
        parts.append(.marker(marker))
    }
}

/// A component of a date with the way it is written.
struct DateMarker {
    enum Names { case lower, upper, title }

    let component: Character
    private(set) var isTraditional = false
    private(set) var names: Names?
    var integer: IntegerPicture?
    private(set) var maximumWidth: Int?
    /// How many ASCII digits at least, if the number is nothing but digits.
    private(set) var plainDigits: Int?
    /// Of years and the like: how many digits are kept; nil for all.
    private(set) var digits: Int?

    private static let widest = 1000

    /// Reads what stands between the brackets.
    init(_ text: String) throws {
        let marker = text.filter { !$0.isWhitespace }
        component = marker.first ?? " "
        var presentation = marker.dropFirst()
        var minimumWidth: Int?
        if let comma = presentation.lastIndex(of: ",") {
            let width = presentation[presentation.index(after: comma)...]
            let bounds = width.split(separator: "-", maxSplits: 1)
            minimumWidth = bounds.first.flatMap { Int($0) }
            maximumWidth = bounds.count > 1 ? Int(bounds[1]).map { max($0, 0) } : nil
            presentation = presentation[..<comma]
        }
        var modifier: Character?
        if presentation.count > 1, let last = presentation.last, "atco".contains(last) {
            modifier = last
            presentation = presentation.dropLast()
        }
        isTraditional = modifier == "t"
        guard let standard = Self.defaults[component] else {
            throw JSONataError("D3132", value: .string(String(component)))
        }
        let form = presentation.isEmpty ? standard : String(presentation)
        try setForm(form, modifier, minimumWidth: min(minimumWidth ?? 0, Self.widest))
    }

    private static let defaults: [Character: String] = [
        "Y": "1", "M": "1", "D": "1", "d": "1", "F": "n", "W": "1", "w": "1", "X": "1",
        "x": "1", "H": "1", "h": "1", "P": "n", "m": "01", "s": "01", "f": "1", "Z": "01:01",
        "z": "01:01", "C": "n", "E": "n",
    ]

    var isZone: Bool { component == "Z" || component == "z" }

    private mutating func setForm(
        _ form: String, _ modifier: Character?, minimumWidth: Int
    ) throws {
        if isZone {
            integer = try IntegerPicture(form)
        } else if form.first == "n" {
            names = .lower
        } else if form.first == "N" {
            names = form.dropFirst().first == "n" ? .title : .upper
        } else if "YMDdFWwXxHhmsf".contains(component) {
            var picture = try IntegerPicture(modifier.map { "\(form);\($0)" } ?? form)
            picture.mandatoryDigits = max(picture.mandatoryDigits, minimumWidth)
            if "YMD".contains(component) { limitDigits(&picture) }
            integer = picture
            plainDigits = picture.isPlain ? min(picture.mandatoryDigits, 15) : nil
        }
    }

    private mutating func limitDigits(_ picture: inout IntegerPicture) {
        let places = picture.mandatoryDigits + picture.optionalDigits
        if let maximumWidth {
            digits = maximumWidth
            picture.mandatoryDigits = min(maximumWidth, Self.widest)
        } else if picture.form == .decimal, places >= 2 {
            digits = places
        }
    }
}

/// The names of months and days.
enum CalendarNames {
    static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ]
    static let days = [
        "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
    ]
}
