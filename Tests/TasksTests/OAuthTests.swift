import Engine
import JSON
import Scheduling
import StatesLanguage
import Testing

@testable import Tasks

/// HTTP tasks with connections that get tokens, against a real server.
@Suite(.serialized) struct OAuthTests {
    private let server = HTTPServer()

    private func service(_ oauth: String) throws -> HTTPService {
        let text = """
            endpoints: {"https://auth.example": "\(server.url)"}
            connections: {Shop: {oauth: {\(oauth)}}}
            """
        return HTTPService(
            bindings: try Bindings.maprun(text, file: "maprun.yaml", folder: "/tmp"),
            scheduler: DispatchScheduler(workerCount: 1),
            environment: ["SECRET": "s&cret"])
    }

    private static func oauth(_ query: String = "", _ more: String = "") -> String {
        #"endpoint: "https://auth.example/token\#(query)", clientId: me, clientSecret: "${SECRET}""#
            + more
    }

    private func call(_ service: HTTPService, _ path: String) async -> Result<Value, StateFault> {
        let request = TaskRequest(
            resource: "arn:aws:states:::http:invoke",
            input: [
                "ApiEndpoint": .string(server.url + path), "Method": "GET",
                "Authentication": [
                    "ConnectionArn": "arn:aws:events:us-east-1:1:connection/Shop/8c42"
                ],
            ], state: "Call",
            execution: ExecutionIdentity(arn: "arn:execution", name: "run", run: "r"),
            visit: "run:0")
        return await service.result(of: request)
    }

    /// The requests for tokens since the last time.
    private func tokens() async throws -> [Value] {
        let plain = HTTPService(
            bindings: Bindings(), scheduler: DispatchScheduler(workerCount: 1), environment: [:])
        let request = TaskRequest(
            resource: "arn:aws:states:::http:invoke",
            input: ["ApiEndpoint": .string(server.url + "/tokens"), "Method": "GET"],
            state: "Call",
            execution: ExecutionIdentity(arn: "arn:execution", name: "run", run: "r"),
            visit: "run:0")
        let result = await plain.result(of: request)
        return try #require(result.value?["ResponseBody"]?.array?.elements)
    }

    private static func body(_ result: Result<Value, StateFault>) -> Value? {
        result.value?["ResponseBody"]
    }

    @Test func oneTokenServesAllCallsUntilItExpires() async throws {
        let service = try service(Self.oauth("?in=3600"))
        let answers = await withTaskGroup(of: Value?.self) { group in
            for _ in 0..<50 { group.addTask { Self.body(await call(service, "/guarded")) } }
            return await group.reduce(into: Set<String>()) { $0.insert($1?.string ?? "") }
        }
        #expect(answers == ["Bearer t1"])
        let asked = try await tokens()
        #expect(asked.count == 1)
        #expect(asked.first?["method"] == "POST")
        #expect(
            asked.first?["body"]
                == "grant_type=client_credentials&client_id=me&client_secret=s%26cret")
        let headers = asked.first?["headers"]
        #expect(headers?["content-type"] == "application/x-www-form-urlencoded")
        #expect(headers?["accept"] == "application/json")
        #expect(headers?["range"] == nil)
    }

    @Test func aTokenIsKeptUntilShortlyBeforeItsEnd() {
        func renewal(_ answer: Value) -> Int? { OAuthTokens.Token(answer, now: 1000)?.renewal }
        #expect(renewal(["access_token": "a", "expires_in": 3600]) == 3_541_000)
        #expect(renewal(["access_token": "a", "expires_in": "10"]) == 10_000)
        #expect(renewal(["access_token": "a"]) == nil)
        #expect(OAuthTokens.Token(["access_token": ""], now: 0) == nil)
        #expect(
            OAuthTokens.Token(["access_token": "a", "token_type": "MAC"], now: 0)?.header == "MAC a"
        )
        let tokens = OAuthTokens()
        var fetched = 0
        var headers: [String] = []
        func take(at time: Int) {
            tokens.take(of: "c", now: time, fetch: { fetched += 1 }) {
                headers.append((try? $0.get()) ?? "")
            }
        }
        take(at: 0)
        take(at: 0)
        #expect(fetched == 1 && headers.isEmpty)
        tokens.give(.success(.init(header: "one", renewal: 100)), of: "c")
        take(at: 99)
        #expect(fetched == 1 && headers == ["one", "one", "one"])
        take(at: 100)
        #expect(fetched == 2)
        tokens.give(.success(.init(header: "two", renewal: nil)), of: "c")
        tokens.forget("one", of: "c")
        take(at: 1_000_000)
        #expect(fetched == 2 && headers.last == "two")
    }

    @Test(arguments: [401, 407])
    func aTokenThatIsRefusedIsRenewedOnce(status: Int) async throws {
        let service = try service(Self.oauth())
        #expect(Self.body(await call(service, "/guarded")) == "Bearer t1")
        let renewed = await call(service, "/guarded?token=Bearer%20t2&refuse=\(status)")
        #expect(Self.body(renewed) == "Bearer t2")
        let refused = await call(service, "/guarded?token=none&refuse=\(status)").fault
        #expect(refused?.error == "States.Http.StatusCode.\(status)")
        #expect(try await tokens().count == 3)
    }

    @Test func theConnectionSaysHowATokenIsAskedFor() async throws {
        let json = try service(
            Self.oauth(
                "",
                #", headers: {Content-Type: application/json}, query: {a: "1"}, "#
                    + #"body: {grant_type: password, scope: all}, method: PUT"#))
        #expect(Self.body(await call(json, "/guarded")) == "Bearer t1")
        let put = try await tokens().first
        #expect(put?["method"] == "PUT")
        #expect(put?["path"] == "/token?a=1")
        #expect(
            try Value.parse(put?["body"]?.string ?? "") == [
                "grant_type": "password", "client_id": "me", "client_secret": "s&cret",
                "scope": "all",
            ])
        let query = try service(Self.oauth("", ", method: GET"))
        #expect(Self.body(await call(query, "/guarded")) == "Bearer t1")
        #expect(
            try await tokens().first?["path"]
                == "/token?grant_type=client_credentials&client_id=me&client_secret=s%26cret")
    }

    static let troubles: [(String, String, String)] = [
        ("?status=401", "InvalidConnectionState", #"answered 401: {"error":"invalid_client"}"#),
        ("?status=503", "InternalError", "answered 503"),
        ("?none=x", "InvalidConnectionState", "answered without an access_token"),
    ]

    @Test(arguments: troubles)
    func aConnectionWithoutATokenIsToldAsAWSNamesIt(
        query: String, error: String, text: String
    ) async throws {
        let fault = await call(try service(Self.oauth(query)), "/guarded").fault
        #expect(fault?.error == "Events.ConnectionResource." + error)
        #expect(
            fault?.cause?.hasPrefix("connection 'Shop': POST \(server.url)/token answered") == true)
        #expect(fault?.cause?.contains(text) == true, "\(fault?.cause ?? "")")
        #expect(fault?.cause?.contains("cret") == false)
    }

    @Test func anEndpointThatIsNotThereIsAnInternalError() async throws {
        let gone = try service(#"endpoint: "http://127.0.0.1:0/", clientId: a, clientSecret: b"#)
        let fault = await call(gone, "/guarded").fault
        #expect(fault?.error == "Events.ConnectionResource.InternalError")
    }

    @Test func wrongEntriesAreTold() {
        let error = #expect(throws: BindingsError.self) {
            try Bindings.maprun(
                """
                connections:
                  A: {oauth: {endpoint: auth, clientId: a, method: PATCH, secret: b}}
                  B: {basic: {user: a, password: b}, oauth: {endpoint: "https://a", clientId: a, clientSecret: b}}
                """, file: "maprun.yaml", folder: "/tmp")
        }
        let text = error?.description ?? ""
        for part in [
            "'endpoint' of 'oauth' of connection 'A' must begin with https://",
            "'oauth' of connection 'A' needs 'clientSecret'",
            "'method' of 'oauth' of connection 'A' is GET, POST or PUT, not 'PATCH'",
            "unknown key 'secret' of 'oauth' of connection 'A'",
            "connection 'B' has 'basic' and 'oauth'; a connection has one of them",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
    }
}
