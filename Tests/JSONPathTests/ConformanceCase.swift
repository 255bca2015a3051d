import Foundation
import JSON

@testable import JSONPath

/// One line of the conformance corpus: a path, a document and the answers that count.
struct ConformanceCase {
    let line: Value

    var id: String { line["id"]?.string ?? "" }
    var tier: String { line["tier"]?.string ?? "" }

    /// Whether the tier is one whose answers must be given; the others allow several.
    var isRequired: Bool { ["aws", "core", "old"].contains(tier) }

    /// What this library answers, in the corpus' own form: `{"result"}` or `{"error", "when"}`.
    func answer() -> Value {
        let path: Path
        do {
            path = try Path(parsing: line["selector"]?.string ?? "")
        } catch {
            return ["error": "invalid-path", "when": "compile", "message": .string(error.message)]
        }
        do {
            return ["result": try path.evaluate(line["document"] ?? nil)]
        } catch {
            return [
                "error": error.kind.isNotFound ? "path-not-found" : "invalid-path",
                "when": "evaluate", "message": .string(error.message),
            ]
        }
    }

    /// Whether the tier lets this answer count.
    func accepts(_ answer: Value) -> Bool {
        let old = line["jayway"] ?? nil
        let new = line["jayway210"] ?? old
        if isRequired { return agrees(answer, old) }
        switch tier {
        case "quirk": return agrees(answer, old) || agrees(answer, new)
        case "rfc": return answer["error"] != nil || agreesWithRFC(answer)
        default: return answer["error"] != nil || agrees(answer, new)
        }
    }

    private func agrees(_ answer: Value, _ expected: Value) -> Bool {
        guard let result = expected["result"] else { return answer["error"] != nil }
        guard let given = answer["result"] else { return false }
        if line["unordered"] == true, let expected = result.array, let given = given.array {
            return Self.bag(expected) == Self.bag(given)
        }
        return result == given
    }

    private func agreesWithRFC(_ answer: Value) -> Bool {
        guard let given = answer["result"], let rfc = line["rfc"] else { return false }
        let nodes = line["definite"] == true ? .array([given]) : given
        if rfc["nodes"] == nodes || rfc["nodes"] == given { return true }
        return rfc["any_of"]?.array?.contains { $0 == nodes || $0 == given } ?? false
    }

    private static func bag(_ array: ArrayValue) -> [String] {
        array.map(\.serialized).sorted()
    }
}

extension ConformanceCase {
    /// The corpus' cases in the order of their files, or nil when no corpus is given.
    static func all() throws -> [ConformanceCase]? {
        guard let root = ProcessInfo.processInfo.environment["MAPRUN_CONFORMANCE"] else {
            return nil
        }
        let folder = URL(fileURLWithPath: root).appending(path: "jsonpath/cases")
        guard FileManager.default.fileExists(atPath: folder.path) else { return nil }
        let files = try FileManager.default
            .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "jsonl" }
        return try files.sorted { $0.path < $1.path }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
                ConformanceCase(line: try Value.parse(String($0)))
            }
        }
    }
}
