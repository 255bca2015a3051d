import Engine
import StatesLanguage

/// One event of a history for people.
public enum HistoryLine {
    /// Time, number, type, and what it is about.
    public static func text(_ event: HistoryEvent) -> String {
        let number = String(event.id)
        let padding = String(repeating: " ", count: max(0, 6 - number.count))
        let names = ["name", "resource", "error"]
        let about = names.compactMap { name in
            event.details.first { $0.key.string == name }?.value.string
        }
        return "\(Timestamp(milliseconds: event.time).text) \(padding)\(number)  \(event.type)"
            + about.map { "  \($0.excerpt)" }.joined()
    }
}
