import JSON
import StatesLanguage

/// `Retry-After`: seconds, or a date.
enum RetryAfter {
    /// Longer than this nobody is asked to wait.
    private static let longest = 30 * 86_400_000

    /// The time that the header's value means, in milliseconds since 1970; nil if it means none.
    static func time(_ text: String, now: Int) -> Int? {
        if let seconds = Double(text), text.allSatisfy({ $0.isNumber || $0 == "." }) {
            return now + Int(min(seconds * 1000, Double(longest)).rounded(.up))
        }
        return date(text).map { min($0, now + longest) }
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// `Sun, 06 Nov 1994 08:49:37 GMT` and the older `Sunday, 06-Nov-94 08:49:37 GMT`.
    private static func date(_ text: String) -> Int? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        guard words.count == 6, words[5] == "GMT", let day = Int(words[1]),
            let month = months.firstIndex(of: words[2].lowercased()), var year = Int(words[3])
        else { return nil }
        if year < 100 { year += year < 70 ? 2000 : 1900 }
        let clock = words[4].split(separator: ":").map { Int($0) ?? -1 }
        guard clock.count == 3, year > 1600, !clock.contains(where: { $0 < 0 }) else { return nil }
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = clock.map(two).joined(separator: ":")
        return Timestamp(parsing: Text("\(year)-\(two(month + 1))-\(two(day))T\(time)Z"))?
            .milliseconds
    }
}
