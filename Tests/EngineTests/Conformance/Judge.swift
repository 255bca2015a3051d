import Foundation
import JSON

/// Compares an answer with AWS's by the rules of the cases' README.
struct Judge {
    let expected: Value
    let actual: Value
    private let ignored: Set<String>
    private let patterns: [String: [String]]

    init(_ one: ConformanceCase, _ actual: Value) {
        self.actual = actual
        expected = one.value["expect"] ?? [:]
        ignored = Set((one.value["ignore"]?.array?.elements ?? []).compactMap(\.string))
        var patterns: [String: [String]] = [:]
        for member in one.value["patterns"]?.object?.members ?? [] {
            patterns[member.key.string] =
                (member.value.array?.elements ?? []).compactMap(\.string)
        }
        self.patterns = patterns
    }

    var isSameOutcome: Bool {
        guard expected["status"] == actual["status"] else { return false }
        guard isEqual("nextState") else { return false }
        // Where the test did not ask for it, the output was not recorded.
        let isSameOutput = expected["output"] == nil || isEqual("output")
        return isSameOutput && isEqual("error")
    }

    /// Nil if there is no cause to compare.
    var isSameCause: Bool? {
        guard let cause = expected["cause"] else { return nil }
        guard cause.kind == .object else { return isEqual("cause") }
        guard let text = actual["cause"]?.string, let parsed = try? Value.parse(text) else {
            return false
        }
        return isEqual(cause, parsed, at: "/cause")
    }

    /// Nil if the order of the events was not recorded.
    func areSameEvents(order: String?) -> Bool? {
        guard order != "sorted-by-recorder", let events = expected["events"]?.array else {
            return nil
        }
        let mine = (actual["events"]?.array?.elements ?? []).map(Self.summary)
        let theirs = events.map(Self.summary)
        return order == "concurrent" ? mine.sorted() == theirs.sorted() : mine == theirs
    }

    /// Whether the recorded members of all events are the same; nil where their order means
    /// nothing, or the events themselves differ.
    func areSameDetails(order: String?) -> Bool? {
        guard order == "total", areSameEvents(order: order) == true,
            let theirs = expected["events"]?.array?.elements,
            let mine = actual["events"]?.array?.elements
        else { return nil }
        return zip(theirs, mine).enumerated().allSatisfy { index, pair in
            (pair.0.object?.members ?? []).allSatisfy { member in
                let name = member.key.string
                let value = pair.1[member.key]
                return isSame(member.value, value, name, at: "/events/\(index)/\(name)")
            }
        }
    }

    private func isSame(_ theirs: Value, _ mine: Value?, _ name: String, at pointer: String) -> Bool
    {
        guard name == "cause", theirs.kind == .object else {
            return isEqual(theirs, mine, at: pointer)
        }
        guard let text = mine?.string, let parsed = try? Value.parse(text) else { return false }
        return isEqual(theirs, parsed, at: pointer)
    }

    /// Nil if no values in between were recorded.
    var isSameInspection: Bool? {
        expected["inspection"] == nil ? nil : isEqual("inspection")
    }

    static func summary(_ event: Value) -> String {
        "\(event["type"]?.string ?? "") \(event["name"]?.string ?? "")"
    }

    private func isEqual(_ name: String) -> Bool {
        isEqual(expected[Key(name)], actual[Key(name)], at: "/" + name)
    }

    private func isEqual(_ left: Value?, _ right: Value?, at pointer: String) -> Bool {
        if ignored.contains(pointer) { return true }
        if let pattern = patterns[pointer] {
            return right?.string.map { matches($0, pattern) } ?? false
        }
        switch (left, right) {
        case (nil, nil): return true
        case (.number(let l)?, .number(let r)?): return isEqual(l, r)
        case (.array(let l)?, .array(let r)?):
            return l.count == r.count
                && zip(l, r).enumerated().allSatisfy {
                    isEqual($1.0, $1.1, at: "\(pointer)/\($0)")
                }
        case (.object(let l)?, .object(let r)?):
            return Set(l.keys + r.keys).allSatisfy { key in
                let step = JSONPointer([key.string]).description
                return isEqual(l[key], r[key], at: pointer + step)
            }
        default: return left == right
        }
    }

    private func isEqual(_ left: Number, _ right: Number) -> Bool {
        left == right
            || abs(left.double - right.double)
                <= 1e-12 * max(abs(left.double), abs(right.double))
    }

    private func matches(_ text: String, _ segments: [String]) -> Bool {
        guard let first = segments.first, let last = segments.last, text.hasPrefix(first),
            text.hasSuffix(last)
        else { return false }
        var rest = text[...]
        for segment in segments where !segment.isEmpty {
            guard let range = rest.range(of: segment) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}
