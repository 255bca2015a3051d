import Engine
import Tasks

/// `--mock`: a file of mocked answers and one of its test cases, `FILE#[MACHINE/]CASE`.
struct MockChoice {
    private let file: String
    private let name: String

    init(_ text: String) {
        let mark = text.lastIndex(of: "#") ?? text.endIndex
        file = String(text[..<mark])
        name = String(text[mark...].dropFirst())
    }

    /// The same with the file's path from the root.
    var absolute: String { FilePath.absolute(file) + "#" + name }

    /// Answers from the test case; other states go on to `next`.
    func tasks(next: any TaskHandler) throws -> MockedTasks {
        guard !name.isEmpty else {
            throw UsageError("--mock needs a file and a test case, such as '\(file)#HappyPath'")
        }
        let mocks = try MockFile(InputText.read(file), file: file)
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        let isQualified = parts.count == 2 && mocks.names.contains { $0.machine == parts[0] }
        return try MockedTasks(
            mocks, machine: isQualified ? parts[0] : nil,
            testCase: isQualified ? parts[1] : name, next: next)
    }
}
