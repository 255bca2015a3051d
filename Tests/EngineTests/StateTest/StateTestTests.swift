import JSON
import MaprunTesting
import StatesLanguage
import Testing

@testable import Engine

/// What the recorded calls of TestState do not show.
@Suite struct StateTestTests {
    private final class Answers: @unchecked Sendable {
        // Proof: virtual time runs everything on one thread.
        var all: [StateTestAnswer] = []
    }

    private func answer(_ test: StateTest, tasks: Value = [:]) throws -> StateTestAnswer {
        let scheduler = VirtualScheduler()
        let answers = Answers()
        test.run(scheduler: scheduler, tasks: RecordedTasks(tasks)) { answers.all.append($0) }
        scheduler.run()
        #expect(answers.all.count == 1)
        return try #require(answers.all.first)
    }

    private func test(_ definition: String, input: String = "{}") -> StateTest {
        var test = StateTest(definition: definition)
        test.input = input
        test.inspectionLevel = .debug
        return test
    }

    @Test func aPassStateShowsEveryFilterOfTheDocumentation() throws {
        let state = """
            {"Type": "Pass", "InputPath": "$.payload", "Parameters": {"data": 1},
             "ResultPath": "$.result", "OutputPath": "$.result.data", "Next": "Another State"}
            """
        let answer = try answer(test(state, input: #"{"payload": {"foo": "bar"}}"#))
        #expect(
            answer.value == [
                "status": "SUCCEEDED", "output": 1, "nextState": "Another State",
                "inspection": [
                    "input": ["payload": ["foo": "bar"]], "afterInputPath": ["foo": "bar"],
                    "afterParameters": ["data": 1], "afterResultSelector": ["data": 1],
                    "afterResultPath": ["payload": ["foo": "bar"], "result": ["data": 1]],
                ],
            ])
    }

    @Test(arguments: [(0, 2), (1, 4), (2, 8)])
    func theRetryCountDecidesHowLongToWait(count: Int, seconds: Int) throws {
        var test = test(
            """
            {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
             "Parameters": {"FunctionName": "f", "Payload.$": "$$.State.RetryCount"},
             "Retry": [{"ErrorEquals": ["Odd"]}, {"ErrorEquals": ["E"], "IntervalSeconds": 2}]}
            """)
        test.configuration.retrierRetryCount = count
        test.mock = StateTest.Mock()
        test.mock?.errorOutput = ("E", nil)
        let answer = try answer(test)
        #expect(answer.status == .retriable)
        #expect(
            answer.inspection?["afterParameters"] == ["FunctionName": "f", "Payload": .int(count)])
        #expect(
            answer.inspection?["errorDetails"]
                == ["retryIndex": 1, "retryBackoffIntervalSeconds": .int(seconds)])
    }

    @Test func anIntervalOfZeroStaysZeroHoweverFastItGrows() throws {
        var test = test(
            """
            {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
             "Parameters": {"FunctionName": "f"},
             "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0, "BackoffRate": 1e300}]}
            """)
        test.configuration.retrierRetryCount = 2
        test.mock = StateTest.Mock()
        test.mock?.errorOutput = ("E", nil)
        #expect(
            try answer(test).inspection?["errorDetails"]
                == ["retryIndex": 0, "retryBackoffIntervalSeconds": 0])
    }

    @Test func aMapShowsWhatItsChildrenWouldGet() throws {
        var test = test(
            """
            {"Type": "Map", "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
              "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/rows"},
              "Parameters": {"Bucket": "b", "Key": "k"}},
             "ItemSelector": {"n.$": "$$.Map.Item.Value", "i.$": "$$.Map.Item.Index"},
             "ItemBatcher": {"MaxItemsPerBatch": 2},
             "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED",
               "ExecutionType": "EXPRESS"}, "StartAt": "A",
               "States": {"A": {"Type": "Pass", "End": true}}}, "End": true}
            """)
        test.mock = StateTest.Mock()
        test.mock?.result = "[1, 2]"
        test.configuration.mapItemReaderData = #"{"rows": [7, 8, 9]}"#
        let inspection = try #require(answer(test).inspection)
        #expect(inspection["afterItemsPointer"] == [7, 8, 9])
        let selected: [Value] = [["n": 7, "i": 0], ["n": 8, "i": 1], ["n": 9, "i": 2]]
        #expect(inspection["afterItemSelector"] == .array(selected))
        #expect(
            inspection["afterItemBatcher"] == [
                ["Items": .array(Array(selected[..<2]))], ["Items": .array([selected[2]])],
            ])
    }

    @Test func aMapOverAnObjectShowsItsMembers() throws {
        var test = test(
            """
            {"Type": "Map", "ItemsPath": "$.o", "ItemSelector": {"n.$": "$$.Map.Item.Value",
              "k.$": "$$.Map.Item.Key"}, "ItemBatcher": {"MaxItemsPerBatch": 1},
             "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED",
               "ExecutionType": "EXPRESS"}, "StartAt": "A",
               "States": {"A": {"Type": "Pass", "End": true}}}, "End": true}
            """, input: #"{"o": {"a": 5, "b": 6}}"#)
        test.mock = StateTest.Mock()
        test.mock?.result = "[1, 2]"
        let inspection = try #require(answer(test).inspection)
        let selected: [Value] = [["n": 5, "k": "a"], ["n": 6, "k": "b"]]
        #expect(inspection["afterItemSelector"] == .array(selected))
        #expect(inspection["afterItemBatcher"] == .array(selected.map { ["Items": [$0]] }))
    }

    @Test func anInlineMapOverAnObjectFailsAsInAnExecution() throws {
        var test = test(
            """
            {"Type": "Map", "ItemsPath": "$.o", "End": true, "ItemProcessor": {"StartAt": "A",
              "States": {"A": {"Type": "Pass", "End": true}}}}
            """, input: #"{"o": {}}"#)
        test.mock = StateTest.Mock()
        test.mock?.result = "[]"
        let answer = try answer(test)
        #expect(answer.status == .failed)
        #expect(answer.cause == "Reference path \"$.o\" must point to array.")
    }

    @Test func aStateWithinAMapSeesItsInputAsTheItem() throws {
        var test = test(
            """
            {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
              "StartAt": "A", "States": {"A": {"Type": "Pass", "End": true,
              "Parameters": {"item.$": "$$.Map.Item"}}}}}}}
            """, input: "[5]")
        test.stateName = "A"
        #expect(try answer(test).output == ["item": ["Index": 0, "Value": [5]]])
    }

    @Test func aTaskWithoutAMockIsRunAndMayTimeOut() throws {
        let state = """
            {"Type": "Task", "TimeoutSeconds": 9, "End": true,
             "Resource": "arn:aws:lambda:us-east-1:1:function:f"}
            """
        var test = test(state, input: "1")
        #expect(try answer(test).cause == "RoleArn must be specified when testing a Task state")
        test.roleARN = "arn:aws:iam::1:role/r"
        let echo: Value = ["StateName": ["function": "echo"]]
        #expect(try answer(test, tasks: echo).output == 1)
        let late: Value = ["StateName": [["times_out": true]]]
        #expect(try answer(test, tasks: late).error == "States.Timeout")
    }

    @Test(arguments: [
        ("Pass", #""Result": 1, "End": true"#), ("Wait", #""Seconds": 3, "Next": "X""#),
        ("Succeed", #""Comment": """#),
    ])
    func statesThatDoNoWorkNeedNoMock(type: String, fields: String) throws {
        let answer = try answer(test("{\"Type\": \"\(type)\", \(fields)}"))
        #expect(answer.status == .succeeded)
    }

    @Test func aFaultOfTheInterpreterHasNoPrefix() throws {
        let state = #"{"Type": "Pass", "InputPath": "$.x", "End": true}"#
        let answer = try answer(test(state))
        #expect(answer.error == "States.Runtime")
        #expect(answer.cause?.hasPrefix("An error occurred") == false)
        #expect(answer.value["inspection"] == ["input": [:]])
    }

    @Test func aMockHasOneOfResultAndError() throws {
        var test = test(
            #"{"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true, "#
                + #""Parameters": {"TopicArn": "t", "Message": "m"}}"#)
        test.mock = StateTest.Mock()
        let expected =
            "A test mock should have only one of the following fields: [result, errorOutput]."
        #expect(try answer(test).cause == expected)
        test.mock?.result = "1"
        test.mock?.errorOutput = ("E", "c")
        #expect(try answer(test).cause == expected)
    }

    @Test func theShapesOfServicesAreWhole() throws {
        func references(in shape: Value) -> [String] {
            switch shape {
            case .object(let members): members.members.flatMap { references(in: $0.value) }
            case .array(let elements): elements.elements.flatMap(references)
            case .string(let text):
                text.string.hasPrefix("@") ? [String(text.string.dropFirst())] : []
            default: []
            }
        }
        for name in references(in: ServiceShapes.table) {
            #expect(ServiceShapes.table[Key(name)] != nil)
        }
    }
}
