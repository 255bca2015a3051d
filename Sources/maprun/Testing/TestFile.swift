import JSON

/// A file of test cases of one definition.
///
/// ```json
/// {
///   "definition": "flow.asl.json", "mocks": "MockConfigFile.json",
///   "cases": [
///     {"name": "pays", "mock": "HappyPath", "input": {"id": 1},
///      "expect": {"status": "SUCCEEDED", "output": {"paid": true}}},
///     {"name": "counts retries", "state": "Pay", "input": {"id": 1},
///      "mock": {"errorOutput": {"error": "Busy"}}, "expect": {"status": "RETRIABLE"}}
///   ]
/// }
/// ```
struct TestFile {
    /// One case: a whole workflow, or one state alone.
    struct Case {
        let name: String
        let value: Value

        var input: Value { value["input"] ?? [:] }
        var expected: Value { value["expect"] ?? [:] }
        /// The state to test alone.
        var state: String? { value["state"]?.string }
    }

    let path: String
    /// The definition's file.
    let definition: String
    /// The file of mocked answers, if there is one.
    let mocks: String?
    let cases: [Case]

    /// Whether a document is a file of test cases, and not a definition.
    static func isOne(_ value: Value) -> Bool { value["cases"]?.array != nil }

    init(_ value: Value, path: String) throws {
        self.path = path
        let folder = FilePath.folder(of: path)
        func file(_ name: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }
        guard let definition = value["definition"]?.string else {
            throw UsageError("\(path): 'definition' is missing; name the definition's file")
        }
        self.definition = file(definition)
        mocks = value["mocks"]?.string.map(file)
        cases = try (value["cases"]?.array?.elements ?? []).enumerated().map { index, value in
            let name = value["name"]?.string ?? "case \(index + 1)"
            guard value["expect"]?.object != nil else {
                throw UsageError(
                    "\(path): case '\(name)' has no 'expect'; say which status, output, error or "
                        + "cause is expected")
            }
            return Case(name: name, value: value)
        }
    }
}
