import Foundation
import Testing

/// What a run would take, told from a sample.
@Suite struct PlanTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<1000).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(
            Flows.calls(key: "items.jsonl", type: "EXPRESS"), to: "calls.asl.json")
        try workspace.write(
            """
            def work(event, context):
                with open("calls.log", "a") as calls:
                    calls.write("%d\\n" % event["n"])
                return event["n"]
            """, to: "work.py")
        try workspace.write(
            "functions:\n  work: {handler: work.work, concurrency: 1}\n", to: "maprun.yaml")
    }

    private func calls() throws -> Int {
        try workspace.read("calls.log").split(separator: "\n").count
    }

    @Test func countsAndCostsComeFromASampleThatMayBeContinued() throws {
        let plan = try workspace.maprun("plan", "calls.asl.json", "--sample", "40", "--json")
        #expect(plan.code == 0, "\(plan.err)")
        #expect(
            plan.out.hasPrefix(#"{"items":1000,"children":1000,"sampled":40,"#), "\(plan.out)")
        // One Task for each item, and the Map.
        #expect(plan.out.contains(#""transitions":1000,"parentTransitions":1,"cost":0.025025"#))
        #expect(plan.out.contains(#""requests":1000,"#))
        #expect(plan.out.contains(#""warnings":[]"#), "\(plan.out)")
        #expect(try calls() == 40)
        #expect(plan.lastError.hasSuffix("--all"))
        #expect(try workspace.maprun("resume", "last", "--all").code == 0)
        #expect(try calls() == 1000)
    }

    @Test func statesAndRetriesAreCounted() throws {
        let flow = try workspace.read("calls.asl.json").replacing(
            "\"Type\": \"Task\", \"End\": true,",
            with: """
                "Type": "Task", "Next": "Done",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "BackoffRate": 1}],
                """
        ).replacing(
            "function:work\"}}", with: "function:work\"}, \"Done\": {\"Type\": \"Succeed\"}}")
        try workspace.write(flow, to: "retry.asl.json")
        try workspace.write(
            """
            {"StateMachines": {"retry": {"TestCases": {"Twice": {"Work": "work"}}}},
             "MockedResponses": {"work": {
               "0": {"Throw": {"Error": "Busy", "Cause": "later"}}, "1": {"Return": {}}}}}
            """, to: "mock.json")
        let plan = try workspace.maprun(
            "plan", "retry.asl.json", "--sample", "3", "--mock", "mock.json#Twice", "--json")
        #expect(plan.code == 0, "\(plan.err)")
        #expect(plan.out.contains(#""transitions":3000,"#), "\(plan.out)")
        #expect(plan.out.contains("3 children are few beside 4 in flight"))
        #expect(!FileManager.default.fileExists(atPath: workspace.path("calls.log")))
    }

    @Test func aTableOfPricesTakesThePlaceOfOurs() throws {
        try workspace.write(
            """
            {"date": "2030-01-01", "region": "eu-x", "currency": "EUR",
             "standard": {"perStateTransition": 1},
             "express": {"perRequest": 2, "perGigabyteSecond": 0, "memoryStepMegabytes": 64}}
            """, to: "prices.json")
        let plan = try workspace.maprun(
            "plan", "calls.asl.json", "--sample", "20", "--prices", "prices.json")
        #expect(plan.code == 0, "\(plan.err)")
        #expect(plan.out.contains("STANDARD  1,001.0000 EUR"), "\(plan.out)")
        #expect(plan.out.contains("EXPRESS   2,001.0000 EUR"), "\(plan.out)")
        #expect(plan.out.contains("prices    eu-x, 2030-01-01"))
        let wrong = try workspace.maprun("plan", "calls.asl.json", "--prices", "{}")
        #expect(wrong.code == 2)
        #expect(wrong.err.contains("is no table of prices"))
    }

    @Test func batchesAreCountedAsTheyWouldBeMade() throws {
        try workspace.write(
            Flows.batch(key: "rows.csv").replacing(
                "\"ItemProcessor\"",
                with: "\"ItemBatcher\": {\"MaxItemsPerBatch\": 10}, \"ItemProcessor\""
            ).replacing("$.dateOfBirth", with: "$.Items[0].dateOfBirth"), to: "batches.asl.json")
        let rows = (0..<500).map { "2023-01-02,A\($0),B" }.joined(separator: "\n")
        try workspace.write(
            "dateOfBirth,childFirstName,childLastName\n" + rows + "\n", to: "data/rows.csv")
        let plan = try workspace.maprun("plan", "batches.asl.json", "--sample", "5", "--json")
        #expect(plan.code == 0, "\(plan.err)")
        #expect(plan.out.hasPrefix(#"{"items":500,"children":50,"sampled":5,"#), "\(plan.out)")
        #expect(plan.out.contains(#""requests":50,"#))
    }

    @Test func payloadsThatAWSRefusesAreToldOf() throws {
        let long = String(repeating: "x", count: 300_000)
        try workspace.write(#"{"n":1,"long":"\#(long)"}"# + "\n", to: "data/items.jsonl")
        let plan = try workspace.maprun("plan", "calls.asl.json")
        #expect(plan.code == 0, "\(plan.err)")
        #expect(plan.out.contains("warning   an input or output has 300,0"), "\(plan.out)")
    }

    @Test func workflowsWithoutItemsAreRefused() throws {
        try workspace.write(Flows.pass, to: "pass.asl.json")
        let plan = try workspace.maprun("plan", "pass.asl.json")
        #expect(plan.code == 2)
        #expect(plan.err.contains("'pass.asl.json' has none"))
        #expect(try workspace.maprun("plan", "calls.asl.json", "--sample", "0").code == 2)
    }
}
