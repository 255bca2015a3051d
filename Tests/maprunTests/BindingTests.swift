import Foundation
import Testing

/// Functions that are not there, or do not do what they should.
@Suite struct BindingTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(
            """
            {"StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "TimeoutSeconds": 20,
              "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work"}}}
            """, to: "task.asl.json")
        try workspace.write("def work(event, context): return event\n", to: "good.py")
        try workspace.write("echo", to: "plain.txt")
    }

    private func run(_ binding: String) throws -> Finished {
        try workspace.write("functions:\n  work: \(binding)\n", to: "maprun.yaml")
        return try workspace.maprun("run", "task.asl.json", "--input", #"{"n":1}"#, "-q")
    }

    @Test(arguments: [
        ("{handler: none.work}", "none.py' cannot be read"),
        ("{handler: good}", "'good' is not of the form file.function"),
        ("{command: [no-such-program]}", "there is no program"),
        ("{command: [./plain.txt]}", "is not executable"),
        ("{command: [cat], directory: nowhere}", "there is no folder"),
        ("{handler: good.work, nonsense: 1}", "nonsense"),
        ("{", "maprun.yaml:"),
    ])
    func whatCannotRunIsToldBeforeAnythingStarts(_ binding: String, _ says: String) throws {
        let ran = try run(binding)
        #expect(ran.code == 2)
        #expect(ran.err.contains(says), "\(ran.err)")
        let told = try workspace.maprun("run", "task.asl.json", "--output", "json", "-q")
        #expect(told.out.hasPrefix(#"{"status":"REFUSED","#), "\(told.out)")
        #expect(!FileManager.default.fileExists(atPath: workspace.path(".maprun")))
    }

    @Test(arguments: [
        ("{command: [sh, -c, 'echo hello']}", "JSON"),
        ("{command: [sh, -c, 'echo 1; echo 2']}", "1"),
        ("{command: [sh, -c, 'echo trouble >&2; exit 7']}", "7"),
        ("{command: [sh, -c, 'kill -9 $$']}", "SIGKILL"),
        ("{command: [sleep, '60'], timeout: 0.3}", "0.3"),
        ("{handler: good.none}", "none"),
    ])
    func whatGoesWrongInACallIsTheTasksFailure(_ binding: String, _ says: String) throws {
        let ran = try run(binding)
        #expect(ran.code == 1, "\(ran.err)")
        #expect(ran.err.contains("execution failed in state 'A'"), "\(ran.err)")
        #expect(ran.err.contains(says), "\(ran.err)")
    }

    @Test(arguments: ["{handler: good.work}", "{command: [cat]}", "{command: [cat], mode: lines}"])
    func whatWorksGivesItsAnswer(_ binding: String) throws {
        let ran = try run(binding)
        #expect(ran.code == 0, "\(ran.err)")
        #expect(ran.out == #"{"n":1}"# + "\n")
    }
}
