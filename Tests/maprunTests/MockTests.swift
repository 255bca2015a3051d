import Foundation
import Testing

/// Workflows run against the answers of a MockConfigFile.json.
@Suite struct MockTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            {"StartAt": "Pay", "States": {
              "Pay": {"Type": "Task", "Next": "Rest",
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 600}]},
              "Rest": {"Type": "Wait", "Seconds": 3600, "Next": "Done"},
              "Done": {"Type": "Pass", "End": true}}}
            """, to: "pay.asl.json")
        try workspace.write(
            """
            {"StateMachines": {"pay": {"TestCases": {
                "Happy": {"Pay": "paid"}, "Sad": {"Pay": "broke"}}}},
             "MockedResponses": {
                "paid": {"0-1": {"Throw": {"Error": "Busy", "Cause": "wait"}},
                         "2": {"Return": {"paid": true}}},
                "broke": {"0": {"Throw": {"Error": "Broke", "Cause": "no <money>"}}}}}
            """, to: "mocks.json")
    }

    private func file(_ cases: String) -> String {
        #"{"definition": "pay.asl.json", "mocks": "mocks.json", "cases": [\#(cases)]}"#
    }

    @Test func aRunIsMocked() throws {
        let ran = try workspace.maprun(
            "run", "pay.asl.json", "--mock", "mocks.json#Sad", "--output", "json", "-q")
        #expect(ran.code == 1)
        #expect(ran.out == #"{"status":"FAILED","error":"Broke","cause":"no <money>"}"# + "\n")
        let named = try workspace.maprun(
            "run", "pay.asl.json", "--mock", "mocks.json#pay/Sad", "-q")
        #expect(named.code == 1)
    }

    @Test(arguments: ["States.Timeout", "States.HeartbeatTimeout"])
    func limitsOfTimeThatAMockDoesNotKeepAreTheServicesOwn(_ error: String) throws {
        try workspace.write(
            """
            {"StartAt": "Pay", "States": {
              "Pay": {"Type": "Task", "End": true,
                "Resource": "arn:aws:lambda:us-east-1:123456789012:function:pay",
                "Catch": [{"ErrorEquals": ["States.TaskFailed"], "Next": "Wrong"},
                          {"ErrorEquals": ["\(error)"], "Next": "Late"}]},
              "Wrong": {"Type": "Pass", "End": true}, "Late": {"Type": "Pass", "End": true}}}
            """, to: "late.asl.json")
        try workspace.write(
            """
            {"StateMachines": {"late": {"TestCases": {"Late": {"Pay": "late"}}}},
             "MockedResponses": {"late": {"0": {"Throw": {"Error": "\(error)", "Cause": "c"}}}}}
            """, to: "late.json")
        let ran = try workspace.maprun("run", "late.asl.json", "--mock", "late.json#Late", "-q")
        #expect(ran.out == #"{"Error":"States.Timeout","Cause":"c"}"# + "\n")
        let history = try workspace.maprun("history", "last", "--json")
        #expect(history.out.contains(#""type":"LambdaFunctionTimedOut""#))
        #expect(history.out.contains(#""name":"Late""#))
    }

    @Test(arguments: [
        ("mocks.json#Other", "there is no test case 'Other'"), ("mocks.json", "such as"),
        ("none.json#Sad", "none.json': No such file"),
    ])
    func aMockThatIsNotThereIsRefused(_ mock: String, _ says: String) throws {
        let ran = try workspace.maprun("run", "pay.asl.json", "--mock", mock)
        #expect(ran.code == 2)
        #expect(ran.err.contains(says), "\(ran.err)")
    }

    @Test func casesArePassedInNoTime() throws {
        try workspace.write(
            file(
                """
                {"name": "pays", "mock": "Happy", "input": {"id": 1},
                 "expect": {"status": "SUCCEEDED", "output": {"paid": true}}},
                {"name": "breaks", "mock": "Sad",
                 "expect": {"status": "FAILED", "error": "Broke", "cause": "no <money>"}},
                {"name": "retries", "state": "Pay",
                 "mock": {"errorOutput": {"error": "Busy", "cause": "wait"}},
                 "expect": {"status": "RETRIABLE", "error": "Busy"}}
                """), to: "good.test.json")
        let ran = try workspace.maprun("test", "good.test.json")
        #expect(ran.code == 0, "\(ran.out)")
        #expect(ran.lines.count == 3)
        #expect(ran.lines.allSatisfy { $0.hasPrefix("passed  ") })
        #expect(ran.lastError == "3 cases: 0 failed")
    }

    @Test func differencesAreShownWithTheirPlaces() throws {
        try workspace.write(
            file(
                """
                {"name": "other", "mock": "Happy",
                 "expect": {"status": "SUCCEEDED", "output": {"paid": [1], "by": "card"}}},
                {"name": "fails", "mock": "Sad", "expect": {"status": "SUCCEEDED"}}
                """), to: "bad.test.json")
        let ran = try workspace.maprun("test", "bad.test.json", "--junit", "report.xml")
        #expect(ran.code == 1)
        for line in [
            "output/paid: expected [1], was true", #"output/by: expected "card", was nothing"#,
            #"status: expected "SUCCEEDED", was "FAILED""#,
        ] { #expect(ran.out.contains("        " + line + "\n"), "\(ran.out)") }
        let report = try workspace.read("report.xml")
        #expect(report.contains(#"<testsuite name="bad.test.json" tests="2" failures="2""#))
        #expect(report.contains("<failure message=\"output/paid: expected [1], was true\">"))
        let parser = XMLCheck(report)
        #expect(parser.isWellFormed)
        let json = try workspace.maprun("test", "bad.test.json", "--json")
        #expect(json.lines.count == 2)
        #expect(json.lines[1].hasPrefix(#"{"name":"fails","passed":false,"#))
    }

    @Test(
        arguments: [
            ([], 0, #""status":"SUCCEEDED","output":{"a":1},"nextState":"Done""#, "Rest"),
            (
                ["--mock-result", "7"], 0, #""status":"SUCCEEDED","output":7,"nextState":"Rest""#,
                "Pay"
            ),
            (
                ["--mock-error", "Odd: why"], 1, #""status":"FAILED","error":"Odd","cause":"why""#,
                "Pay"
            ),
            (["--inspection-level", "debug", "--mock-result", "7"], 0, #""inspection":{"#, "Pay"),
            (["--mock-result", "7"], 2, #""status":"REFUSED""#, "Done"),
        ] as [([String], Int32, String, String)])
    func oneStateIsTestedAlone(
        _ flags: [String], _ code: Int32, _ part: String, _ state: String
    ) throws {
        if state == "Rest" {
            let text = try workspace.read("pay.asl.json")
            try workspace.write(
                text.replacingOccurrences(of: "3600", with: "0"), to: "pay.asl.json")
        }
        let arguments = ["test", "pay.asl.json", "--state", state, "--input", #"{"a":1}"#]
        let ran = try workspace.start(arguments + flags).wait()
        #expect(ran.code == code, "\(ran.err)")
        #expect(ran.out.contains(part), "\(ran.out)")
    }

    private static let map = """
        {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ToleratedFailureCount": 1,
          "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON", "ItemsPointer": "/rows"},
            "Parameters": {"Bucket": "b", "Key": "k"}},
          "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Ask", "States": {"Ask": {"Type": "Task", "End": true,
              "Resource": "arn:aws:states:::dynamodb:getItem",
              "Parameters": {"TableName": "t", "Key": {}}}}},
          "Catch": [{"ErrorEquals": ["E"], "Next": "Done"}], "Next": "Done"},
          "Done": {"Type": "Succeed"}}}
        """

    @Test(
        arguments: [
            (
                "Each",
                [
                    "--item-reader-data", #"{"rows":[1,2]}"#, "--mock-result", "[1]",
                    "--inspection-level", "debug",
                ], 0, #""afterItemsPointer":[1,2]"#
            ),
            (
                "Each",
                [
                    "--item-reader-data", #"{"rows":[1,2,3]}"#, "--mock-result", "[1]",
                    "--failed-iterations", "2",
                ], 1, "States.ExceedToleratedFailureThreshold"
            ),
            (
                "Each", ["--mock-result", "[1]", "--failed-iterations", "2"], 2,
                "Map iteration failure count must be less than or equal to"
            ),
            (
                "Each", ["--mock-error", "E", "--error-state", "Ask"], 0,
                #""status":"CAUGHT_ERROR""#
            ),
            (
                "Each", ["--mock-error", "E", "--error-state", "Done"], 2,
                "'Done' is no state within 'Each'"
            ),
            ("Ask", ["--mock-result", "{\"Item\":1}"], 2, "must be an object"),
            (
                "Ask", ["--mock-result", "{\"Item\":1}", "--field-validation", "none"], 0,
                #""output":{"Item":1}"#
            ),
            ("Ask", ["--mock-result", "{}", "--reveal-secrets"], 2, "RevealSecrets"),
        ] as [(String, [String], Int32, String)])
    func theFieldsOfTestStateAreFlags(
        _ state: String, _ flags: [String], _ code: Int32, _ part: String
    ) throws {
        try workspace.write(Self.map, to: "map.asl.json")
        let ran = try workspace.start(["test", "map.asl.json", "--state", state] + flags).wait()
        #expect(ran.code == code, "\(ran.err)")
        #expect(ran.out.contains(part), "\(ran.out)")
    }

    @Test func casesOfSingleStatesHaveTheFieldsOfTestState() throws {
        try workspace.write(Self.map, to: "map.asl.json")
        try workspace.write(
            """
            {"definition": "map.asl.json", "cases": [
              {"name": "too many", "state": "Each", "mock": {"result": []},
               "stateConfiguration": {"mapItemReaderData": {"rows": [1, 2, 3]},
                 "mapIterationFailureCount": 2},
               "expect": {"status": "FAILED",
                 "error": "States.ExceedToleratedFailureThreshold"}},
              {"name": "elsewhere", "state": "Each", "mock": {"errorOutput": {"error": "E"}},
               "stateConfiguration": {"errorCausedByState": "Done"},
               "expect": {"status": "REFUSED"}},
              {"name": "secrets", "state": "Ask", "mock": {"result": {}}, "revealSecrets": true,
               "expect": {"status": "REFUSED"}}]}
            """, to: "map.test.json")
        let ran = try workspace.maprun("test", "map.test.json")
        #expect(ran.code == 0, "\(ran.out)")
    }

    @Test(arguments: [
        (#"{"cases": []}"#, "'definition' is missing"),
        (#"{"definition": "pay.asl.json", "cases": [{"name": "x"}]}"#, "has no 'expect'"),
        (#"{"StartAt": "A"}"#, "name a state of it with --state"),
    ])
    func aFileThatHoldsNoCasesIsRefused(_ text: String, _ says: String) throws {
        try workspace.write(text, to: "wrong.json")
        let ran = try workspace.maprun("test", "wrong.json")
        #expect(ran.code == 2)
        #expect(ran.err.contains(says), "\(ran.err)")
    }

    @Test func theHistoryHasTheEventsOfAWS() throws {
        try workspace.maprun("run", "pay.asl.json", "--mock", "mocks.json#Sad", "-q")
        let types = try workspace.maprun("history", "last", "--json").lines.map { line in
            line.components(separatedBy: #""type":""#).last?.components(separatedBy: "\"").first
        }
        #expect(
            types == [
                "ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled",
                "LambdaFunctionStarted", "LambdaFunctionFailed", "ExecutionFailed",
            ])
        #expect(try workspace.maprun("history", "last").lines.count == types.count)
    }
}

/// Whether a text is well-formed XML, as far as elements, attributes and entities go.
private struct XMLCheck {
    let isWellFormed: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var isGood = true
        for part in text.split(separator: "<").dropFirst() {
            let tag = part.prefix { $0 != ">" }
            if part.contains("&")
                && part.range(of: "&(amp|lt|gt|quot|#[0-9]+);", options: .regularExpression) == nil
            {
                isGood = false
            }
            if tag.hasPrefix("/") {
                isGood = isGood && open.popLast() == tag.dropFirst()
            } else if !tag.hasSuffix("/") {
                open.append(tag.prefix { $0 != " " })
            }
        }
        isWellFormed = isGood && open.isEmpty
    }
}
