import JSON

extension DatePicture {
    /// The milliseconds of a text written so; nil if it is not.
    ///
    /// Larger parts that are missing come from `now`, smaller ones are the least possible.
    func parse(_ text: String, now: CivilDate) throws -> Int? {
        guard let texts = try match(text) else { return nil }
        var values: [Character: Int] = [:]
        for (marker, text) in texts {
            values[marker.component] = try marker.parse(text)
        }
        if values.isEmpty { return nil }
        return try DateParts(values).milliseconds(now: now)
    }

    /// What stands at each marker, if the text fits the picture.
    private func match(_ text: String) throws -> [(DateMarker, String)]? {
        var pattern = "^"
        var markers: [DateMarker] = []
        for part in parts {
            switch part {
            case .literal(let literal): pattern += Self.escaped(literal)
            case .marker(let marker):
                markers.append(marker)
                pattern += "(" + (try marker.pattern()) + ")"
            }
        }
        let program = try Program(pattern + "$", flags: "i")
        var text = text
        return try text.withUTF8 { bytes in
            var matcher = Matcher(program, bytes)
            guard try matcher.search(from: 0) else { return nil }
            let places = matcher.saved
            return markers.enumerated().map { index, marker in
                let range = places[index * 2 + 2]..<places[index * 2 + 3]
                return (marker, String(decoding: bytes[range], as: UTF8.self))
            }
        }
    }

    private static func escaped(_ literal: String) -> String {
        var escaped = ""
        for character in literal {
            if ".*+?^${}()|[]\\/".contains(character) { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}

extension DateMarker {
    /// A pattern for what the marker stands for, without groups.
    func pattern() throws -> String {
        if isZone {
            let prefix = component == "z" ? "GMT" : ""
            guard let separator else { return prefix + "[-+][0-9]+" }
            return prefix + "[-+][0-9]+\\" + String(separator) + "[0-9]+"
        }
        if let integer { return try integer.pattern() }
        guard "MxFP".contains(component) else {
            throw JSONataError("D3133", value: .string(String(component)))
        }
        return "[a-zA-Z]+"
    }

    private var separator: UnicodeScalar? {
        integer?.isRegular == true ? integer?.separators.first?.character : nil
    }

    /// The component's number; nil for a name that is none.
    func parse(_ text: String) throws -> Int? {
        if isZone { return parseZone(component == "z" ? String(text.dropFirst(3)) : text) }
        if let integer {
            // Digits beyond the third of a fraction are cut.
            let isLong = component == "f" && integer.form == .decimal
            let value = try integer.parse(isLong ? String(text.prefix(3)) : text)
            return value.flatMap { $0.magnitude < 1e9 ? Int($0) : nil }
        }
        switch component {
        case "P": return ["am": 0, "AM": 0, "pm": 1, "PM": 1][text]
        case "F": return place(of: text, in: CalendarNames.days)
        default: return place(of: text, in: CalendarNames.months)
        }
    }

    private func place(of name: String, in names: [String]) -> Int? {
        let known = names.map { full in maximumWidth.map { String(full.prefix($0)) } ?? full }
        return known.firstIndex(of: name).map { $0 + 1 }
    }

    /// Minutes ahead of UTC.
    private func parseZone(_ text: String) -> Int {
        var (hours, minutes) = (text.dropFirst(), Substring("0"))
        if let separator, let mark = hours.firstIndex(of: Character(separator)) {
            minutes = hours[hours.index(after: mark)...]
            hours = hours[..<mark]
        } else if hours.count > 2 {
            minutes = hours.dropFirst(2)
            hours = hours.prefix(2)
        }
        let total = min(Int(hours) ?? 0, 9999) * 60 + min(Int(minutes) ?? 0, 9999)
        return text.hasPrefix("-") ? -total : total
    }
}

/// The numbers that a text has given for a moment.
private struct DateParts {
    private var values: [Character: Int]

    init(_ values: [Character: Int]) { self.values = values }

    /// Whether of these components some are given, and none but the wanted ones.
    private func uses(_ wanted: String, of all: String) -> Bool {
        let given = all.filter { (values[$0] ?? 0) != 0 }
        return !given.isEmpty && given.allSatisfy(wanted.contains)
    }

    func milliseconds(now: CivilDate) throws -> Int {
        let all = "YXMxWwdD"
        let isDayOfYear = !uses("YMD", of: all) && uses("Yd", of: all)
        if !isDayOfYear, !uses("YMD", of: all), uses("Xxw", of: all) || uses("XW", of: all) {
            throw JSONataError("D3136")
        }
        let isTwelveHours = !uses("Hmsf", of: "PHhmsf") && uses("Phmsf", of: "PHhmsf")
        var parts = self
        try parts.fill((isDayOfYear ? "Yd" : "YMD") + (isTwelveHours ? "Phmsf" : "Hmsf"), now: now)
        return parts.milliseconds(isDayOfYear: isDayOfYear, isTwelveHours: isTwelveHours)
    }

    private mutating func fill(_ components: String, now: CivilDate) throws {
        var (hasBegun, hasEnded) = (false, false)
        for component in components {
            if values[component] != nil {
                if hasEnded { throw JSONataError("D3136") }
                hasBegun = true
            } else if hasBegun {
                values[component] = "MDd".contains(component) ? 1 : 0
                hasEnded = true
            } else {
                values[component] = try DateMarker(String(component)).value(of: now)
            }
        }
    }

    private func milliseconds(isDayOfYear: Bool, isTwelveHours: Bool) -> Int {
        func value(_ component: Character) -> Int { values[component] ?? 0 }
        let day =
            isDayOfYear
            ? CivilDate.dayNumber(year: value("Y"), month: 1, day: value("d"))
            : CivilDate.dayNumber(
                year: value("Y"), month: max(value("M"), 1), day: value("D"))
        var hour = value("H")
        if isTwelveHours { hour = value("h") % 12 + (value("P") == 1 ? 12 : 0) }
        let minutes = hour * 60 + value("m") - (values["Z"] ?? values["z"] ?? 0)
        return day * 86_400_000 + minutes * 60_000 + value("s") * 1000 + value("f")
    }
}
