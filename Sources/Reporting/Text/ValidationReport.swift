import JSON
import StatesLanguage

/// The problems of a number of definitions.
public struct ValidationReport: Sendable {
    private var problems: [(file: String, problem: Diagnostic)] = []
    /// What is to be read of them.
    public private(set) var lines: [String] = []

    /// No problems.
    public init() {}

    /// Takes in the problems of a definition with this text, in the order of their places.
    public mutating func add(_ diagnostics: [Diagnostic], file: String, text: String) {
        let ordered = diagnostics.sorted { $0.offset < $1.offset }
        problems += ordered.map { (file, $0) }
        lines += ordered.flatMap { $0.lines(file: file, text: text) }
    }

    /// How many are errors.
    public var errorCount: Int { problems.count { $0.problem.severity == .error } }

    /// One object for each problem.
    public var values: [Value] { problems.map { $0.problem.value(file: $0.file) } }

    /// How many of what.
    public func summary(files: Int) -> String {
        let warnings = problems.count - errorCount
        return "\(Quantity.count(files, "definition")): \(Quantity.count(errorCount, "error")), "
            + Quantity.count(warnings, "warning")
    }

    /// The problems as a SARIF 2.1.0 log.
    public func sarif(version: String) -> Value {
        let codes = Set(problems.map(\.problem.code.rawValue)).sorted()
        let rules = codes.map { Value.object([Member("id", .string($0))]) }
        let driver: Value = [
            "name": "maprun", "version": .string(version), "rules": .array(rules),
        ]
        return [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
            "runs": [
                [
                    "tool": ["driver": driver],
                    "columnKind": "unicodeCodePoints",
                    "results": .array(problems.map { Self.result($0.problem, in: $0.file) }),
                ]
            ],
        ]
    }

    /// The path as a reference that a URI may be.
    private static func uri(_ path: String) -> String {
        let digits = Array("0123456789ABCDEF".unicodeScalars)
        var text = String.UnicodeScalarView()
        for byte in path.utf8 {
            let scalar = UnicodeScalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
            if isPlain || "/-._~".unicodeScalars.contains(scalar) {
                text.append(scalar)
            } else {
                text.append(contentsOf: ["%", digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        return String(text)
    }

    private static func result(_ problem: Diagnostic, in file: String) -> Value {
        let advice = problem.suggestion.map { "; \($0)" } ?? ""
        let region: Value = [
            "startLine": .int(problem.position.line), "startColumn": .int(problem.position.column),
        ]
        return [
            "ruleId": .string(problem.code.rawValue),
            "level": .string(problem.severity == .error ? "error" : "warning"),
            "message": ["text": .string(problem.message + advice)],
            "locations": [
                [
                    "physicalLocation": [
                        "artifactLocation": ["uri": .string(uri(file))], "region": region,
                    ],
                    "logicalLocations": [
                        ["fullyQualifiedName": .string(problem.pointer.description)]
                    ],
                ]
            ],
        ]
    }
}
