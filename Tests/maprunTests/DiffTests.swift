import Foundation
import Testing

@Suite struct DiffTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(ResultFormatTests.flow, to: "flow.asl.json")
    }

    /// Runs the flow over these rows; the run's id.
    private func run(_ rows: String..., flow: String = "flow") throws -> String {
        try workspace.write(rows.joined(separator: "\n"), to: "data/rows.jsonl")
        try workspace.maprun("run", "\(flow).asl.json")
        return try workspace.id(flow)
    }

    @Test func runsOfTheSameRowsDoNotDiffer() throws {
        let old = try run(#"{"n":1}"#, #"{"n":"x"}"#)
        try workspace.maprun("run", "flow.asl.json", "--name", "again")
        let diff = try workspace.maprun("diff", old, try workspace.id("again"))
        #expect(diff.code == 0)
        #expect(diff.lines == ["2 items the same"])
    }

    @Test func changedStatusAndOutputAreTold() throws {
        let old = try run(#"{"n":1,"a":1}"#, #"{"n":2}"#, #"{"n":3}"#)
        try workspace.write(
            ResultFormatTests.flow.replacing(
                #""Good": {"Type": "Succeed"}"#,
                with: """
                    "Good": {"Type": "Choice", "Default": "Bad", "Choices": [
                      {"Variable": "$.n", "NumericLessThan": 2, "Next": "More"},
                      {"Variable": "$.n", "NumericLessThan": 3, "Next": "Same"}]},
                    "More": {"Type": "Pass", "Result": {"a": 2, "n": 1}, "End": true},
                    "Same": {"Type": "Succeed"}
                    """), to: "new.asl.json")
        try workspace.maprun("run", "new.asl.json")
        let new = try workspace.id("new")
        let diff = try workspace.maprun("diff", old, new)
        #expect(diff.code == 1)
        #expect(diff.lines.count == 4)
        #expect(diff.lines.prefix(2) == ["~ item 0: another outcome", "    output/a: 1 → 2"])
        #expect(diff.lines[2].hasPrefix("~ item 2: SUCCEEDED → FAILED States.Runtime: An error"))
        #expect(diff.lines[3] == "1 item the same, 2 changed (status 1, output 1)")
        let json = try workspace.maprun("diff", old, new, "--json")
        #expect(json.code == 1)
        #expect(
            json.lines.first
                == #"{"difference":"changed","index":0,"changes":["output"],"old":{"#
                + #""status":"SUCCEEDED","output":{"n":1,"a":1}},"new":{"status":"SUCCEEDED","#
                + #""output":{"a":2,"n":1}}}"#)
    }

    @Test func movedInsertedRemovedAndEditedRowsAreRecognised() throws {
        let old = try run(#"{"n":1}"#, #"{"n":2}"#, #"{"n":3}"#, #"{"n":3}"#, #"{"n":5}"#)
        try workspace.write(ResultFormatTests.flow, to: "moved.asl.json")
        let new = try run(
            #"{"n":3}"#, #"{"n":1}"#, #"{"n":9}"#, #"{"n":3}"#, #"{"n":50}"#, flow: "moved")
        let diff = try workspace.maprun("diff", old, new)
        #expect(diff.code == 1)
        #expect(
            diff.lines == [
                "- item 1: only in the old run, SUCCEEDED",
                "~ item 4: another outcome (its input has changed)", "    output/n: 5 → 50",
                "+ item 2: only in the new run, SUCCEEDED",
                "3 items the same, 1 changed (output 1, edited input 1), 1 only in the old run, "
                    + "1 only in the new run, 2 moved",
            ])
    }

    @Test func durationsCountOnlyOnDemand() throws {
        let slow = ResultFormatTests.flow.replacing(
            #""Good": {"Type": "Succeed"}"#,
            with: #""Good": {"Type": "Wait", "Seconds": 1, "End": true}"#)
        let old = try run(#"{"n":1}"#)
        try workspace.write(slow, to: "slow.asl.json")
        try workspace.maprun("run", "slow.asl.json")
        let new = try workspace.id("slow")
        #expect(try workspace.maprun("diff", old, new).code == 0)
        let diff = try workspace.maprun("diff", old, new, "--duration", "50")
        #expect(diff.code == 1)
        #expect(diff.lines.first?.hasPrefix("~ item 0: ") == true)
        #expect(diff.lines.last == "0 items the same, 1 changed (duration 1)")
        #expect(try workspace.maprun("diff", old, new, "--duration=-1").code == 2)
    }

    @Test func runsWithoutItemsAreComparedWhole() throws {
        try workspace.write(Flows.pass, to: "pass.asl.json")
        try workspace.maprun("run", "pass.asl.json", "--name", "one", "--input", #"{"a":1}"#)
        try workspace.maprun("run", "pass.asl.json", "--name", "two", "--input", #"{"a":2}"#)
        let (one, two) = (try workspace.id("one"), try workspace.id("two"))
        let diff = try workspace.maprun("diff", one, two)
        #expect(diff.code == 1)
        #expect(diff.lines[1] == "    output/a: 1 → 2")
        let mixed = try workspace.maprun("diff", one, try run(#"{"n":1}"#))
        #expect(mixed.code == 2)
        #expect(mixed.err.contains("compare runs of one workflow"))
    }
}
