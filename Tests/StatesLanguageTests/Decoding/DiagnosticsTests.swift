import JSON
import Testing

@testable import StatesLanguage

/// Wrong definitions and all that is said of them.
@Suite struct DiagnosticsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var definition: String
        var complaints: [String]
        var testDescription: String { name }

        init(_ name: String, _ definition: String, _ complaints: String...) {
            (self.name, self.definition, self.complaints) = (name, definition, complaints)
        }

        /// A machine of this one state, given as the members after `"Type"`.
        static func state(_ name: String, _ state: String, _ complaints: String...) -> Case {
            var one = Case(name, #"{"StartAt":"A","States":{"A":{"Type":\#(state)}}}"#)
            one.complaints = complaints
            return one
        }
    }

    private func complaints(_ definition: String, _ severity: Diagnostic.Severity) -> [String] {
        StateMachine.decode(definition).diagnostics.filter { $0.severity == severity }
            .map(\.complaint)
    }

    static let structure: [Case] = [
        Case(
            "no states", "{}",
            "SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"),
        Case(
            "an array", "[]",
            "SCHEMA_VALIDATION_FAILED: Definition must be a valid JSON object at null"),
        Case(
            "a dangling Next", #"{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"NOPE"}}}"#,
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: NOPE at /States/A/Next",
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        Case(
            "a dangling StartAt", #"{"StartAt":"X","States":{"A":{"Type":"Succeed"}}}"#,
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt"),
        Case(
            "a loop",
            #"""
            {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"},
            "C":{"Type":"Pass","Next":"A"}}}
            """#,
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        Case(
            "an unreachable end",
            #"""
            {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"},
            "C":{"Type":"Pass","End":true}}}
            """#,
            "MISSING_TRANSITION_TARGET: State \"C\" is not reachable. at /States/C"),
        Case(
            "the same name inside and outside",
            #"""
            {"StartAt":"A","States":{"A":{"Type":"Parallel","End":true,"Branches":[
            {"StartAt":"A","States":{"A":{"Type":"Succeed"}}}]}}}
            """#,
            "DUPLICATE_STATE_NAME: Duplicate State name: A at /States/A/Branches[0]/States/A"),
        Case(
            "a jump out of a branch",
            #"""
            {"StartAt":"A","States":{"A":{"Type":"Parallel","Next":"Z","Branches":[
            {"StartAt":"B","States":{"B":{"Type":"Pass","Next":"Z"},"C":{"Type":"Succeed"}}}]},
            "Z":{"Type":"Succeed"}}}
            """#,
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: Z"
                + " at /States/A/Branches[0]/States/B/Next",
            "MISSING_TRANSITION_TARGET: State \"C\" is not reachable."
                + " at /States/A/Branches[0]/States/C"),
        Case(
            "back to JSONPath",
            #"""
            {"QueryLanguage":"JSONata","StartAt":"A","States":{
            "A":{"Type":"Succeed","QueryLanguage":"JSONPath"}}}
            """#,
            "SCHEMA_VALIDATION_FAILED: 'QueryLanguage' can not be 'JSONPath' if set to 'JSONata'"
                + " for whole state machine at /States/A"),
        Case(
            "two duplicate fields",
            #"{"StartAt":"A","StartAt":"A","States":{"A":{"Type":"Succeed","Type":"Succeed"}}}"#,
            "INVALID_JSON_DESCRIPTION: Duplicate field 'StartAt' at /",
            "INVALID_JSON_DESCRIPTION: Duplicate field 'Type' at /States/A"),
        Case(
            "a wrong version", #"{"Version":"2","StartAt":"A","States":{"A":{"Type":"Succeed"}}}"#,
            "SCHEMA_VALIDATION_FAILED: Value should be one of the following: [1.0] at /Version"),
    ]

    private static let schema = "SCHEMA_VALIDATION_FAILED: "
    private static let kinds =
        "The object must have only one of the following fields, [And, Or, Not, Variable, Condition]"

    static let fields: [Case] = [
        .state(
            "an unknown type", #""Poss","End":true"#,
            schema + "The field 'Type' should have one of these values: [Task, Wait, Pass, Succeed,"
                + " Fail, Choice, Parallel, Map] at /States/A/Type"),
        .state(
            "a field of another type", #""Parallel","Branches":[],"TimeoutSeconds":1,"End":true"#,
            schema + "Field 'TimeoutSeconds' is not supported at /States/A",
            schema + "Value cannot be empty at /States/A/Branches"),
        .state(
            "neither Next nor End", #""Pass""#,
            schema + "This object should have only one of the following fields: [Next, End]"
                + " at /States/A"),
        .state(
            "an End that is none", #""Pass","End":false"#,
            schema + "This object should have only one of the following fields: [Next, End]"
                + " at /States/A"),
        .state(
            "Next and End", #""Pass","Next":"A","End":true"#,
            schema + "There should only be one of the following fields: [Next, End] at /States/A"),
        .state(
            "JSONata's fields in JSONPath", #""Pass","Output":1,"End":true"#,
            schema + "The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported"
                + " for the 'JSONata' QueryLanguage at /States/A/Output"),
        .state(
            "a resource that is no ARN", #""Task","Resource":"f","End":true"#,
            schema + "Value is not a valid resource ARN at /States/A/Resource"),
        .state(
            "a Map without a processor", #""Map","End":true"#,
            schema + "This object should have only one of the following fields: [ItemProcessor,"
                + " Iterator] at /States/A"),
        .state(
            "a distributed Map without what it needs",
            #""Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}},"#
                + #""ProcessorConfig":{"Mode":"DISTRIBUTED"}},"#
                + #""ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{},"#
                + #""ReaderConfig":{"InputType":"CSV","CSVHeaderLocation":"GIVEN"}}"#,
            schema + "These fields are required: [ExecutionType]"
                + " at /States/A/ItemProcessor/ProcessorConfig",
            schema + "These fields are required: [CSVHeaders] at /States/A/ItemReader/ReaderConfig"),
        .state(
            "a type of executions that is none",
            #""Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}},"#
                + #""ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"FAST"}}"#,
            schema + "Value should be one of the following: [STANDARD, EXPRESS]"
                + " at /States/A/ItemProcessor/ProcessorConfig/ExecutionType"),
        .state(
            "a language that is none", #""Pass","QueryLanguage":"jsonata","End":true"#,
            schema + "Value should be one of the following: [JSONPath, JSONata]"
                + " at /States/A/QueryLanguage"),
        .state(
            "paths without a root", #""Pass","InputPath":"a","ResultPath":"b","End":true"#,
            schema + "Value must be a valid JSONPath. at /States/A/InputPath",
            schema + "Value must be a valid JSONPath. at /States/A/ResultPath"),
        .state(
            "a reference path without a root", #""Wait","SecondsPath":"a","End":true"#,
            schema + "Value must be a valid JSONPath. at /States/A/SecondsPath"),
        .state(
            "a rule's path without a root",
            #""Choice","Choices":[{"Variable":"v","StringEqualsPath":"w","Next":"A"}]"#,
            schema + "Value is not a Reference Path: Reference path didn't start with '$'"
                + " at /States/A/Choices[0]/Variable",
            schema + "Value is not a Reference Path: Reference path didn't start with '$'"
                + " at /States/A/Choices[0]/StringEqualsPath",
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        .state(
            "rules in the other language",
            #""Choice","QueryLanguage":"JSONata","Choices":[{"Next":"A"},"#
                + #"{"Variable":"$.v","Next":"A"}]"#,
            schema + kinds + " at /States/A/Choices[0]",
            schema + "The QueryLanguage is set to 'JSONata', but field 'Variable' is only supported"
                + " for the 'JSONPath' QueryLanguage at /States/A/Choices[1]/Variable",
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        .state(
            "two waits", #""Wait","Seconds":1,"SecondsPath":"$.x","End":true"#,
            schema + "There should only be one of the following fields: [SecondsPath, Seconds,"
                + " TimestampPath, Timestamp] at /States/A"),
        .state(
            "no wait", #""Wait","End":true"#,
            schema + "This object should have only one of the following fields: [SecondsPath,"
                + " Seconds, TimestampPath, Timestamp] at /States/A"),
        .state(
            "a wrong timestamp", #""Wait","Timestamp":"2016-13-05T21:29:29Z","End":true"#,
            schema + "String does not match RFC3339 timestamp at /States/A/Timestamp"),
        .state(
            "a role that is no text",
            #""Task","Resource":"arn:aws:lambda:us-east-1:000000000000:function:f","#
                + #""Credentials":{"RoleArn":7},"End":true"#,
            schema + "Expected value of type String at /States/A/Credentials/RoleArn"),
        .state(
            "an error from many places", #""Fail","ErrorPath":"$.a[*]""#,
            schema + "Value is not a Reference Path at /States/A/ErrorPath"),
        .state(
            "a combination with a variable",
            #""Choice","Choices":[{"And":[{"Variable":"$.v","IsNull":true}],"Variable":"$.v","#
                + #""Next":"A"}]"#,
            schema + kinds + " at /States/A/Choices[0]",
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        .state(
            "a bad path", #""Pass","InputPath":"$.a[","End":true"#,
            schema + "Value is not a Path at /States/A/InputPath"),
        .state(
            "a bad reference path", #""Pass","ResultPath":"$.a[*]","End":true"#,
            schema + "Value is not a Reference Path at /States/A/ResultPath"),
        .state(
            "the context in ResultPath", #""Pass","ResultPath":"$$.a","End":true"#,
            schema + "Value is not a Reference Path at /States/A/ResultPath"),
        .state(
            "a bad intrinsic", #""Pass","Parameters":{"b":{"a.$":"States.Nope("}},"End":true"#,
            schema + "The value for the field 'a.$' must be a valid JSONPath or a valid intrinsic"
                + " function call at /States/A/Parameters/b"),
        .state(
            "both k and k.$", #""Pass","Parameters":{"a":1,"a.$":"$.x"},"End":true"#,
            schema + "There should only be one of the following fields: [a, a.$]"
                + " at /States/A/Parameters"),
        .state(
            "the context in a numeric path",
            #""Task","Resource":"arn:aws:states:us-east-1:1:activity:a","TimeoutSecondsPath":"$$.Execution.Input.t","End":true"#,
            schema + "Value is not a Reference Path at /States/A/TimeoutSecondsPath"),
        .state(
            "bounds",
            #""Task","Resource":"arn:aws:states:us-east-1:1:activity:a","TimeoutSeconds":0,"HeartbeatSeconds":1.5,"End":true"#,
            schema + "Minimum value is 1 at /States/A/TimeoutSeconds",
            schema + "Expected value of type Integer at /States/A/HeartbeatSeconds"),
        .state(
            "a heartbeat slower than the timeout",
            #""Task","Resource":"arn:aws:states:us-east-1:1:activity:a","TimeoutSeconds":5,"HeartbeatSeconds":5,"End":true"#,
            schema + "HeartbeatSeconds must be smaller than TimeoutSeconds"
                + " at /States/A/HeartbeatSeconds"),
        .state(
            "retriers",
            #"""
            "Task","Resource":"arn:aws:states:us-east-1:1:activity:a","End":true,"Retry":[{"ErrorEquals":["States.ALL","X"],
            "BackoffRate":0.5,"MaxAttempts":-1,"JitterStrategy":"SOME"},{"ErrorEquals":[]},{}]
            """#,
            schema + "Minimum value is 0 at /States/A/Retry[0]/MaxAttempts",
            schema + "Minimum value is 1.0 at /States/A/Retry[0]/BackoffRate",
            schema + "Value should be one of the following: [NONE, FULL]"
                + " at /States/A/Retry[0]/JitterStrategy",
            schema + "Value cannot be empty at /States/A/Retry[1]/ErrorEquals",
            schema + "These fields are required: [ErrorEquals] at /States/A/Retry[2]",
            schema + "States.ALL must appear alone and at end of list"
                + " at /States/A/Retry[0]/ErrorEquals"),
        .state(
            "choice rules",
            #"""
            "Choice","Choices":[{"Variable":"$.x","StringEquals":1,"Next":"A"},
            {"Variable":"$.x","Next":"A"},{"Not":{"StringEquals":"a","Next":"A"},"Next":"A"},
            {"Variable":"$.x","StringMatches":"a\\b","IsNull":true,"Next":"A"},{"And":[]}]
            """#,
            schema + "Expected value of type String at /States/A/Choices[0]/StringEquals",
            schema + "There should be one of the following fields: [And, Or, Not, Variable]"
                + " at /States/A/Choices[1]",
            schema + "Field 'Next' is not supported at /States/A/Choices[2]/Not",
            schema + kinds + " at /States/A/Choices[2]/Not",
            schema + "There should only be one of the following fields: [StringMatches, IsNull]"
                + " at /States/A/Choices[3]",
            schema + "These fields are required: [Next] at /States/A/Choices[4]",
            schema + "Value cannot be empty at /States/A/Choices[4]/And",
            "MISSING_END_STATE: Workflow has no terminal state at null"),
        .state(
            "variables", #""Pass","Assign":{"states":1,"1a":2,"b-c":3},"End":true"#,
            "RESERVED_VARIABLE_NAME: Cannot assign to reserved variable '$states'."
                + " at /States/A/Assign/states",
            "INVALID_VARIABLE_NAME: Invalid variable name '1a': the variable name contains invalid"
                + " characters. at /States/A/Assign/1a",
            "INVALID_VARIABLE_NAME: Invalid variable name 'b-c': the variable name contains invalid"
                + " characters. at /States/A/Assign/b-c"),
        .state(
            "expressions that do not end",
            #""Pass","QueryLanguage":"JSONata","Output":{"a":["{% 1 "]},"Assign":{"v":"{% $x"},"End":true"#,
            schema + "JSONata string must start with {% and end with %} at /States/A/Assign/v",
            schema + "JSONata string must start with {% and end with %} at /States/A/Output/a[0]"),
        .state(
            "an error that does not end", #""Fail","QueryLanguage":"JSONata","Error":"{% 'a'""#,
            schema + "JSONata string must start with {% and end with %} at /States/A/Error"),
        .state(
            "a role for an activity",
            #""Task","Resource":"arn:aws:states:us-east-1:1:activity:a","End":true,"#
                + #""Credentials":{"RoleArn":"r"}"#,
            schema + "The field 'Credentials' is not supported for activities"
                + " at /States/A/Credentials"),
        .state(
            "an inline Map with a type of executions",
            #""Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}},"#
                + #""ProcessorConfig":{"Mode":"INLINE","ExecutionType":"EXPRESS"}}"#,
            schema + "Field 'ExecutionType' is not supported"
                + " at /States/A/ItemProcessor/ProcessorConfig"),
        .state(
            "headers of JSON",
            #""Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}},"#
                + #""ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}},"#
                + #""ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{},"#
                + #""ReaderConfig":{"InputType":"JSON","CSVHeaderLocation":"FIRST_ROW"}}"#,
            schema + "Field 'CSVHeaderLocation' is not supported"
                + " at /States/A/ItemReader/ReaderConfig"),
        .state(
            "both of Error and ErrorPath", #""Fail","Error":"a","ErrorPath":"$.a""#,
            schema + "There should only be one of the following fields: [Error, ErrorPath]"
                + " at /States/A"),
        .state(
            "an intrinsic that gives no text", #""Fail","CausePath":"States.MathAdd(1, 2)""#,
            schema + "Intrinsic function 'States.MathAdd' does not return a string"
                + " at /States/A/CausePath"),
    ]

    @Test(arguments: structure + fields)
    func reportsEveryProblem(_ one: Case) {
        #expect(complaints(one.definition, .error) == one.complaints)
    }

    @Test func saysWhereTheTextStopsBeingJSON() throws {
        let result = StateMachine.decode("{\n  \"StartAt\": A\n}")
        let problem = try #require(result.diagnostics.first)
        #expect(problem.code == .invalidJSON)
        #expect(problem.position == Position(line: 2, column: 14))
        #expect(problem.message.hasPrefix("Unrecognized token 'A': was expecting (JSON String"))
    }

    @Test func anExpressMachineRunsNoDistributedMaps() {
        let text = #"""
            {"StartAt":"A","States":{"A":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"B",
            "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
            "States":{"B":{"Type":"Succeed"}}}}}}
            """#
        let result = StateMachine.decode(text, options: DecodingOptions(machineType: .express))
        #expect(
            result.errors.map(\.complaint) == [
                "SCHEMA_VALIDATION_FAILED: The field 'Mode' with value 'DISTRIBUTED' is not "
                    + "supported inside 'EXPRESS' state machines at "
                    + "/States/A/ItemProcessor/ProcessorConfig/Mode"
            ])
    }

    @Test func takesZeroWhereAWSDoes() throws {
        let text = #"""
            {"TimeoutSeconds":0,"StartAt":"A","States":{"A":{"Type":"Task","End":true,
            "Resource":"arn:aws:states:us-east-1:1:activity:a",
            "Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":0}]}}}
            """#
        let result = StateMachine.decode(text)
        let machine = try #require(result.machine)
        #expect(machine.workflow.timeoutSeconds == nil)
        #expect(machine.workflow.states[0].retriers[0].intervalSeconds == 0)
        #expect(result.diagnostics.map(\.location) == ["/TimeoutSeconds"])
    }

    @Test func suggestsNames() {
        let text = #"{"StartAt":"Begin","Stats":{},"States":{"Bgin":{"Type":"Succed"}}}"#
        let suggestions = StateMachine.decode(text).diagnostics.map(\.suggestion)
        #expect(
            suggestions == [
                "did you mean 'States'?", "did you mean 'Succeed'?", "did you mean 'Bgin'?",
            ])
    }

    @Test func pointsIntoStrings() throws {
        let text =
            "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\",\n"
            + "\"InputPath\":\"$.\\u00e9[?]\"}}}"
        let problem = try #require(StateMachine.decode(text).diagnostics.first)
        #expect(problem.pointer.description == "/States/A/InputPath")
        #expect(problem.position.line == 2)
        #expect(problem.position.column > 14)
    }

    @Test(arguments: [
        (#""Pass","Parameters":{"a":"$.x"},"End":true"#, "NO_DOLLAR", "/States/A/Parameters/a"),
        (
            #""Pass","Result":{"a":["$.x"]},"End":true"#, "PASS_RESULT_IS_STATIC",
            "/States/A/Result/a[0]"
        ),
        (#""Fail","Cause":"$.x""#, "NO_PATH", "/States/A/Cause"),
        (#""Pass","InputPath":"$nobody","End":true"#, "UNKNOWN_VARIABLE", "/States/A/InputPath"),
        (#""Pass","Assign":{"idle":1},"End":true"#, "UNUSED_VARIABLE", "/States/A/Assign/idle"),
        (
            #""Pass","Parameters":{"a":"{% 1 %}"},"End":true"#, "NO_EFFECT",
            "/States/A/Parameters/a"
        ),
        (
            #""Pass","QueryLanguage":"JSONata","Output":{"a.$":"$.x"},"End":true"#, "NO_EFFECT",
            "/States/A/Output/a.$"
        ),
        (
            #""Task","Resource":"arn:aws:states:us-east-1:1:activity:a","Retry":[{"ErrorEquals":["States.Timout"]}],"End":true"#,
            "NO_EFFECT", "/States/A/Retry[0]/ErrorEquals[0]"
        ),
        (
            #""Wait","SecondsPath":"$$.State.N","End":true"#, "DIFFERS_ON_AWS",
            "/States/A/SecondsPath"
        ),
        (
            ##""Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"##
                + ##""QueueUrl":"q","MessageBody":"b","Token.$":"$$.Task.Token"},"End":true"##,
            "SCHEMA_VALIDATION_FAILED", "/States/A/Parameters"
        ),
        (#""Pass","InputPath":"$.list.length()","End":true"#, "NO_EFFECT", "/States/A/InputPath"),
        (
            #""Pass","Parameters":{"a.$":"$.l[?(@.x == 1 || @.y == 2)]"},"End":true"#,
            "DIFFERS_ON_AWS", "/States/A/Parameters/a.$"
        ),
        (
            #""Task","Resource":"arn:aws:states:::http:invoke","Parameters":{"Method":"GET","#
                + #""ApiEndpoint":"https://a.b"},"End":true"#,
            "DIFFERS_ON_AWS", "/States/A/Parameters"
        ),
        (
            #""Map","End":true,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}},"#
                + #""ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"}},"#
                + #""ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{},"#
                + #""ReaderConfig":{"InputType":"CSV"}}"#,
            "DIFFERS_ON_AWS", "/States/A/ItemReader/ReaderConfig"
        ),
    ])
    func warnsOfWhatIsProbablyNotMeant(_ state: String, _ code: String, _ location: String) {
        let text = #"{"StartAt":"A","States":{"A":{"Type":\#(state)}}}"#
        let result = StateMachine.decode(text)
        #expect(result.machine != nil)
        #expect(result.diagnostics.map(\.code.rawValue) == [code])
        #expect(result.diagnostics.map(\.location) == [location])
    }
}
