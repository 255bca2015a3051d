import JSON
import StatesLanguage

/// Reads the parts of a `MockConfigFile.json` and collects what is wrong with them.
struct MockFileReader {
    private let file: String
    private var problems: [BindingProblem] = []

    init(file: String) { self.file = file }

    typealias TestCases = [String: [String: [String: String]]]
    typealias Responses = [String: [Int: MockFile.Answer]]

    mutating func read(_ text: String) throws(BindingsError) -> (TestCases, Responses) {
        var options = ParseOptions()
        options.refusesDuplicateKeys = true
        let root: Node
        do {
            root = try Node.parse(text, options: options)
        } catch {
            let message = "not valid JSON: \(error.message)"
            throw BindingsError(problems: [
                BindingProblem(file: file, position: error.position, message: message)
            ])
        }
        let responses = readResponses(root["MockedResponses"])
        let cases = readMachines(root["StateMachines"] ?? root, known: responses)
        guard problems.isEmpty else { throw BindingsError(problems: problems) }
        return (cases, responses)
    }

    private mutating func complain(_ message: String, at node: Node) {
        problems.append(BindingProblem(file: file, position: node.position, message: message))
    }

    private mutating func readMachines(_ node: Node, known: Responses) -> TestCases {
        var machines: TestCases = [:]
        for (machine, _, body) in node.members {
            for (name, _, states) in body["TestCases"]?.members ?? [] {
                var mocked: [String: String] = [:]
                for (state, _, response) in states.members {
                    guard let name = response.value.string, known[name] != nil else {
                        complain(
                            "state '\(state)' names no entry of 'MockedResponses'", at: response)
                        continue
                    }
                    mocked[state] = name
                }
                machines[machine, default: [:]][name] = mocked
            }
        }
        return machines
    }

    private mutating func readResponses(_ node: Node?) -> Responses {
        var responses: Responses = [:]
        for (name, _, attempts) in node?.members ?? [] {
            var answers: [Int: MockFile.Answer] = [:]
            for (key, _, entry) in attempts.members {
                guard let range = Self.range(key) else {
                    complain(
                        "'\(key)' in response '\(name)' is neither an attempt (\"0\") nor a range "
                            + "of them (\"1-3\")", at: entry)
                    continue
                }
                guard let answer = answer(entry, of: name) else { continue }
                for attempt in range where answers.updateValue(answer, forKey: attempt) != nil {
                    complain("attempt \(attempt) of response '\(name)' is there twice", at: entry)
                }
            }
            responses[name] = answers
        }
        return responses
    }

    private mutating func answer(_ entry: Node, of name: String) -> MockFile.Answer? {
        switch (entry["Return"], entry["Throw"]) {
        case (let value?, nil): return .returns(value.value)
        case (nil, let fault?):
            guard let error = fault.value["Error"]?.string else {
                complain("'Throw' in response '\(name)' needs a text 'Error'", at: fault)
                return nil
            }
            return .fails(Self.fault(error, fault.value["Cause"]?.string))
        default:
            complain("an attempt in response '\(name)' has either 'Return' or 'Throw'", at: entry)
            return nil
        }
    }

    /// The fault that is thrown: limits of time that are not kept are the service's own, as they are
    /// without a mock.
    private static func fault(_ error: String, _ cause: String?) -> StateFault {
        switch error {
        case "States.Timeout": StateFault(error: error, cause: cause, origin: .service)
        case "States.HeartbeatTimeout":
            StateFault(error: "States.Timeout", cause: cause, origin: .heartbeat)
        default: StateFault(error: error, cause: cause)
        }
    }

    /// `0` or `1-3`; so many attempts as anybody would list are enough.
    private static func range(_ key: String) -> ClosedRange<Int>? {
        let parts = key.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard let first = parts.first ?? nil, first >= 0, parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return first...first }
        guard let last = parts[1], last >= first, last - first < 100_000 else { return nil }
        return first...last
    }
}
