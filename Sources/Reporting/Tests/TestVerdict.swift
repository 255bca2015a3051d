import JSON

/// What came of a test case.
public struct TestVerdict: Sendable {
    /// The case's name.
    public let name: String
    /// How the answer differs from what was expected; empty if it does not.
    public let differences: [String]
    /// How long it took.
    public let milliseconds: Int

    /// The verdict on an answer: the members that are expected must be there and equal.
    public init(_ name: String, expected: Value, actual: Value, milliseconds: Int) {
        self.name = name
        self.milliseconds = milliseconds
        differences = (expected.object?.members ?? []).flatMap { member in
            ValueDifference.lines(
                expected: member.value, actual: actual[member.key], at: member.key.string)
        }
    }

    /// The verdict on a case that could not be run.
    public init(_ name: String, problem: String, milliseconds: Int) {
        self.name = name
        self.milliseconds = milliseconds
        differences = [problem]
    }

    /// Whether the answer is as expected.
    public var hasPassed: Bool { differences.isEmpty }

    /// The verdict in words.
    public var lines: [String] {
        let time = Quantity.duration(milliseconds: milliseconds)
        let title = "\(hasPassed ? "passed" : "FAILED")  \(name) (\(time))"
        return [title] + differences.map { "        " + $0 }
    }

    /// The verdict as one object of a listing.
    public var value: Value {
        [
            "name": .string(name), "passed": .bool(hasPassed),
            "milliseconds": .int(milliseconds),
            "differences": .array(differences.map { .string($0) }),
        ]
    }
}
