import JSON

/// Where two JSON values differ, in lines for people.
public enum ValueDifference {
    private static let longest = 20

    /// One line for each place: what was expected there and what was found.
    public static func lines(expected: Value?, actual: Value?, at place: String) -> [String] {
        lines(expected, actual) { pointer, expected, actual in
            "\(place)\(pointer): expected \(text(expected)), was \(text(actual))"
        }
    }

    /// One line for each place: what was there and what is.
    static func changes(from old: Value?, to new: Value?, at place: String) -> [String] {
        lines(old, new) { pointer, old, new in
            "\(place)\(pointer): \(text(old)) → \(text(new))"
        }
    }

    private typealias Wording = (JSONPointer, Value?, Value?) -> String

    private static func lines(
        _ expected: Value?, _ actual: Value?, _ wording: Wording
    ) -> [String] {
        var found: [String] = []
        compare(expected, actual, JSONPointer([]), &found, wording)
        guard found.count > longest else { return found }
        return found.prefix(longest) + ["… and \(found.count - longest) more"]
    }

    private static func compare(
        _ expected: Value?, _ actual: Value?, _ pointer: JSONPointer, _ found: inout [String],
        _ wording: Wording
    ) {
        if expected == actual { return }
        switch (expected, actual) {
        case (.object(let expected), .object(let actual)):
            let added = actual.keys.filter { !expected.contains($0) }
            for key in expected.keys + added {
                compare(
                    expected[key], actual[key], pointer.appending(key.string), &found, wording)
            }
        case (.array(let expected), .array(let actual)):
            for index in 0..<max(expected.count, actual.count) {
                // Not written with `nil`, which where a value is expected is JSON's null.
                compare(
                    index < expected.count ? expected[index] : Value?.none,
                    index < actual.count ? actual[index] : Value?.none,
                    pointer.appending(String(index)), &found, wording)
            }
        default:
            found.append(wording(pointer, expected, actual))
        }
    }

    private static func text(_ value: Value?) -> String { value?.serialized.excerpt ?? "nothing" }
}
