import Engine
import Foundation
import JSON
import MaprunTesting
import StatesLanguage
import Testing

/// Calls of TestState that AWS answered: outcome, cause and the values in between.
@Suite(
    .enabled(if: ConformanceCase.folder != nil, "MAPRUN_CONFORMANCE names no folder of cases"),
    .serialized)
struct StateTestConformanceTests {
    @Test func singleStatesAreTestedAsOnAWS() throws {
        var tally = ConformanceTally(kinds: ["outcome", "cause", "inspection"])
        for one in ConformanceCase.all(kind: "test-state") {
            if let obstacle = one.obstacle {
                tally.skip(one, because: obstacle)
                continue
            }
            let answer = one.testState()
            let judge = Judge(one, answer)
            tally.note(
                one, [judge.isSameOutcome, judge.isSameCause, judge.isSameInspection], answer)
        }
        tally.finish()
        #expect(tally.unknownFailures == [])
        #expect(tally.passingKnownFailures == [])
    }
}

extension ConformanceCase {
    /// Tests the state on virtual time; a task without a mock answers as it did for AWS.
    func testState() -> Value {
        let scheduler = VirtualScheduler()
        let answer = Answer()
        let recorded = value["tasks"]?.object?.members.first?.value ?? []
        let tasks = RecordedTasks(["StateName": recorded])
        stateTest.run(scheduler: scheduler, tasks: tasks) { answer.value = $0.value }
        scheduler.run()
        return answer.value
    }

    private final class Answer: @unchecked Sendable {
        // Proof: virtual time runs everything on one thread.
        var value: Value = ["status": "RUNNING"]
    }

    private var stateTest: StateTest {
        let call = value["call"] ?? [:]
        func text(_ name: String, of object: Value?) -> String? {
            object?[Key(name + "_text")]?.string ?? object?[Key(name)]?.serialized
        }
        var test = StateTest(
            definition: value["definition_text"]?.string ?? value["definition"]?.serialized ?? "")
        test.stateName = call["stateName"]?.string
        test.input = text("input", of: value) ?? "{}"
        test.inspectionLevel =
            call["inspectionLevel"]?.string.flatMap(StateTest.InspectionLevel.init) ?? .info
        test.roleARN = call["roleArn"]?.string
        test.revealsSecrets = call["revealSecrets"] == true
        test.variables = text("variables", of: call)
        test.context = text("context", of: call)
        test.mock = call["mock"].map(Self.mock)
        let configuration = call["stateConfiguration"]
        test.configuration.retrierRetryCount = configuration?["retrierRetryCount"]?.number?.int
        test.configuration.errorCausedByState = configuration?["errorCausedByState"]?.string
        test.configuration.mapIterationFailureCount =
            configuration?["mapIterationFailureCount"]?.number?.int
        test.configuration.mapItemReaderData = text("mapItemReaderData", of: configuration)
        return test
    }

    private static func mock(_ value: Value) -> StateTest.Mock {
        var mock = StateTest.Mock()
        mock.result = value["result_text"]?.string ?? value["result"]?.serialized
        mock.errorOutput = value["errorOutput"].map { ($0["error"]?.string, $0["cause"]?.string) }
        mock.fieldValidation =
            value["fieldValidationMode"]?.string.flatMap(StateTest.Mock.FieldValidation.init)
            ?? .strict
        return mock
    }
}
