import Foundation
import Testing

@Suite struct SchemaTests {
    @Test(arguments: [("definition", "StartAt"), ("bindings", "functions")])
    func schemasAreJSON(_ subject: String, _ property: String) throws {
        let ran = try Workspace().maprun("schema", subject)
        #expect(ran.code == 0)
        let schema = try JSONSerialization.jsonObject(with: Data(ran.out.utf8)) as? [String: Any]
        #expect((schema?["properties"] as? [String: Any])?[property] != nil)
    }

    @Test func problemsStandInTheOrderOfTheFileWhoseNameIsAURI() throws {
        let workspace = try Workspace()
        let file = "ein Fluß#1.asl.json"
        try workspace.write(
            """
            {"StartAt": "A", "States": {
              "A": {"Type": "Pass", "Assign": {"x": 1}, "Next": "B"},
              "B": {"Type": "Wait", "Seconds": -1, "Next": "C"},
              "C": {"Type": "Task", "Resource": "nope", "End": true},
              "D": {"Type": "Pass", "Result": "$.a", "End": true}}}
            """, to: file)
        let ran = try workspace.maprun("validate", file)
        let lines = ran.lines.compactMap { $0.split(separator: ":").dropFirst().first }
        #expect(lines.compactMap { Int($0) } == [2, 3, 4, 5, 5], "\(ran.out)")
        let log = try workspace.maprun("validate", file, "--sarif")
        #expect(log.out.contains(#""uri": "ein%20Flu%C3%9F%231.asl.json""#), "\(log.out)")
    }

    @Test func problemsOfSeveralFilesMakeOneLog() throws {
        let workspace = try Workspace()
        try workspace.write(Flows.pass, to: "good.asl.json")
        try workspace.write(#"{"StartAt": "A", "States": {}}"#, to: "bad.asl.json")
        #expect(try workspace.maprun("validate", "good.asl.json").code == 0)
        let ran = try workspace.maprun("validate", "good.asl.json", "bad.asl.json", "--sarif")
        #expect(ran.code == 2)
        let log = try JSONSerialization.jsonObject(with: Data(ran.out.utf8)) as? [String: Any]
        #expect(log?["version"] as? String == "2.1.0")
        let json = try workspace.maprun("validate", "bad.asl.json", "--json")
        #expect(json.lines.allSatisfy { $0.hasPrefix(#"{"file":"bad.asl.json","line":1,"#) })
    }
}
