import JSON

/// An offset from UTC.
struct TimeZoneOffset {
    let minutes: Int

    static let utc = TimeZoneOffset("")

    /// Reads `+hhmm`; a text without a number is UTC.
    init(_ text: String) {
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "+" || $0 == "-" }.prefix { $0.isASCII && $0.isNumber }
        let number = min(Int(digits) ?? 0, 9999)
        let magnitude = number / 100 * 60 + number % 100
        minutes = isNegative ? -magnitude : magnitude
    }

    /// Hours and minutes without a sign in one number: 330 for three and a half hours.
    var clock: Int { abs(minutes) / 60 * 100 + abs(minutes) % 60 }
}

extension DatePicture {
    /// Appends the text of a moment.
    func format(
        milliseconds: Int, zone: TimeZoneOffset, to out: inout ByteBuffer
    ) throws {
        let date = CivilDate(milliseconds: milliseconds + zone.minutes * 60_000)
        for part in parts {
            switch part {
            case .literal(let literal): out.append(string: literal)
            case .marker(let marker): try marker.format(date, zone, to: &out)
            }
        }
    }
}

extension DateMarker {
    func format(
        _ date: CivilDate, _ zone: TimeZoneOffset, to out: inout ByteBuffer
    ) throws {
        switch component {
        case "Z", "z": out.append(string: try format(zone))
        case "P":
            let text = date.hour < 12 ? "am" : "pm"
            out.append(string: names == .upper ? text.uppercased() : text)
        case "C", "E": out.append("ISO")
        default: try format(value(of: date), to: &out)
        }
    }

    /// The component's number; 0 for one that has none.
    func value(of date: CivilDate) -> Int {
        switch component {
        case "Y": date.year
        case "M": date.month
        case "D": date.day
        case "d": date.dayOfYear
        case "F": date.weekday
        case "W": date.weekOfYear
        case "w": date.weekOfMonth
        case "X": date.weekYear
        case "x": date.weekMonth
        case "H": date.hour
        case "h": date.hour % 12 == 0 ? 12 : date.hour % 12
        case "P": date.hour < 12 ? 0 : 1
        case "m": date.minute
        case "s": date.second
        case "f": date.millisecond
        default: 0
        }
    }

    private func format(_ value: Int, to out: inout ByteBuffer) throws {
        guard names == nil else { return out.append(string: try name(value)) }
        var value = value
        if component == "Y", let digits, digits < 10 {
            value %= (0..<digits).reduce(1) { power, _ in power * 10 }
        }
        if value >= 0, let width = plainDigits {
            var limit = 10
            for _ in 1..<max(width, 1) {
                if value < limit { out.append(UInt8(ascii: "0")) }
                limit *= 10
            }
            out.append(decimal: value)
        } else {
            out.append(string: try integer?.format(Double(value)) ?? "")
        }
    }

    private func name(_ value: Int) throws -> String {
        var name =
            switch component {
            case "M", "x": CalendarNames.months[value - 1]
            case "F": CalendarNames.days[value - 1]
            default: throw JSONataError("D3133", value: .string(String(component)))
            }
        switch names {
        case .lower: name = name.lowercased()
        case .upper: name = name.uppercased()
        default: break
        }
        return maximumWidth.map { String(name.prefix($0)) } ?? name
    }

    private func format(_ zone: TimeZoneOffset) throws -> String {
        guard let integer else { return "" }
        var text: String
        if integer.isRegular || integer.mandatoryDigits == 3 || integer.mandatoryDigits == 4 {
            text = try integer.format(Double(zone.clock))
        } else if integer.mandatoryDigits == 1 || integer.mandatoryDigits == 2 {
            text = try integer.format(Double(zone.clock / 100))
            let minutes = zone.clock % 100
            if minutes != 0 { text += minutes < 10 ? ":0\(minutes)" : ":\(minutes)" }
        } else {
            throw JSONataError("D3134", value: .int(integer.mandatoryDigits))
        }
        if zone.minutes == 0 && isTraditional { return "Z" }
        text = (zone.minutes < 0 ? "-" : "+") + text
        return component == "z" ? "GMT" + text : text
    }
}
