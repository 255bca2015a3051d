import JSON
import StatesLanguage

/// A file of mocked answers in the form that Step Functions Local reads (`MockConfigFile.json`).
public struct MockFile: Sendable {
    /// What one attempt of a mocked state gives.
    enum Answer: Sendable, Equatable {
        case returns(Value)
        case fails(StateFault)
    }

    /// State machines → test cases → states → names of responses.
    private let testCases: [String: [String: [String: String]]]
    /// Names of responses → attempt → answer.
    private let responses: [String: [Int: Answer]]
    private let file: String

    /// Reads the text of such a file; `file` is its name in messages.
    public init(_ text: String, file: String) throws(BindingsError) {
        var reader = MockFileReader(file: file)
        (testCases, responses) = try reader.read(text)
        self.file = file
    }

    /// The names of the test cases, with their state machines' names.
    public var names: [(machine: String, testCase: String)] {
        testCases.sorted { $0.key < $1.key }.flatMap { machine, cases in
            cases.keys.sorted().map { (machine, $0) }
        }
    }

    /// The answers of one test case, by state; the machine may be left out when only one has a
    /// case of this name.
    func answers(
        machine: String?, testCase: String
    ) throws(BindingsError) -> [String: [Int: Answer]] {
        let found = testCases.filter { machine == nil || $0.key == machine }
            .compactMap { $0.value[testCase] }
        guard let states = found.first, found.count == 1 else {
            throw refusal(machine: machine, testCase: testCase, isAmbiguous: found.count > 1)
        }
        return states.mapValues { responses[$0] ?? [:] }
    }

    private func refusal(machine: String?, testCase: String, isAmbiguous: Bool) -> BindingsError {
        let known = names.map { "\($0.machine)/\($0.testCase)" }.joined(separator: ", ")
        let message =
            isAmbiguous
            ? "several state machines have a test case '\(testCase)'; name the machine"
            : "there is no test case '\(testCase)'\(machine.map { " of '\($0)'" } ?? ""); "
                + "the file has \(known.isEmpty ? "none" : known)"
        return BindingsError(problems: [BindingProblem(file: file, message: message)])
    }
}
