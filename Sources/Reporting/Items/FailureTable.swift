import JSON

/// Failures for people: one a line, columns of fixed width, as there may be too many to wait for.
public enum FailureTable {
    /// The titles.
    public static let title = line(index: "item", state: "state", error: "error", cause: "cause")

    /// A line of `failures.jsonl`.
    public static func line(_ failure: Value) -> String {
        line(
            index: failure["index"]?.number?.text ?? "", state: failure["state"]?.string ?? "-",
            error: failure["error"]?.string ?? failure["status"]?.string ?? "-",
            cause: failure["cause"]?.string ?? "")
    }

    private static func line(
        index: String, state: String, error: String, cause: String
    ) -> String {
        "\(padded(index, 10))  \(padded(state, 24))  \(padded(error, 28))  \(cause.excerpt)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
