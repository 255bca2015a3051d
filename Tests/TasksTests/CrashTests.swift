import Dispatch
import Engine
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct CrashTests {
    static let ends: [(statement: String, message: String)] = [
        ("sys.exit(3)", "Runtime exited with error: exit status 3"),
        ("sys.exit(0)", "Runtime exited without providing a reason"),
        ("os._exit(7)", "Runtime exited with error: exit status 7"),
        ("os.kill(os.getpid(), 9)", "Runtime exited with error: signal: killed"),
        ("ctypes.string_at(0)", "Runtime exited with error: signal: segmentation fault"),
    ]

    @Test(arguments: ends)
    func failsOnlyTheItemThatRan(statement: String, message: String) async {
        let bench = TaskBench(
            python: """
                import ctypes, os, sys
                def handler(event, context):
                    with open("calls", "a") as calls:
                        calls.write(f"{event}\\n")
                    if event in (7, 300):
                        \(statement)
                    return event
                """)
        let results = await bench.callMany(400)
        for (index, result) in results.enumerated() {
            guard index == 7 || index == 300 else {
                #expect(result.value == .int(index))
                continue
            }
            let id = RequestId(key: "run/\(index)", attempt: 0).text
            #expect(result.fault?.error == "Runtime.ExitError")
            #expect(
                result.fault?.cause
                    == #"{"errorType":"Runtime.ExitError","errorMessage":"RequestId: "#
                    + "\(id) Error: \(message)\"}")
        }
        let calls = bench.folder.read("calls").split(separator: "\n").compactMap { Int($0) }
        #expect(calls.count == 400, "no item is done twice")
        #expect(Set(calls).count == 400)
    }

    @Test func endsTheWholeTreeOfAFunctionThatOverstays() async {
        let bench = TaskBench(
            python: """
                import subprocess
                def handler(event, context):
                    subprocess.run(["sh", "-c", "exec 9>held; sleep 1000 & wait"])
                """, timeout: 0.2)
        let held = HeldPipe("held", in: bench.folder)
        let result = await bench.call(key: "run/0")
        let id = RequestId(key: "run/0", attempt: 0).text
        #expect(result.fault?.error == "Sandbox.Timedout")
        #expect(
            result.payload?["errorMessage"]?.string
                == "RequestId: \(id) Error: Task timed out after 0.20 seconds")
        // The pipe ends when the last process that holds it does: the sleep too.
        #expect(await held.waitUntilReleased() == "")
    }

    @Test func killsAFunctionThatIgnoresTheFirstSignal() async {
        let folder = TestFolder([
            "app.py": """
            import signal
            signal.signal(signal.SIGTERM, lambda *ignored: None)
            def handler(event, context):
                held = open("held", "w")
                while True: signal.pause()
            """
        ])
        let held = HeldPipe("held", in: folder)
        var binding = FunctionBinding(
            name: "f", work: .python(handler: "app.handler", interpreter: "python3"),
            directory: folder.path, concurrency: 1)
        (binding.timeout, binding.grace) = (0.1, 0.1)
        let bench = TaskBench(folder, [binding])
        #expect(await bench.call().fault?.error == "Sandbox.Timedout")
        #expect(await held.waitUntilReleased() == "")
    }

    @Test func goesOnWithOthersAfterATimeout() async {
        let bench = TaskBench(
            python: """
                import threading
                def handler(event, context):
                    if event == 5: threading.Event().wait()
                    return event
                """, timeout: 0.3)
        let results = await bench.callMany(300)
        #expect(results[5].fault?.error == "Sandbox.Timedout")
        #expect(results.indices.filter { results[$0].value == .int($0) }.count == 299)
    }

    /// What was given up has been answered, though nobody has read that yet, and the next one runs.
    @Test func givingUpWhatIsAnsweredSparesTheNext() async {
        let files = TestFolder([
            "app.py": """
            def handler(event, context):
                with open("calls", "a") as calls: calls.write(f"{event}\\n")
                if event == 0:
                    open("begun", "w").close()
                    open("go").read()
                else:
                    open("next", "w").close()
                return event
            """
        ])
        for name in ["begun", "go", "next"] { files.makePipe(name) }
        var binding = FunctionBinding(
            name: "f", work: .python(handler: "app.handler", interpreter: "python3"),
            directory: files.path, concurrency: 1)
        binding.depth = 2
        let bench = TaskBench(files, [binding])
        let next = await withCheckedContinuation { continuation in
            let cancel = bench.router.start(bench.request(0, key: "run/0")) { _ in }
            _ = bench.router.start(bench.request(1, key: "run/1")) {
                continuation.resume(returning: $0.result)
            }
            _ = files.read("begun")
            // The loop gets both in one go: the answer comes while it waits for the next to begin.
            let gate = DispatchSemaphore(value: 0)
            ProcessHost.shared.loop.submit { gate.wait() }
            ProcessHost.shared.loop.submit {
                files.write("go", "")
                _ = files.read("next")
            }
            cancel?()
            gate.signal()
        }
        #expect(next.value == 1, "\(next)")
        #expect(files.read("calls") == "0\n1\n")
    }

    @Test func cancellingEndsTheFunction() async {
        let bench = TaskBench(
            python: """
                import threading
                def handler(event, context):
                    held = open("held", "w")
                    held.write("running"); held.flush()
                    threading.Event().wait()
                """, timeout: 900)
        let held = HeldPipe("held", in: bench.folder)
        let outcome = AsyncStream<Result<Value, StateFault>>.makeStream()
        let cancel = bench.router.start(bench.request([:])) {
            outcome.continuation.yield($0.result)
        }
        await held.waitUntilReadable()
        cancel?()
        cancel?()
        let result = await outcome.stream.first { _ in true }
        #expect(result?.fault == .cancelled)
        #expect(await held.waitUntilReleased() == "running")
    }

    @Test func aFailedStartIsTriedAgainByTheNextItem() async {
        let bench = TaskBench(
            python: """
                import os
                if not os.path.exists("second"):
                    open("second", "w").close()
                    raise RuntimeError("not yet")
                def handler(event, context): return "up"
                """)
        #expect(await bench.call(key: "1").fault?.error == "RuntimeError")
        #expect(await bench.call(key: "2").value == "up")
    }

    @Test func aMissingInterpreterIsTheItemsError() async {
        let bench = TaskBench(.python(handler: "app.handler", interpreter: "python-of-old"))
        let results = await bench.callMany(3)
        for result in results {
            #expect(result.fault?.error == "Runtime.InvalidEntrypoint")
            #expect(result.fault?.cause?.contains("'python-of-old'") == true)
        }
    }
}
