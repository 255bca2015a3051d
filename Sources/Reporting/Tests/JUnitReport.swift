/// Verdicts in the XML that build servers read.
public struct JUnitReport: Sendable {
    private var suites: [(name: String, verdicts: [TestVerdict])] = []

    /// No verdicts.
    public init() {}

    /// Takes in the verdicts of a file.
    public mutating func add(_ verdicts: [TestVerdict], suite: String) {
        suites.append((suite, verdicts))
    }

    /// The document.
    public var xml: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        for suite in suites { text += Self.suite(suite.name, suite.verdicts) }
        return text + "</testsuites>\n"
    }

    private static func suite(_ name: String, _ verdicts: [TestVerdict]) -> String {
        let failures = verdicts.count { !$0.hasPassed }
        let time = seconds(verdicts.reduce(0) { $0 + $1.milliseconds })
        let head =
            "  <testsuite name=\"\(escaped(name))\" tests=\"\(verdicts.count)\" "
            + "failures=\"\(failures)\" time=\"\(time)\">\n"
        return head + verdicts.map { testCase($0, in: name) }.joined() + "  </testsuite>\n"
    }

    private static func testCase(_ verdict: TestVerdict, in suite: String) -> String {
        let head =
            "    <testcase name=\"\(escaped(verdict.name))\" classname=\"\(escaped(suite))\" "
            + "time=\"\(seconds(verdict.milliseconds))\""
        guard let first = verdict.differences.first else { return head + "/>\n" }
        let all = escaped(verdict.differences.joined(separator: "\n"))
        return head + ">\n      <failure message=\"\(escaped(first))\">\(all)</failure>\n"
            + "    </testcase>\n"
    }

    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000).\(String(repeating: "0", count: 3 - rest.count))\(rest)"
    }

    /// Control characters, which XML cannot have, become blanks.
    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.map { scalar in
            switch scalar {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            case "\n": "&#10;"
            case "\t": "&#9;"
            case "\0"..." ": " "
            default: String(scalar)
            }
        }.joined()
    }
}
