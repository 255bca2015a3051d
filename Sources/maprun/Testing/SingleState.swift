import ArgumentParser
import Engine
import JSON

/// Flags for running one state alone.
struct SingleState: ParsableArguments {
    @Option(help: "The state; also one within a Map or a branch.")
    var state: String?

    @Option(help: ArgumentHelp("The state's input.", valueName: "json|file|-"))
    var input = "{}"

    @Option(help: ArgumentHelp("What the task answers.", valueName: "json|file"))
    var mockResult: String?

    @Option(help: ArgumentHelp("How the task fails.", valueName: "error[: cause]"))
    var mockError: String?

    @Option(help: "How strictly a mocked result is compared: strict, present or none.")
    var fieldValidation = FieldValidation.strict

    @Option(help: ArgumentHelp("The workflow variables.", valueName: "json|file"))
    var variables: String?

    @Option(help: ArgumentHelp("The Context object.", valueName: "json|file"))
    var context: String?

    @Option(help: "How often the state was retried before.")
    var retryCount: Int?

    @Option(
        help: ArgumentHelp(
            "The state within a Map or Parallel that the mocked error comes from.",
            valueName: "state"))
    var errorState: String?

    @Option(help: "How many iterations of a Map failed.")
    var failedIterations: Int?

    @Option(
        help: ArgumentHelp("What the ItemReader of a Map has read.", valueName: "json|file"))
    var itemReaderData: String?

    @Flag(help: "With trace, show what a connection adds to a request too.")
    var revealSecrets = false

    @Option(help: "How much the answer tells: info, debug or trace.")
    var inspectionLevel = Level.info

    enum Level: String, ExpressibleByArgument, CaseIterable {
        case info, debug, trace
    }

    enum FieldValidation: String, ExpressibleByArgument, CaseIterable {
        case strict, present, none
    }

    /// Runs the state and writes the answer.
    func run(_ definition: Value, path: String, bindings: String?) throws {
        guard state != nil || definition["Type"] != nil else {
            throw UsageError("'\(path)' is a whole definition; name a state of it with --state")
        }
        var test = StateTest(definition: try InputText.read(path))
        test.stateName = state
        test.input = try InputText.value(input).serialized
        test.variables = try variables.map { try InputText.value($0).serialized }
        test.context = try context.map { try InputText.value($0).serialized }
        test.configuration.retrierRetryCount = retryCount
        test.configuration.errorCausedByState = errorState
        test.configuration.mapIterationFailureCount = failedIterations
        test.configuration.mapItemReaderData =
            try itemReaderData.map { try InputText.value($0).serialized }
        test.revealsSecrets = revealSecrets
        test.inspectionLevel =
            StateTest.InspectionLevel(rawValue: inspectionLevel.rawValue.uppercased()) ?? .info
        test.mock = try mock()
        let answer = try StateProbing(bindings: bindings).run(test, besides: path)
        try Console.print(answer.value)
        switch answer.status {
        case .succeeded, .caughtError: return
        case .failed, .retriable: throw ExitStatus.executionFailed
        case .refused: throw ExitStatus.usage
        }
    }

    private func mock() throws -> StateTest.Mock? {
        guard mockResult != nil || mockError != nil else { return nil }
        var mock = StateTest.Mock()
        mock.fieldValidation =
            StateTest.Mock.FieldValidation(rawValue: fieldValidation.rawValue.uppercased())
            ?? .strict
        mock.result = try mockResult.map { try InputText.value($0).serialized }
        if let mockError {
            let parts = mockError.split(separator: ":", maxSplits: 1)
            let cause = parts.dropFirst().first.map { String($0.drop { $0 == " " }) }
            mock.errorOutput = (parts.first.map(String.init), cause)
        }
        return mock
    }
}
