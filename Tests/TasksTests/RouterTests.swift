import Engine
import JSON
import StatesLanguage
import Testing

@testable import Tasks

@Suite struct RouterTests {
    private let invoke = LambdaInvoke.resource

    private func bench() -> TaskBench {
        TaskBench(
            python: """
                def handler(event, context):
                    if event == "fail": raise ValueError("bad")
                    return {"event": event, "arn": context.invoked_function_arn[-7:],
                            "client": context.client_context.custom.get("k")}
                """)
    }

    @Test func invokeWrapsTheAnswerInItsEnvelope() async {
        let parameters: Value = ["FunctionName": "f", "Payload": ["a": 1]]
        let value = await bench().call(parameters, resource: invoke).value
        #expect(
            value?.object?.keys == [
                "ExecutedVersion", "Payload", "SdkHttpMetadata", "SdkResponseMetadata",
                "StatusCode",
            ])
        #expect(value?["ExecutedVersion"] == "$LATEST")
        #expect(value?["Payload"]?["event"] == ["a": 1])
        #expect(value?["SdkHttpMetadata"]?["HttpStatusCode"] == 200)
        #expect(
            value?["SdkHttpMetadata"]?["AllHttpHeaders"]?["Content-Type"] == ["application/json"])
        #expect(value?["StatusCode"] == 200)
    }

    @Test func aMissingPayloadIsAnEmptyObject() async {
        for parameters: Value in [["FunctionName": "f"], ["FunctionName": "f", "Payload": nil]] {
            let value = await bench().call(parameters, resource: invoke).value
            #expect(value?["Payload"]?["event"] == [:])
        }
    }

    static let names = [
        "f", "f:alias01", "123456789012:function:f",
        "arn:aws:lambda:us-east-1:123456789012:function:f:alias01",
    ]

    @Test(arguments: names)
    func takesEveryFormOfTheName(name: String) async {
        let value = await bench().call(["FunctionName": .string(name)], resource: invoke).value
        #expect(value?["Payload"]?["arn"] == (name.hasSuffix("alias01") ? "alias01" : "ction:f"))
    }

    @Test func aQualifierAndAClientContextReachTheFunction() async {
        let parameters: Value = [
            "FunctionName": "f", "Qualifier": "alias01",
            // {"custom":{"k":"v"}}
            "ClientContext": "eyJjdXN0b20iOnsiayI6InYifX0=",
        ]
        let value = await bench().call(parameters, resource: invoke).value
        #expect(value?["Payload"]?["arn"] == "alias01")
        #expect(value?["Payload"]?["client"] == "v")
    }

    @Test func anEventIsNotWaitedForAndADryRunRunsNothing() async {
        let bench = bench()
        for (type, status): (Value, Value) in [("Event", 202), ("DryRun", 204)] {
            let value = await bench.call(
                ["FunctionName": "f", "InvocationType": type, "Payload": "fail"], resource: invoke
            ).value
            #expect(value?["StatusCode"] == status)
            #expect(value?["Payload"] == "")
        }
    }

    private func tail(_ bench: TaskBench, _ payload: Value, _ key: String = "run/0") async
        -> String?
    {
        let parameters: Value = ["FunctionName": "f", "LogType": "Tail", "Payload": payload]
        let value = await bench.call(parameters, key: key, resource: invoke).value
        #expect(value?.object?.keys.prefix(2) == ["ExecutedVersion", "LogResult"])
        guard let bytes = value?["LogResult"]?.text?.withUTF8(Base64.decode) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func theEndOfTheLogComesBackWhereItIsAskedFor() async {
        let bench = TaskBench(
            python: """
                import os, sys
                def handler(event, context):
                    print("x" * event, "out")
                    print("error", file=sys.stderr)
                """)
        #expect(await tail(bench, 1) == "x out\nerror\n")
        #expect(await tail(bench, 0, "run/1") == " out\nerror\n")
        let long = await tail(bench, 100_000, "run/2")
        #expect(long?.utf8.count == 4096)
        #expect(long?.hasPrefix("xxx") == true)
        #expect(long?.hasSuffix("x out\nerror\n") == true)
        let silent = await bench.call(["FunctionName": "f", "Payload": 1], resource: invoke).value
        #expect(silent?["LogResult"] == nil)
    }

    @Test(arguments: [
        FunctionBinding.Work.command(["sh", "-c", "echo said >&2; cat"]),
        .lines(
            ["sh", "-c", "while read -r line; do echo said >&2; echo \"$line\"; done"], depth: 1),
    ])
    func commandsLogToo(_ work: FunctionBinding.Work) async {
        #expect(await tail(TaskBench(work), 1) == "said\n")
    }

    static let wrong: [(Value, String)] = [
        (
            ["FunctionName": "f", "InvocationType": "Later"],
            "Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy "
                + "enum value set: [Event, RequestResponse, DryRun]"
        ),
        (
            ["FunctionName": "f", "LogType": "Head"],
            "Value 'Head' at 'logType' failed to satisfy constraint: Member must satisfy enum "
                + "value set: [None, Tail]"
        ),
        (
            ["FunctionName": "a:b:c"],
            "Value 'a:b:c' at 'functionName' failed to satisfy constraint: Member must satisfy "
                + "regular expression pattern: \(LambdaInvoke.namePattern)"
        ),
    ]

    @Test(arguments: wrong)
    func whatLambdaWouldNotTakeIsAFailureOfTheTask(_ parameters: Value, _ says: String) async {
        let fault = await bench().call(parameters, resource: invoke).fault
        let id = RequestId(key: "run/0", attempt: 0).text
        #expect(fault?.error == "Lambda.AWSLambdaException")
        #expect(
            fault?.cause
                == "1 validation error detected: \(says) (Service: AWSLambda; Status Code: "
                + "400; Error Code: ValidationException; Request ID: \(id); Proxy: null)")
    }

    @Test func aFailureIsTheFunctionsOwnInBothForms() async {
        let bench = bench()
        let direct = await bench.call("fail").fault
        let wrapped = await bench.call(
            ["FunctionName": "f", "Payload": "fail"], resource: invoke
        ).fault
        #expect(direct?.error == "ValueError")
        #expect(direct == wrapped)
    }

    @Test func anUnknownFunctionIsNotFoundAsOnAWS() async {
        let bench = bench()
        let resource = "arn:aws:lambda:us-east-1:111111111111:function:absent"
        let id = RequestId(key: "run/0", attempt: 0).text
        let expected = StateFault(
            error: "Lambda.ResourceNotFoundException",
            cause: "Function not found: \(resource):$LATEST (Service: AWSLambda; Status Code: 404; "
                + "Error Code: ResourceNotFoundException; Request ID: \(id); Proxy: null)")
        #expect(await bench.call(resource: resource).fault == expected)
        #expect(
            await bench.call(["FunctionName": .string(resource)], resource: invoke).fault
                == expected)
    }

    @Test func anythingElseSaysWhatToBind() async {
        let resource = "arn:aws:states:::sqs:sendMessage"
        let fault = await bench().call(resource: resource).fault
        #expect(fault?.cause?.contains("'\(resource)'") == true)
        #expect(fault?.cause?.contains("maprun.yaml") == true)
    }

    @Test func aServiceAnswersForItsResources() async {
        struct Echo: TaskService {
            func serves(_ resource: String) -> Bool { resource.hasSuffix("sendMessage") }
            func start(
                _ request: TaskRequest, completion: @escaping TaskCompletion
            ) -> TaskCancellation? {
                completion(.success(request.input))
                return nil
            }
        }
        let router = TaskRouter(bindings: Bindings(), services: [Echo()])
        let request = bench().request(["m": 1], resource: "arn:aws:states:::sqs:sendMessage")
        #expect(await router.result(of: request).value == ["m": 1])
    }

    @Test func anAliasMayHaveABindingOfItsOwn() async {
        let folder = TestFolder()
        var bindings = Bindings()
        for (name, word) in [("f", "plain"), ("f:live", "alias")] {
            bindings.functions[name] = FunctionBinding(
                name: "f", work: .command(["sh", "-c", "echo '\"\(word)\"'"]),
                directory: folder.path, concurrency: 1)
        }
        let bench = TaskBench(folder, bindings)
        #expect(
            await bench.call(["FunctionName": "f"], resource: invoke).value?["Payload"] == "plain")
        #expect(
            await bench.call(["FunctionName": "f:live"], resource: invoke).value?["Payload"]
                == "alias")
    }
}
