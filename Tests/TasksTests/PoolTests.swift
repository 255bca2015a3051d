import Engine
import JSON
import StatesLanguage
import Testing

@testable import Tasks

/// Functions that share their processes.
@Suite struct PoolTests {
    private static let code = """
        import os
        count = 0

        def tell(event, context):
            global count
            count += 1
            return [
                context.function_name, context.invoked_function_arn, context.log_group_name,
                context.log_stream_name, os.environ["AWS_LAMBDA_FUNCTION_NAME"], os.getpid(), count,
            ]

        def fail(event, context):
            raise ValueError(context.function_name)

        def end(event, context):
            os._exit(3)
        """

    /// Functions by name, each with its handler in the module.
    private func bench(
        _ handlers: [(name: String, handler: String)], depth: Int? = nil
    ) -> TaskBench {
        let folder = TestFolder(["app.py": Self.code, "broken.py": "raise ValueError('no')"])
        return TaskBench(
            folder,
            handlers.map { name, handler in
                var binding = FunctionBinding(
                    name: name, work: .python(handler: handler, interpreter: "python3"),
                    directory: folder.path, concurrency: 1)
                binding.pool = "shop"
                binding.depth = depth
                return binding
            })
    }

    private func arn(_ name: String) -> String { "arn:aws:lambda:eu-west-3:1:function:\(name)" }

    @Test func eachIsItselfInTheSameProcess() async throws {
        let bench = bench([("second", "app.tell"), ("first", "app.tell")])
        var processes = Set<Int?>()
        for (count, name) in ["first", "second", "first"].enumerated() {
            let told = try #require(await bench.call(resource: arn(name)).value?.array).elements
            #expect(
                told.prefix(5) == [
                    .string(name), .string(arn(name)), .string("/aws/lambda/\(name)"),
                    .string("[$LATEST]\(name)"), "shop",
                ])
            #expect(told.last == .int(count + 1))
            processes.insert(told[5].number?.int)
        }
        #expect(processes.count == 1)
        let payload = await bench.call(
            ["FunctionName": "second"], resource: "arn:aws:states:::lambda:invoke")
        #expect(payload.value?["Payload"]?.array?.elements.first == "second")
    }

    @Test func theErrorOfOneIsNotThatOfAnother() async {
        let bench = bench([
            ("tell", "app.tell"), ("fail", "app.fail"), ("missing", "app.nothing"),
            ("end", "app.end"),
        ])
        #expect(await bench.call(resource: arn("fail")).fault?.error == "ValueError")
        #expect(
            await bench.call(resource: arn("missing")).fault?.error == "Runtime.HandlerNotFound")
        #expect(await bench.call(resource: arn("end")).fault?.error == "Runtime.ExitError")
        #expect(await bench.call(resource: arn("tell")).value?.array?.elements.last == 1)
    }

    /// The process ends, as a fresh one may be able to import it; what was sent to it goes there.
    @Test func whatFailsAtItsImportTakesNoOtherCallsAlong() async {
        let bench = bench([("tell", "app.tell"), ("broken", "broken.handler")], depth: 4)
        async let broken = bench.call(key: "0", resource: arn("broken"))
        async let told = withTaskGroup(of: Bool.self) { group in
            for key in 1..<40 {
                group.addTask {
                    await bench.call(key: "\(key)", resource: self.arn("tell")).value != nil
                }
            }
            return await group.allSatisfy { $0 }
        }
        #expect(await broken.fault?.error == "ValueError")
        #expect(await told)
    }

    @Test func whatCannotBeImportedFailsItsOwnCallsOnly() async {
        let bench = bench([("tell", "app.tell"), ("gone", "nowhere.handler")])
        #expect(
            await bench.call(resource: arn("gone")).fault?.error == "Runtime.ImportModuleError")
        #expect(await bench.call(resource: arn("tell")).value != nil)
    }
}
