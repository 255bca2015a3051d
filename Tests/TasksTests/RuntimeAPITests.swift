import Engine
import Glibc
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct RuntimeAPITests {
    /// A runtime in a few lines, as a user might bring one.
    private static let runtime = """
        #!/usr/bin/env python3
        import http.client, json, os, sys
        api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
        root = "/2018-06-01/runtime/"
        def post(path, body, headers={}, **options):
            api.request("POST", root + path, body=body, headers=headers, **options)
            reply = api.getresponse()
            return reply.status, reply.read()
        if os.path.exists("fail-init"):
            post("init/error", json.dumps({"errorMessage": "no start", "errorType": "Init.Bad"}))
            sys.exit(1)
        while True:
            api.request("GET", root + "invocation/next")
            reply = api.getresponse()
            event = json.loads(reply.read())
            id = reply.headers["Lambda-Runtime-Aws-Request-Id"]
            answer = "invocation/" + id + "/response"
            if event == "headers":
                names = sorted(n for n in reply.headers if n.startswith("Lambda-"))
                post(answer, json.dumps(names))
            elif event == "fail":
                error = {"errorMessage": "refused", "errorType": "Custom", "stackTrace": []}
                post("invocation/" + id + "/error", json.dumps(error, indent=1))
            elif event == "chunks":
                post(answer, iter([b'{"a"', b':1}']), encode_chunked=True,
                     headers={"Transfer-Encoding": "chunked"})
            elif event == "wrong id":
                status, body = post("invocation/other/response", "1")
                post(answer, json.dumps([status, json.loads(body)["errorType"]]))
            elif event == "exit":
                sys.exit(5)
            elif event == "hang":
                sys.stdin.close(); import signal; signal.pause()
            else:
                print("got", event, flush=True)
                post(answer, json.dumps({"event": event, "pid": os.getpid()}))
        """

    private func bench(concurrency: Int = 1, timeout: Double = 60) -> TaskBench {
        let files = TestFolder()
        files.writeProgram("bootstrap", Self.runtime)
        return TaskBench(
            .runtimeAPI(program: ["./bootstrap"], handler: "h"), files: files,
            concurrency: concurrency, timeout: timeout)
    }

    @Test func aBootstrapGetsEventsAndStaysWarm() async {
        let bench = bench(concurrency: 2)
        let results = await bench.callMany(300)
        for (index, result) in results.enumerated() {
            #expect(result.value?["event"] == .int(index))
        }
        #expect(Set(results.compactMap { $0.value?["pid"]?.number?.int }).count <= 2)
        #expect(bench.log().contains("got 299\n"))
    }

    @Test func sendsTheHeadersOfLambda() async {
        #expect(
            await bench().call("headers").value == [
                "Lambda-Runtime-Aws-Request-Id", "Lambda-Runtime-Client-Context",
                "Lambda-Runtime-Deadline-Ms",
                "Lambda-Runtime-Invoked-Function-Arn", "Lambda-Runtime-Trace-Id",
            ])
    }

    @Test func takesAnAnswerInChunks() async {
        #expect(await bench().call("chunks").value == ["a": 1])
    }

    @Test func refusesAnAnswerToAnotherInvocation() async {
        #expect(await bench().call("wrong id").value == [400, "InvalidRequestID"])
    }

    @Test func postedErrorsBecomeCompactCauses() async {
        #expect(
            await bench().call("fail").fault
                == StateFault(
                    error: "Custom",
                    cause: #"{"errorMessage":"refused","errorType":"Custom","stackTrace":[]}"#))
    }

    @Test func anEndFailsTheItemAndTheNextGetsAFreshProgram() async {
        let bench = bench()
        let first = await bench.call("exit", key: "1")
        #expect(first.fault?.error == "Runtime.ExitError")
        #expect(first.fault?.cause?.contains("exit status 5") == true)
        #expect(await bench.call(1, key: "2").value?["event"] == 1)
    }

    @Test func aHangIsATimeout() async {
        let fault = await bench(timeout: 0.5).call("hang").fault
        #expect(fault?.error == "Sandbox.Timedout")
    }

    @Test func aFailedStartIsTheItemsError() async {
        let bench = bench()
        bench.folder.write("fail-init", "")
        #expect(await bench.call(1).fault?.error == "Init.Bad")
    }

    @Test func largeEventsAndAnswersPass() async {
        let text = String(repeating: "0123456789", count: 300_000)
        #expect(await bench().call(.string(text)).value?["event"]?.string == text)
    }

    /// The client that Lambda itself uses, where it is installed.
    @Test(.enabled(if: RuntimeAPITests.hasClient, "awslambdaric is not installed"))
    func runsAwslambdaric() async {
        let files = TestFolder([
            "app.py": """
            def handler(event, context):
                if event == 3: raise ValueError("three")
                return {"event": event, "id": context.aws_request_id}
            """
        ])
        let bench = TaskBench(
            .runtimeAPI(
                program: ["python3", "-m", "awslambdaric", "app.handler"], handler: "app.handler"),
            files: files, concurrency: 2)
        let results = await bench.callMany(50)
        #expect(results[3].fault?.error == "ValueError")
        #expect(results.filter { $0.value != nil }.count == 49)
    }

    private static let hasClient: Bool = {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { close(null) }
        let search = ExecutableSearch(path: ProcessEnvironment.current["PATH"], directory: "/")
        guard let python = try? search.find("python3") else { return false }
        let program = Program(
            path: python, arguments: ["-c", "import awslambdaric"],
            environment: ProcessEnvironment.current)
        guard
            let child = try? program.start(descriptors: [null, null, null], diesWithParent: false)
        else { return false }
        var status: Int32 = -1
        waitpid(child.pid, &status, 0)
        close(child.pidfd)
        return status == 0
    }()
}
