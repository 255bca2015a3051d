import Engine
import JSON
import Scheduling
import StatesLanguage
import Testing

@testable import Tasks

/// Every kind of task gets the idempotency key of its request.
@Suite struct IdempotencyTests {
    enum Kind: CaseIterable, Sendable {
        case python, runtimeAPI, command, lines, http
    }

    /// Answers each event with the key that came with it.
    private static let runtime = """
        #!/usr/bin/env python3
        import http.client, json, os
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        root = "/2018-06-01/runtime/invocation/"
        while True:
            api.request("GET", root + "next")
            reply = api.getresponse()
            reply.read()
            key = json.loads(reply.headers["Lambda-Runtime-Client-Context"])["custom"]
            id = reply.headers["Lambda-Runtime-Aws-Request-Id"]
            api.request("POST", root + id + "/response", body=json.dumps(key["idempotencyKey"]))
            api.getresponse().read()
        """

    /// Calls a task of this kind and returns the key that it has seen.
    private static func caller(
        _ kind: Kind
    ) -> @Sendable (TaskRequest) async -> Value? {
        switch kind {
        case .python:
            return caller(
                TaskBench(
                    python: """
                        def handler(event, context):
                            return context.client_context.custom["idempotencyKey"]
                        """))
        case .runtimeAPI:
            let files = TestFolder()
            files.writeProgram("bootstrap", runtime)
            return caller(
                TaskBench(.runtimeAPI(program: ["./bootstrap"], handler: "h"), files: files))
        case .command:
            return caller(
                TaskBench(.command(["sh", "-c", #"printf '"%s"' "$MAPRUN_IDEMPOTENCY_KEY""#])))
        case .lines:
            let files = TestFolder([
                "keys.py": """
                import json, sys
                for line in sys.stdin:
                    event = json.loads(line)
                    print(json.dumps([event["idempotencyKey"], event["input"]]), flush=True)
                """
            ])
            var binding = FunctionBinding(
                name: "f", work: .lines(["python3", "keys.py"], depth: 4), directory: files.path,
                concurrency: 1)
            binding.hasEnvelope = true
            let call = caller(TaskBench(files, [binding]))
            return { request in
                let value = await call(request)
                #expect(value?[1] == request.input)
                return value?[0]
            }
        case .http: return httpCaller()
        }
    }

    private static func caller(
        _ bench: TaskBench
    ) -> @Sendable (TaskRequest) async -> Value? {
        { await bench.router.result(of: $0).value }
    }

    private static func httpCaller() -> @Sendable (TaskRequest) async -> Value? {
        let server = HTTPServer()
        let service = HTTPService(
            bindings: Bindings(), scheduler: DispatchScheduler(workerCount: 1), environment: [:])
        return { request in
            var request = request
            request.resource = "arn:aws:states:::http:invoke"
            request.input = ["ApiEndpoint": .string(server.url + "/echo"), "Method": "POST"]
            let answer = await service.result(of: request).value
            return answer?["ResponseBody"]?["headers"]?["idempotency-key"]
        }
    }

    private func request(_ visit: String, attempt: Int = 0, run: String = "r") -> TaskRequest {
        TaskRequest(
            resource: "arn:aws:lambda:us-east-1:123456789012:function:f", input: ["n": 1],
            state: "Work", execution: ExecutionIdentity(arn: "arn", name: "e", run: run),
            attempt: attempt, visit: visit)
    }

    @Test(arguments: Kind.allCases)
    func getsTheKey(kind: Kind) async {
        let call = Self.caller(kind)
        let first = request("e::0")
        let key = await call(first)
        #expect(key == .string(first.idempotencyKey))
        #expect(first.idempotencyKey.utf8.count == 36)
        #expect(await call(request("e::0", attempt: 1)) == key)
        #expect(await call(request("e::1")) != key)
        #expect(await call(request("e::0", run: "other")) != key)
    }
}
