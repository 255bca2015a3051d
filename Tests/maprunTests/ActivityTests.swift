import Foundation
import Testing

/// Activities, whose workers are commands here.
@Suite struct ActivityTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true,
              "Resource": "arn:aws:states:us-east-1:111111111111:activity:approve"}}}
            """, to: "flow.asl.json")
    }

    @Test func aBoundWorkerDoesTheWork() throws {
        try workspace.write(
            "activities:\n  approve: {command: 'sed s/open/approved/'}\n", to: "maprun.yaml")
        let ran = try workspace.maprun("run", "flow.asl.json", "--input", #"{"is":"open"}"#, "-q")
        #expect(ran.out == #"{"is":"approved"}"# + "\n", "\(ran.err)")
    }

    @Test func oneThatIsNotBoundIsToldBeforeTheRunStarts() throws {
        let ran = try workspace.maprun("run", "flow.asl.json")
        #expect(ran.code == 2)
        #expect(ran.err.contains("activity 'approve' is bound to nothing; add it under"))
    }
}
