import Foundation
import JSON
import Testing

/// HTTP tasks of the real binary against a real server.
@Suite struct HTTPTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        let lines = (0..<20).map { #"{"n":\#($0)}"# }.joined(separator: "\n")
        try workspace.write(lines + "\n", to: "data/items.jsonl")
        try workspace.write(
            """
            {"StartAt": "Rows", "QueryLanguage": "JSONata", "States": {"Rows": {
              "Type": "Map", "Label": "Rows", "MaxConcurrency": 5, "End": true,
              "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSONL"},
                "Arguments": {"Bucket": "data", "Key": "items.jsonl"}},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Ask", "States": {"Ask": {
                  "Type": "Task", "End": true, "Output": "{% $states.result.ResponseBody %}",
                  "Resource": "arn:aws:states:::http:invoke",
                  "Arguments": {
                    "ApiEndpoint": "{% 'https://api.example/items/' & $states.input.n %}",
                    "Authentication": {"ConnectionArn":
                      "arn:aws:events:us-east-1:123456789012:connection/Shop/8c42"},
                    "Method": "POST", "RequestBody": "{% $states.input %}"},
                  "Retry": [{"ErrorEquals": ["States.Http.StatusCode.429"],
                    "IntervalSeconds": 1, "MaxAttempts": 3}]}}}}}}
            """, to: "ask.asl.json")
    }

    private func bind(_ server: WebServer) throws {
        try workspace.write(
            """
            endpoints:
              https://api.example: \(server.url)
            connections:
              Shop: {headers: {X-Path: "${PATH}"}}
            """, to: "maprun.yaml")
    }

    private static let whole =
        "[" + (0..<20).map { #"{"item":\#($0)}"# }.joined(separator: ",") + "]"

    @Test func itemsAskAServerAndTheirAnswersAreInOrder() throws {
        let server = try WebServer(
            workspace, #"answer(200, '{"item":%s}' % path.split("/")[-1])"#)
        try bind(server)
        let run = try workspace.maprun("run", "ask.asl.json", "--output", "json")
        #expect(run.code == 0, "\(run.err)")
        #expect(run.out.contains(Self.whole), "\(run.out)")
        #expect(server.calls.count == 20)
        #expect(Set(server.calls.map(\.key)).count == 20)
    }

    @Test func aServerThatIsBusyIsLeftAloneUntilItSays() throws {
        let server = try WebServer(
            workspace,
            """
            if path == "/items/3" and count == 1: answer(429, "slow", {"Retry-After": "2"})
            else: answer(200, '{"item":%s}' % path.split("/")[-1])
            """)
        try bind(server)
        let start = Date()
        let run = try workspace.maprun("run", "ask.asl.json", "--output", "json")
        #expect(run.code == 0, "\(run.err)")
        #expect(run.out.contains(Self.whole))
        #expect(Date().timeIntervalSince(start) >= 2)
        let again = server.calls.filter { $0.path == "/items/3" }
        #expect(again.count == 2)
        #expect(Set(again.map(\.key)).count == 1)
    }

    @Test func aKilledRunAsksAgainWithTheSameKeyAndOnlyForWhatHadNoAnswer() throws {
        let server = try WebServer(
            workspace,
            """
            if count == 1 and int(path.split("/")[-1]) >= 10: threading.Event().wait()
            answer(200, '{"item":%s}' % path.split("/")[-1])
            """)
        try bind(server)
        let run = try workspace.start(["run", "ask.asl.json", "--name", "x"])
        try run.until("calls without an answer") { server.calls.count == 15 }
        run.signal(SIGKILL)
        _ = run.wait()
        let before = server.calls
        let resumed = try workspace.start(["resume", "last", "--output", "json"])
        try resumed.until("the last items") { server.calls.count >= 25 }
        resumed.signal(SIGKILL)
        _ = resumed.wait()
        let last = try workspace.maprun("resume", "last", "--output", "json")
        #expect(last.code == 0, "\(last.err)")
        #expect(last.out.contains(Self.whole), "\(last.out)")
        let keys = Dictionary(grouping: server.calls, by: \.path).mapValues {
            Set($0.map(\.key)).count
        }
        #expect(keys.count == 20)
        #expect(keys.values.allSatisfy { $0 == 1 })
        #expect(Set(server.calls.map(\.key)).count == 20)
        #expect(before.count { Int($0.path.dropFirst(7)) ?? 0 < 10 } == 10)
        #expect(server.calls.count { Int($0.path.dropFirst(7)) ?? 0 < 10 } == 10)
    }

    @Test(arguments: [([], nil), (["--reveal-secrets"], "s3cret")])
    func aStateAloneShowsWhatWentOverTheWire(_ flags: [String], _ secret: String?) throws {
        let server = try WebServer(workspace, #"answer(201, '{"a":1}', {"X-B": "c"})"#)
        try workspace.write(
            """
            endpoints: {https://api.example: \(server.url)}
            connections: {Shop: {headers: {X-Key: s3cret}}}
            """, to: "maprun.yaml")
        let ran = try workspace.start(
            [
                "test", "ask.asl.json", "--state", "Ask", "--input", #"{"n":3}"#,
                "--inspection-level", "trace",
            ] + flags
        ).wait()
        #expect(ran.code == 0, "\(ran.err)")
        let inspection = try #require(try Value.parse(ran.out)["inspection"])
        let request = inspection["request"]
        #expect(
            request?.object?.keys == ["protocol", "method", "url", "headers", "body"], "\(ran.out)")
        #expect(request?["protocol"] == "HTTP/1.1")
        #expect(request?["method"] == "POST")
        #expect(request?["url"] == .string(server.url + "/items/3"))
        #expect(request?["body"] == #"{"n":3}"#)
        #expect(request?["headers"]?["Range"] == ["bytes=0-262144"])
        #expect(request?["headers"]?["X-Key"] == secret.map { [.string($0)] })
        let response = inspection["response"]
        #expect(
            response?.object?.keys == [
                "protocol", "statusCode", "statusMessage", "headers", "body",
            ])
        #expect(response?["protocol"] == "HTTP/1.1")
        #expect(response?["statusCode"] == "201")
        #expect(response?["statusMessage"] == "Created")
        #expect(response?["headers"]?["X-B"] == ["c"])
        #expect(response?["body"] == #"{"a":1}"#)
        #expect(inspection["afterArguments"]?["Method"] == "POST")
    }

    @Test func whatIsNotBoundIsToldBeforeAnythingRuns() throws {
        try workspace.write("endpoints: {}\n", to: "maprun.yaml")
        let run = try workspace.maprun("run", "ask.asl.json")
        #expect(run.code == 2)
        #expect(run.err.contains("bound to nothing; add it under 'connections'"), "\(run.err)")
        try workspace.write(
            "connections: {Shop: {headers: {A: \"${NOT_SET_HERE}\"}}}\n", to: "maprun.yaml")
        let unset = try workspace.maprun("run", "ask.asl.json")
        #expect(unset.code == 2)
        #expect(unset.err.contains("'NOT_SET_HERE' must be set"), "\(unset.err)")
    }
}
