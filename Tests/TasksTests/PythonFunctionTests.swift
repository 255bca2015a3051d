import Engine
import Glibc
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct PythonFunctionTests {
    @Test func answersWithWhatTheHandlerReturns() async {
        let bench = TaskBench(python: "def handler(event, context): return {'got': event}")
        let result = await bench.call(["naïve": [1, 2.5, nil, true, "💡"]])
        #expect(result.value == ["got": ["naïve": [1, 2.5, nil, true, "💡"]]])
    }

    @Test func givesTheContextThatLambdaGives() async {
        let bench = TaskBench(
            python: """
                import os
                def handler(event, context):
                    return [
                        context.function_name, context.function_version,
                        context.invoked_function_arn, context.memory_limit_in_mb,
                        context.log_group_name, context.log_stream_name,
                        context.identity.cognito_identity_id, context.client_context.client,
                        len(context.aws_request_id),
                        50000 < context.get_remaining_time_in_millis() <= 60000,
                        os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.environ["_HANDLER"],
                        os.getcwd() == os.environ["LAMBDA_TASK_ROOT"],
                    ]
                """)
        let result = await bench.call()
        #expect(
            result.value == [
                "f", "$LATEST", "arn:aws:lambda:us-east-1:123456789012:function:f", "128",
                "/aws/lambda/f", "[$LATEST]f", nil, nil, 36, true, "f", "app.handler", true,
            ])
    }

    @Test func writesResultsAsLambdasRuntimeDoes() async {
        let bench = TaskBench(
            python: """
                import decimal
                def handler(event, context):
                    return {"d": decimal.Decimal("1.10"), "b": b"bytes", "t": (1, 2), 1: "key",
                            "s": "\\ud800"}
                """)
        let result = await bench.call()
        #expect(result.value?["d"]?.number?.text == "1.10")
        #expect(result.value?["b"] == "bytes")
        #expect(result.value?["t"] == [1, 2])
        #expect(result.value?["1"] == "key")
        #expect(result.value?["s"] != nil)
    }

    @Test func takesAnAnswerThatIsNoJSONAsText() async {
        let bench = TaskBench(python: "def handler(event, context): return b'no json'")
        #expect(await bench.call().value == "no json")
    }

    static let failures: [(code: String, handler: String, error: String, message: String)] = [
        (
            "def handler(e, c): raise ValueError('bad value')", "app.handler", "ValueError",
            "bad value"
        ),
        (
            "class Custom(Exception): pass\ndef handler(e, c): raise Custom()", "app.handler",
            "Custom", ""
        ),
        (
            "import absent_module\ndef handler(e, c): pass", "app.handler",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'absent_module'"
        ),
        (
            "def handler(e, c): pass", "other.handler", "Runtime.ImportModuleError",
            "Unable to import module 'other': No module named 'other'"
        ),
        (
            "def handler(e, c): pass", "app.absent", "Runtime.HandlerNotFound",
            "Handler 'absent' missing on module 'app'"
        ),
        (
            "def handler(e, c): pass", "handler", "Runtime.MalformedHandlerName",
            "Bad handler 'handler': not enough values to unpack (expected 2, got 1)"
        ),
        (
            "def handler(e, c): return {1, 2}", "app.handler", "Runtime.MarshalError",
            "Unable to marshal response: Object of type set is not JSON serializable"
        ),
        ("raise KeyError('start')", "app.handler", "KeyError", "'start'"),
    ]

    @Test(arguments: failures)
    func tellsFailuresAsLambdaDoes(
        code: String, handler: String, error: String, message: String
    ) async {
        let bench = TaskBench(python: code, handler: handler)
        for attempt in 0..<2 {
            let result = await bench.call(key: "run/\(attempt)")
            #expect(result.fault?.error == error)
            #expect(result.payload?["errorMessage"]?.string == message)
            #expect(
                result.payload?.object?.keys
                    == ["errorMessage", "errorType", "requestId", "stackTrace"])
            #expect(result.fault?.cause?.contains("\": ") == false, "compact, as AWS gives it")
        }
    }

    @Test func namesTheLineOfASyntaxError() async {
        let bench = TaskBench(python: "def handler(e, c):\n    return (\n")
        let result = await bench.call()
        #expect(result.fault?.error == "Runtime.UserCodeSyntaxError")
        #expect(
            result.payload?["errorMessage"]?.string
                == "Syntax error in module 'app': '(' was never closed (app.py, line 2)")
        #expect(result.payload?["stackTrace"]?[0]?.string?.contains("Line 2") == true)
    }

    @Test func tracesOnlyTheFunctionsOwnCode() async {
        let bench = TaskBench(
            python: """
                def handler(event, context):
                    return inner(event)
                def inner(event):
                    raise RuntimeError("deep")
                """)
        let result = await bench.call()
        let trace = result.payload?["stackTrace"]?.array?.compactMap(\.string) ?? []
        #expect(trace.count == 2)
        #expect(trace.first?.contains("in handler") == true)
        #expect(trace.last?.contains("raise RuntimeError") == true)
    }

    @Test func tracesAreWordedAsLambdasRuntimeWordsThem() async {
        let bench = TaskBench(
            python: """
                def handler(event, context):
                    return 1 + event["missing"]
                """)
        let result = await bench.call()
        #expect(
            result.payload?["stackTrace"] == [
                .string(
                    "  File \"\(bench.folder.path)/app.py\", line 2, in handler\n"
                        + "    return 1 + event[\"missing\"]\n")
            ])
    }

    @Test func givesTheSameAttemptTheSameRequestId() async {
        let bench = TaskBench(python: "def handler(e, context): return context.aws_request_id")
        let first = await bench.call(key: "run/1").value
        #expect(first == (await bench.call(key: "run/1")).value)
        #expect(first != (await bench.call(key: "run/2")).value)
    }

    @Test func keepsTheInterpreterWarm() async {
        let bench = TaskBench(
            python: """
                calls = 0
                def handler(event, context):
                    global calls
                    calls += 1
                    return calls
                """)
        let results = await bench.callMany(2000)
        #expect(results.compactMap { $0.value?.number?.int }.sorted() == Array(1...2000))
    }

    @Test func capturesWhatEachItemPrints() async {
        let bench = TaskBench(
            python: """
                import logging, os, subprocess, sys
                logging.getLogger().setLevel(logging.INFO)
                def handler(event, context):
                    print("plain", end="")
                    print("error", file=sys.stderr)
                    logging.info("logged")
                    subprocess.run(["echo", "child"])
                """)
        _ = await bench.call()
        let log = bench.log()
        #expect(log.hasPrefix("error\nplain[INFO]\t") || log.hasPrefix("plainerror\n[INFO]\t"))
        #expect(log.hasSuffix("\tlogged\nchild\n"))
    }

    @Test func passesAnEventOfManyMegabytes() async {
        let bench = TaskBench(python: "def handler(event, context): return [len(event), event]")
        let text = String(repeating: "0123456789abcde\n", count: 400_000)
        let result = await bench.call(.string(text))
        #expect(result.value?[0] == .int(text.utf8.count))
        #expect(result.value?[1]?.string == text)
    }

    @Test func aChildThatComesBackOutOfTheHandlerAnswersNothing() async {
        let bench = TaskBench(
            python: """
                import os
                def handler(event, context):
                    if event in (1, 3):
                        child = os.fork()
                        if child == 0:
                            print("child of", event)
                            if event == 3: raise ValueError("in the child")
                            return "from the child"
                        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                    return event
                """)
        let results = await bench.callMany(6)
        #expect(results.map { $0.value?.number?.int } == [0, 0, 2, 1, 4, 5])
        #expect(bench.log().contains("child of 1\nchild of 3\n[ERROR] ValueError: in the child\n"))
    }

    @Test func aChildThatComesBackOutOfTheModuleServesNothing() async {
        let bench = TaskBench(
            python: """
                import os
                child = os.fork()
                if child: os.waitpid(child, 0)
                def handler(event, context): return event
                """)
        #expect(await bench.callMany(3).compactMap { $0.value?.number?.int } == [0, 1, 2])
    }

    @Test func runsSeveralInstancesAtTheSameTime() async {
        // Each invocation waits for the other: with one instance this would never end.
        let bench = TaskBench(
            python: """
                import os
                def handler(event, context):
                    here, there = ("a", "b") if event == 0 else ("b", "a")
                    if event == 0:
                        w = open("a", "w"); r = open("b")
                    else:
                        r = open("a"); w = open("b", "w")
                    return os.getpid()
                """, concurrency: 2)
        bench.folder.makePipe("a")
        bench.folder.makePipe("b")
        let results = await bench.callMany(2)
        let pids = Set(results.compactMap { $0.value?.number?.int })
        #expect(pids.count == 2)
    }
}
