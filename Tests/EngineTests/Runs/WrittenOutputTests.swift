import Engine
import Foundation
import JSON
import Testing

/// Outputs of children that are written down as they are made: the same as if they had been values.
@Suite struct WrittenOutputTests {
    private static let items = #"""
        {"id": 1, "name": "a long name with \"quotes\" and a \\ and\nlines", "tags": ["x", "y"]}
        {"id": 2.50, "name": "Zoë", "tags": [], "none": null}
        {"name": "no id"}
        {"id": "three", "name": "", "tags": {"a": {"b": [true]}}}
        """#

    private static let workflows = [
        // The output in full, of parts of all kinds.
        #""P": {"Type": "Pass", "Parameters": {"id.$": "$.id", "plain": {"é\"": [1, null, {}]}, "list.$": "States.Array($.id, 'x', $.tags)", "in": {"name.$": "$.name", "state.$": "$$.State.Name"}, "item.$": "$"}, "End": true}"#,
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name", "id.$": "$.id"}, "InputPath": "$", "Next": "S"}, "S": {"Type": "Succeed"}"#,
        #""P": {"Type": "Pass", "Parameters": {}, "Next": "S"}, "S": {"Type": "Succeed", "Comment": "none"}"#,
        // What comes behind has a say in it.
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name"}, "Next": "S"}, "S": {"Type": "Succeed", "OutputPath": "$.name"}"#,
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name"}, "ResultPath": "$.new", "End": true}"#,
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name"}, "OutputPath": "$.name", "End": true}"#,
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name"}, "Result": 7, "End": true}"#,
        #""P": {"Type": "Pass", "Parameters": {"name.$": "$.name"}, "Assign": {"v.$": "$.name"}, "Next": "S"}, "S": {"Type": "Pass", "Parameters": {"v.$": "$v"}, "End": true}"#,
        // Branches are workflows of their own.
        #""P": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {"b.$": "$.name"}, "End": true}}}], "End": true}"#,
        #""M": {"Type": "Map", "ItemsPath": "$.tags", "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "Parameters": {"b.$": "$"}, "End": true}}}, "ResultPath": "$.all", "Next": "P"}, "P": {"Type": "Pass", "Parameters": {"all.$": "$.all"}, "End": true}"#,
        // JSONata.
        #""P": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": {"id": "{% $states.input.id %}", "all": ["{% $uppercase($states.input.name) %}", 1]}, "Next": "S"}, "S": {"Type": "Succeed", "QueryLanguage": "JSONata"}"#,
        #""P": {"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $states.input.tags %}", "Next": "S"}, "S": {"Type": "Succeed", "QueryLanguage": "JSONata", "Output": {"tags": "{% $states.input %}"}}"#,
    ]

    @Test(arguments: workflows)
    func areThoseOfTheValues(_ states: String) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", Self.items)
        let start = try #require(states.split(separator: "\"").first)
        let definition = DistributedMapTests.definition(
            #""StartAt": "\#(start)", "States": {\#(states)}"#,
            fields: #""ToleratedFailurePercentage": 100,"#)
        let written = await (try fixture.start(definition)).finish().outcome
        let values = await (try fixture.startUnkept(definition)).finish().outcome
        #expect(written?.status == .succeeded)
        #expect(written?.output?.serialized == values?.output?.serialized)
        #expect(written?.output?.array?.isEmpty == false)
    }
}
