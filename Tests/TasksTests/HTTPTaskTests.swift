import Engine
import JSON
import Scheduling
import StatesLanguage
import Synchronization
import Testing

@testable import Tasks

/// HTTP tasks against a real server on the loopback interface.
@Suite(.serialized) struct HTTPTaskTests {
    private static let server = HTTPServer()
    private var server: HTTPServer { Self.server }

    private func service(
        _ bindings: Bindings = Bindings(), environment: [String: String] = [:]
    ) -> HTTPService {
        HTTPService(
            bindings: bindings, scheduler: DispatchScheduler(workerCount: 1),
            environment: environment)
    }

    private func request(_ parameters: Value, key: String = "run:0") -> TaskRequest {
        TaskRequest(
            resource: "arn:aws:states:::http:invoke", input: parameters, state: "Call",
            execution: ExecutionIdentity(arn: "arn:execution", name: "run", run: "r"), visit: key)
    }

    private func call(
        _ path: String, _ parameters: Value = [:], method: String = "GET",
        service: HTTPService? = nil
    ) async -> Result<Value, StateFault> {
        var object = parameters.object ?? ObjectValue()
        object["ApiEndpoint"] = .string(path.hasPrefix("/") ? server.url + path : path)
        object["Method"] = .string(method)
        let request = request(.object(object))
        return await (service ?? self.service()).result(of: request)
    }

    @Test func theResultHasAWSsShape() async {
        let value = await call("/echo").value
        #expect(
            value?.object?.keys == ["Headers", "ResponseBody", "StatusCode", "StatusText"])
        #expect(value?["StatusCode"] == 200)
        #expect(value?["StatusText"] == "OK")
        #expect(value?["Headers"]?["Content-Type"] == ["application/json"])
        #expect(value?["Headers"]?["X-A"] == ["1", "2"])
        let seen = value?["ResponseBody"]
        #expect(seen?["method"] == "GET")
        #expect(seen?["headers"]?["user-agent"] == "Amazon|StepFunctions|HttpInvoke|us-east-1")
        #expect(seen?["headers"]?["range"] == "bytes=0-262144")
        #expect(seen?["headers"]?["content-type"] == nil)
        #expect(seen?["body"] == "")
    }

    @Test func whatIsAskedForIsSent() async {
        let value = await call(
            "/echo?a=0",
            [
                "Headers": ["X-One": "1", "X-List": ["a", "b"], "X-Empty": ""],
                "QueryParameters": ["b c": "d&e", "n": 5, "l": ["x", "y"], "ü": true],
                "RequestBody": ["naïve": [1, 2.5]],
            ], method: "POST"
        ).value?["ResponseBody"]
        #expect(value?["path"] == "/echo?a=0&b%20c=d%26e&n=5&l=x&l=y&%C3%BC=true")
        #expect(value?["body"] == #"{"naïve":[1,2.5]}"#)
        #expect(value?["headers"]?["content-type"] == "application/json; charset=UTF-8")
        #expect(value?["headers"]?["x-one"] == "1")
        #expect(value?["headers"]?["x-list"] == "a,b")
        #expect(value?["headers"]?["x-empty"] == "")
        #expect(value?["headers"]?["expect"] == nil)
    }

    @Test(arguments: HTTPCall.methods)
    func everyMethodIsSent(method: String) async {
        let result = await call("/echo", method: method)
        #expect(result.value?["StatusCode"] == 200, "\(result)")
        let body = result.value?["ResponseBody"]
        #expect(method == "HEAD" ? body == "" : body?["method"] == .string(method))
    }

    static let forms: [(String?, String)] = [
        (nil, "a=1&b%5Bc%5D=x%20y&l%5B0%5D=1&l%5B1%5D=2"),
        ("INDICES", "a=1&b%5Bc%5D=x%20y&l%5B0%5D=1&l%5B1%5D=2"),
        ("REPEAT", "a=1&b%5Bc%5D=x%20y&l=1&l=2"), ("COMMAS", "a=1&b%5Bc%5D=x%20y&l=1%2C2"),
        ("BRACKETS", "a=1&b%5Bc%5D=x%20y&l%5B%5D=1&l%5B%5D=2"),
    ]

    @Test(arguments: forms)
    func formsAreEncoded(format: String?, text: String) async {
        var transform: Value = ["RequestBodyEncoding": "URL_ENCODED"]
        if let format, case .object(var object) = transform {
            object["RequestEncodingOptions"] = ["ArrayFormat": .string(format)]
            transform = .object(object)
        }
        let value = await call(
            "/echo",
            [
                "Headers": ["Content-Type": "application/x-www-form-urlencoded"],
                "RequestBody": ["a": 1, "b": ["c": "x y"], "l": [1, 2]], "Transform": transform,
            ], method: "POST"
        ).value
        #expect(value?["ResponseBody"]?["body"] == .string(text))
    }

    @Test(
        arguments: [
            ("GET", nil), ("POST", "application/json; charset=UTF-8"),
            ("PATCH", "application/json; charset=UTF-8"),
        ] as [(String, Value?)])
    func withoutABodyNothingIsSentAsAForm(method: String, type: Value?) async {
        let value = await call("/echo", [:], method: method).value
        #expect(value?["ResponseBody"]?["headers"]?["content-type"] == type)
    }

    static let bodies: [(String, Value)] = [
        ("type=application/json&text=%7B%22a%22:1.0%7D", ["a": 1.0]),
        ("type=application/problem%2Bjson;charset=utf-8&text=[1]", [1]),
        ("text=[1]", [1]), ("text=plain", "plain"), ("type=text/plain&text=[1]", "[1]"),
        ("type=application/json&text=%7B", "{"), ("type=application/json", ""),
        ("status=204", ""), ("status=206&text=part", "part"),
    ]

    @Test(arguments: bodies)
    func jsonIsReadWhereTheServerSaysSo(query: String, body: Value) async {
        #expect(await call("/?\(query)").value?["ResponseBody"] == body)
    }

    static let failures: [(String, String, String)] = [
        ("status=404&text=gone", "States.Http.StatusCode.404", "gone"),
        ("status=500&text=", "States.Http.StatusCode.500", ""),
        ("status=302&text=moved", "States.Http.StatusCode.302", "moved"),
        ("type=image/png&text=x", "States.Runtime", "image/png"),
        ("type=application/octet-stream&text=x", "States.Runtime", "application/octet-stream"),
        ("bytes=c328", "States.Runtime", "not text"),
    ]

    @Test(arguments: failures)
    func failuresHaveAWSsNames(query: String, error: String, cause: String) async {
        let fault = await call("/?\(query)").fault
        #expect(fault?.error == error)
        let told = fault?.cause ?? "none"
        #expect(cause.isEmpty ? told.isEmpty : told.contains(cause), "\(told)")
    }

    static let wrong: [(Value, String)] = [
        (["Method": "GET"], "ApiEndpoint"), (["ApiEndpoint": "ftp://a/b", "Method": "GET"], "ftp"),
        (["ApiEndpoint": "https://", "Method": "GET"], "https://"),
        (["ApiEndpoint": "https://a"], "Method"),
        (["ApiEndpoint": "https://a", "Method": "TRACE"], "Method"),
        (["ApiEndpoint": "https://a", "Method": "GET", "Headers": ["Host": "b"]], "Host"),
        (["ApiEndpoint": "https://a", "Method": "GET", "Headers": ["x-amz-a": "b"]], "x-amz-a"),
        (
            ["ApiEndpoint": "https://a", "Method": "PUT", "Headers": ["Content-Length": "3"]],
            "Content-Length"
        ),
        (["ApiEndpoint": "https://a", "Method": "GET", "Headers": ["A": "b\r\nC: d"]], "control"),
        (["ApiEndpoint": "https://a", "Method": "GET", "Headers": ["A b": "c"]], "A b"),
        (["ApiEndpoint": "https://a", "Method": "GET", "QueryParameters": ["q": [:]]], "'q'"),
        (
            [
                "ApiEndpoint": "https://a", "Method": "POST", "RequestBody": ["a": 1],
                "Transform": ["RequestBodyEncoding": "URL_ENCODED"],
            ], "Content-Type"
        ),
    ]

    @Test(arguments: wrong)
    func whatCannotBeSentIsARuntimeError(parameters: Value, word: String) async {
        let fault = await service().result(of: request(parameters)).fault
        #expect(fault?.error == "States.Runtime")
        #expect(fault?.cause?.contains(word) ?? false, "\(fault?.cause ?? "")")
    }

    @Test func aServerThatIsNotThereIsASocketError() async {
        // Port 0 cannot be connected to.
        let fault = await call("http://127.0.0.1:0/?secret=1").fault
        #expect(fault?.error == "States.Http.Socket")
        #expect(fault?.cause?.hasPrefix("GET http://127.0.0.1:0/: ") ?? false)
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() async {
        var bindings = Bindings()
        bindings.endpoints["https://slow.example"] = EndpointBinding(url: server.url)
        bindings.endpoints["https://slow.example"]?.settings.timeout = 0.05
        let fault = await call("https://slow.example/never", service: service(bindings)).fault
        #expect(fault?.error == "States.Http.Socket")
        #expect(fault?.cause?.contains("within 0.05 s") ?? false, "\(fault?.cause ?? "")")
    }

    @Test func aCallCanBeCancelled() async {
        let own = HTTPServer()
        let ended = Mutex<(@Sendable (Result<Value, StateFault>) -> Void)?>(nil)
        let cancel = service().start(
            request(["ApiEndpoint": .string(own.url + "/never"), "Method": "GET"])
        ) { outcome in ended.withLock { $0 }?(outcome.result) }
        await own.waitUntilAsked()
        let fault = await withCheckedContinuation { continuation in
            ended.withLock { $0 = { continuation.resume(returning: $0) } }
            cancel?()
            cancel?()
        }.fault
        #expect(fault?.error == "Task.Cancelled")
    }

    @Test func connectionsAddWhatTheEnvironmentKeeps() async throws {
        let bindings = try Bindings.maprun(
            """
            endpoints:
              https://api.example/v1: \(server.url)
            connections:
              Shop:
                apiKey: {name: X-Key, value: "${SHOP_KEY}"}
                headers: {X-One: "of ${SHOP_TENANT}"}
                query: {tenant: "${SHOP_TENANT}"}
                body: {by: maprun, deep: {a: [1, "${SHOP_KEY}"]}}
              Door:
                basic: {user: me, password: "${DOOR}"}
              Lost:
                headers: {X-A: "${NOT_SET}"}
            """, file: "maprun.yaml", folder: "/tmp")
        let service = service(
            bindings, environment: ["SHOP_KEY": "s3cret", "SHOP_TENANT": "t 1", "DOOR": "p:w"])
        let arn = "arn:aws:events:us-east-2:123456789012:connection/Shop/81210c42"
        let shop = await call(
            "https://api.example/v1/echo",
            [
                "Authentication": ["ConnectionArn": .string(arn)], "Headers": ["x-one": "own"],
                "RequestBody": ["a": 1, "by": "me"],
            ], method: "POST", service: service
        ).value?["ResponseBody"]
        #expect(shop?["path"] == "/echo?tenant=t%201")
        #expect(shop?["headers"]?["x-key"] == "s3cret")
        #expect(shop?["headers"]?["x-one"] == "of t 1")
        #expect(shop?["body"] == #"{"a":1,"by":"maprun","deep":{"a":[1,"s3cret"]}}"#)
        let door = await call(
            "/echo", ["InvocationConfig": ["ConnectionArn": "Door"]], service: service
        ).value?["ResponseBody"]
        #expect(door?["headers"]?["authorization"] == "Basic bWU6cDp3")
        let text = await call(
            "/echo", ["Authentication": ["ConnectionArn": .string(arn)], "RequestBody": "text"],
            method: "POST", service: service
        ).fault
        #expect(text?.error == "States.Runtime")
        for (name, error) in [("Lost", "InvalidConnectionState"), ("Nobody", "ResourceNotFound")] {
            let fault = await call(
                "/echo", ["Authentication": ["ConnectionArn": .string(name)]], service: service
            ).fault
            #expect(fault?.error == "Events.ConnectionResource.\(error)")
        }
        #expect(
            bindings.check(connections: ["Lost", "Door", "Nobody"], environment: ["DOOR": ""])
                .map(\.message) == [
                    "connection 'Lost': the environment variable 'NOT_SET' must be set",
                    "connection 'Nobody' is bound to nothing; add it under 'connections' in "
                        + "maprun.yaml",
                ])
    }

    @Test func theLongestEndpointCounts() throws {
        let bindings = try Bindings.maprun(
            """
            endpoints:
              https://a.example: http://one
              https://a.example/v2/: {url: "http://two/", rate: 5/s, connections: 3}
              https://b.example: {timeout: 5, retryAfter: ignore, idempotencyHeader: none}
            """, file: "maprun.yaml", folder: "/tmp")
        #expect(bindings.endpoint("https://a.example/x?y").url == "http://one/x?y")
        #expect(bindings.endpoint("https://a.example?y").url == "http://one?y")
        #expect(bindings.endpoint("https://a.example/v2/z").url == "http://two/z")
        #expect(bindings.endpoint("https://a.examples/x").url == "https://a.examples/x")
        let settings = bindings.endpoint("https://b.example/x").settings
        #expect(settings.timeout == 5)
        #expect(!settings.obeysRetryAfter)
        #expect(settings.idempotencyHeader == nil)
        #expect(bindings.endpoint("https://a.example/v2/z").settings.rate == Rate(5, per: .second))
    }

    @Test func wrongEntriesAreToldWithTheirPlaces() {
        let error = #expect(throws: BindingsError.self) {
            try Bindings.maprun(
                """
                endpoints:
                  api.example: http://one
                  https://b: {rate: fast, retryAfter: never, uri: x}
                connections:
                  C: {basic: {user: me}, apikey: 1}
                """, file: "maprun.yaml", folder: "/tmp")
        }
        let text = error?.description ?? ""
        for part in [
            "2:16: endpoint 'api.example' must begin with https://",
            "'rate' of endpoint 'https://b' must be such as 50/s",
            "'retryAfter' of endpoint 'https://b' is 'obey' or 'ignore', not 'never'",
            "unknown key 'uri' of endpoint 'https://b'",
            "'basic' of connection 'C' needs 'password'",
            "unknown key 'apikey' of connection 'C'",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }

    static let dates: [(String, Int?)] = [
        ("0", 1_000), ("120", 121_000), ("1.5", 2_500), ("-1", nil), ("soon", nil),
        ("Thu, 01 Jan 1970 00:01:00 GMT", 60_000),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000 > 2_592_001_000 ? 2_592_001_000 : 0),
        ("Thu, 32 Jan 1970 00:01:00 GMT", nil), ("Thu, 01 Jan 1970 00:01 GMT", nil),
        ("99999999999", 2_592_001_000),
    ]

    @Test(arguments: dates)
    func retryAfterIsSecondsOrADate(text: String, time: Int?) {
        #expect(RetryAfter.time(text, now: 1000) == time)
    }

    @Test(arguments: [429, 503])
    func aBusyServersWishIsInTheFaultAndAtTheGate(status: Int) async {
        let service = service()
        let fault = await call(
            "/busy?key=a\(status)&status=\(status)&after=3600", service: service
        ).fault
        #expect(fault?.error == "States.Http.StatusCode.\(status)")
        let time = fault?.retryAfter ?? 0
        #expect(abs(time - DispatchScheduler(workerCount: 1).now - 3_600_000) < 60_000)
        let request = request(["ApiEndpoint": .string(server.url + "/echo"), "Method": "GET"])
        let ticket = service.gate(for: request)?.ask {}
        #expect(ticket?.isGranted == false)
        let other = self.request(["ApiEndpoint": "http://127.0.0.1:1/", "Method": "GET"])
        #expect(service.gate(for: other)?.ask {}.isGranted == true)
    }

    @Test func theWishCanBeIgnored() async {
        var bindings = Bindings()
        bindings.endpoints[server.url] = EndpointBinding()
        bindings.endpoints[server.url]?.settings.obeysRetryAfter = false
        let service = service(bindings)
        let fault = await call("/busy?key=i&status=429&after=3600", service: service).fault
        #expect(fault?.error == "States.Http.StatusCode.429")
        #expect(fault?.retryAfter == nil)
        let request = request(["ApiEndpoint": .string(server.url + "/echo"), "Method": "GET"])
        #expect(service.gate(for: request)?.ask {}.isGranted == true)
    }

    @Test func manyCallsShareOneThread() async {
        let service = service()
        let results = await withTaskGroup(of: Value?.self) { group in
            for _ in 0..<300 { group.addTask { await call("/echo", service: service).value } }
            return await group.reduce(into: 0) { $0 += $1?["StatusCode"] == 200 ? 1 : 0 }
        }
        #expect(results == 300)
    }
}
