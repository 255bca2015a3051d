/// Writes numbers for people.
public enum Quantity {
    /// `1,234,567`.
    public static func grouped(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-" + text : text
    }

    /// `1,234 items`, `1 item`.
    public static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// `3 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
    public static func duration(milliseconds: Int) -> String {
        switch milliseconds {
        case ..<1000: return "\(max(0, milliseconds)) ms"
        case ..<59_950: return "\(decimal(Double(milliseconds) / 1000)) s"
        case ..<3_600_000:
            let seconds = (milliseconds + 500) / 1000
            return "\(seconds / 60) min \(seconds % 60) s"
        default:
            let minutes = (milliseconds + 30_000) / 60_000
            return "\(minutes / 60) h \(minutes % 60) min"
        }
    }

    /// `8.5/s`, `12,300/s`.
    public static func rate(_ perSecond: Double) -> String {
        let shown = perSecond < 100 ? decimal(perSecond) : grouped(Int(perSecond.rounded()))
        return shown + "/s"
    }

    /// `42 %`.
    public static func percentage(_ fraction: Double) -> String {
        "\(Int((fraction * 100).rounded(.down))) %"
    }

    /// One decimal place; no exponent.
    private static func decimal(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(grouped(tenths / 10)).\(tenths % 10)"
    }
}
