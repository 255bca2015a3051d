import Glibc
import JSON
import Testing

@testable import Tasks

@Suite struct BindingsTests {
    private func read(_ text: String) throws(BindingsError) -> Bindings {
        try Bindings.maprun(text, file: "maprun.yaml", folder: "/project")
    }

    @Test func readsEveryKindOfFunction() throws {
        let bindings = try read(
            """
            functions:
              python: {handler: app.main, runtime: python3.12, directory: code, timeout: 1.5,
                       concurrency: 3, memory: 512, environment: {STAGE: test, LEVEL: 3, EMPTY: ''}, grace: 0}
              rust: {runtime: provided.al2023, directory: /opt/rust}
              patient: {handler: app.main, depth: 1}
              client: {handler: app.main, runtimeApi: true}
              own: {bootstrap: [node, ric.js], handler: a.b}
              tool: {command: [./tool, -v]}
              shell: {command: "jq -c ."}
              stream: {command: [./stream], mode: lines, depth: 4}
              arn:aws:lambda:eu-central-1:111111111111:function:far: {command: [./far]}
            buckets:
              photos: ../photos
            activities:
              approve: {command: [./approve]}
            """)
        let python = try #require(bindings.functions["python"])
        #expect(python.work == .python(handler: "app.main", interpreter: "python3.12"))
        #expect(python.directory == "/project/code")
        #expect(python.environment == ["STAGE": "test", "LEVEL": "3", "EMPTY": ""])
        #expect((python.timeout, python.concurrency, python.memory) == (1.5, 3, 512))
        #expect(python.depth == nil)
        #expect(bindings.functions["patient"]?.depth == 1)
        let works = bindings.functions.mapValues(\.work)
        #expect(works["rust"] == .runtimeAPI(program: ["./bootstrap"], handler: ""))
        #expect(
            works["client"]
                == .runtimeAPI(
                    program: ["python3", "-m", "awslambdaric", "app.main"], handler: "app.main"))
        #expect(works["own"] == .runtimeAPI(program: ["node", "ric.js"], handler: "a.b"))
        #expect(works["tool"] == .command(["./tool", "-v"]))
        #expect(works["shell"] == .command(["sh", "-c", "jq -c ."]))
        #expect(works["stream"] == .lines(["./stream"], depth: 4))
        #expect(bindings.buckets == ["photos": "/project/../photos"])
        #expect(bindings.activities["approve"]?.work == .command(["./approve"]))
    }

    @Test func mergesWhatAnAnchorHolds() throws {
        let bindings = try read(
            """
            functions:
              one: &shared {handler: app.one, timeout: 5, environment: {A: b}}
              two:
                <<: *shared
                handler: app.two
            """)
        let two = try #require(bindings.functions["two"])
        #expect(two.work == .python(handler: "app.two", interpreter: "python3"))
        #expect((two.timeout, two.environment) == (5, ["A": "b"]))
    }

    static let mistakes: [(text: String, message: String)] = [
        (
            "functions:\n  f:\n    handler: a.b\n    timout: 3",
            "4:5: unknown key 'timout' of function 'f'; known are handler, runtime, runtimeApi, "
                + "bootstrap, pool, command, mode, depth, envelope, directory, environment, timeout, "
                + "concurrency, "
                + "memory, grace"
        ),
        (
            "function: {}",
            "1:1: unknown key 'function' of the file; known are functions, buckets, activities, endpoints, connections"
        ),
        ("functions: [a]", "1:12: 'functions' must be a mapping"),
        ("functions:\n  f: hello", "2:6: function 'f' must be a mapping"),
        ("functions:\n  f: {}", "2:6: function 'f' needs 'handler', 'bootstrap' or 'command'"),
        (
            "functions:\n  f: {handler: 5}",
            "2:16: 'handler' of function 'f' must be a text; write it in quotes if it is one"
        ),
        (
            "functions:\n  f: {handler: }",
            "2:16: 'handler' of function 'f' must be a text; write it in quotes if it is one"
        ),
        (
            "functions:\n  f: {handler: [a.b]}",
            "2:16: 'handler' of function 'f' must be a text"
        ),
        (
            "buckets: {photos: true}",
            "1:19: bucket 'photos' must be a text; write it in quotes if it is one"
        ),
        (
            "functions:\n  f: {handler: a.b, timeout: soon}",
            "2:30: 'timeout' of function 'f' must be a number of at least 0.001"
        ),
        (
            "functions:\n  f: {handler: a.b, timeout: 1e9}",
            "2:30: 'timeout' of function 'f' must be at most 99999999 seconds"
        ),
        (
            "functions:\n  f: {handler: a.b, grace: 1e300}",
            "2:28: 'grace' of function 'f' must be at most 99999999 seconds"
        ),
        (
            "functions:\n  f: {handler: a.b, environment: {A: null}}",
            "2:38: variable 'A' of function 'f' has no value; write '' for an empty one"
        ),
        (
            "functions:\n  f: {handler: a.b, environment: {A: }}",
            "2:38: variable 'A' of function 'f' has no value; write '' for an empty one"
        ),
        (
            "functions:\n  f: {handler: a.b, concurrency: 0}",
            "2:34: 'concurrency' of function 'f' must be a whole number of at least 1"
        ),
        (
            "functions:\n  f: {command: [a], handler: b.c}",
            "2:30: function 'f' has both 'command' and 'handler'"
        ),
        (
            "functions:\n  f: {command: [a], mode: words}",
            "2:27: 'mode' of function 'f' is 'item' or 'lines', not 'words'"
        ),
        (
            "functions:\n  f: {command: [a], depth: 3}",
            "2:28: 'depth' of function 'f' does not go with 'mode: item'"
        ),
        (
            "functions:\n  f: {handler: a.b, runtimeApi: true, depth: 3}",
            "2:46: 'depth' of function 'f' goes only with a Python handler or 'mode: lines'; a"
                + " function that asks for its events gets one at a time"
        ),
        (
            "functions:\n  f: {command: [a], pool: p}",
            "2:27: 'pool' of function 'f' goes only with a Python handler"
        ),
        (
            "functions:\n  f: {handler: a.b, pool: ' '}",
            "2:27: 'pool' of function 'f' must be a name"
        ),
        (
            "functions:\n  f: {handler: a.b, pool: p}\n"
                + "  g: {handler: a.c, pool: p, timeout: 3, memory: 256}",
            "3:6: functions 'g' and 'f' share the processes of pool 'p' and must have the same "
                + "timeout, memory"
        ),
        (
            "functions:\n  f: {command: []}",
            "2:16: 'command' of function 'f' must be a list of texts: the program and its arguments"
        ),
        (
            "functions:\n  f: {handler: a.b, runtime: nodejs20.x}",
            "2:30: runtime 'nodejs20.x' of function 'f' is not built in; give its runtime interface "
                + "client as 'bootstrap: [program, arguments…]'"
        ),
        ("buckets:\n  b: [x]", "2:6: bucket 'b' must be a text"),
        ("activities:\n  a: {}", "2:6: activity 'a' needs 'command'"),
        (
            "functions:\n  f: {handler: 'a.b}",
            "2:21: not valid YAML: found unexpected end of stream"
        ),
        ("functions:\n  f: {command: [a]}\n  f: {command: [b]}", "2:3: key 'f' is written twice"),
    ]

    @Test(arguments: mistakes)
    func namesLineAndColumnOfAMistake(text: String, message: String) {
        let error = #expect(throws: BindingsError.self) { try read(text) }
        #expect(error?.description == "maprun.yaml:\(message)")
    }

    @Test func tellsAllMistakesAtOnce() {
        let error = #expect(throws: BindingsError.self) {
            try read(
                "functions:\n  a: {}\n  b: {command: 3, mode: x}\n  c: {handler: 5, timeout: x}\n"
                    + "buckets: 7")
        }
        #expect(error?.problems.count == 5)
    }

    @Test func readsATemplateWhereThereIsNoFileOfOurs() throws {
        let bindings = try Bindings.template(
            """
            Transform: AWS::Serverless-2016-10-31
            Globals:
              Function: {Runtime: python3.12, Timeout: 20, Environment: {Variables: {A: g, B: g}}}
            Resources:
              CheckFunction:
                Type: AWS::Serverless::Function
                Properties:
                  FunctionName: check
                  Handler: app.check
                  CodeUri: functions/check/
                  Environment: {Variables: {B: own, TABLE: !Ref Table}}
              Plain: {Type: AWS::Serverless::Function, Properties: {Handler: p.q, Runtime: provided}}
              Table: {Type: AWS::DynamoDB::Table}
            """, file: "template.yaml", folder: "/project")
        let check = try #require(bindings.functions["check"])
        #expect(check == bindings.functions["CheckFunction"])
        #expect(check.work == .python(handler: "app.check", interpreter: "python3.12"))
        #expect(check.directory == "/project/functions/check")
        #expect((check.timeout, check.environment) == (20, ["A": "g", "B": "own"]))
        #expect(bindings.functions.count == 3)
        #expect(
            bindings.warnings.map(\.description) == [
                "template.yaml:11:48: variable 'TABLE' of function 'CheckFunction' has a value that "
                    + "only CloudFormation knows; it is not set here"
            ])
    }

    @Test func findsTheFileBesideTheDefinition() throws {
        let folder = TestFolder(["maprun.yaml": "functions: {f: {command: [./f]}}"])
        let bindings = try Bindings.besides(definition: "\(folder.path)/flow.asl.json")
        #expect(bindings.functions["f"]?.directory == folder.path)
        #expect(try Bindings.besides(definition: "/etc/none.json") == Bindings())
    }

    static let references: [(text: String, arn: String?)] = [
        ("f", "arn:aws:lambda:us-east-1:123456789012:function:f"),
        ("f:live", "arn:aws:lambda:us-east-1:123456789012:function:f:live"),
        ("111111111111:function:f", "arn:aws:lambda:us-east-1:111111111111:function:f"),
        (
            "arn:aws-cn:lambda:cn-north-1:111111111111:function:f:3",
            "arn:aws-cn:lambda:cn-north-1:111111111111:function:f:3"
        ),
        ("arn:aws:sqs:us-east-1:111111111111:queue", nil),
        ("", nil), ("a:b:c:d", nil),
    ]

    @Test(arguments: references)
    func readsEveryFormOfAFunctionsName(text: String, arn: String?) {
        #expect(FunctionReference(text)?.arn == arn)
    }

    @Test func theMostExactNameWins() throws {
        let bindings = try read(
            """
            functions:
              f: {command: [plain]}
              f:live: {command: [alias]}
              arn:aws:lambda:us-east-1:1:function:f: {command: [arn]}
              2:function:g: {command: [partial]}
            """)
        func program(_ name: String) -> FunctionBinding.Work? {
            FunctionReference(name).flatMap { bindings.function(for: $0)?.work }
        }
        #expect(program("f") == .command(["plain"]))
        #expect(program("f:live") == .command(["alias"]))
        #expect(program("f:other") == .command(["plain"]))
        #expect(program("arn:aws:lambda:us-east-1:1:function:f:live") == .command(["arn"]))
        #expect(program("arn:aws:lambda:us-east-1:2:function:g") == .command(["partial"]))
        #expect(program("g") == nil)
    }

    @Test func checksFindWhatIsMissingBeforeARun() throws {
        let folder = TestFolder(["app.py": "", "plain": "", "maprun.yaml": ""])
        folder.write(
            "maprun.yaml",
            """
            functions:
              good: {handler: app.main}
              lost: {handler: pkg.other.main}
              odd: {handler: main}
              gone: {command: [no-such-tool]}
              plain: {command: [./plain]}
              away: {handler: app.main, directory: away}
            """)
        let bindings = try Bindings.read(file: "\(folder.path)/maprun.yaml")
        func check(_ name: String) -> [String] { bindings.check(functions: [name]).map(\.message) }
        #expect(check("good").isEmpty)
        #expect(
            check("lost") == [
                "function 'lost': the handler's file '\(folder.path)/pkg/other.py' cannot be read"
            ])
        #expect(
            check("odd") == ["function 'odd': the handler 'main' is not of the form file.function"])
        #expect(check("gone") == ["function 'gone': there is no program 'no-such-tool'"])
        #expect(
            check("plain") == [
                "function 'plain': '\(folder.path)/./plain' is not executable; "
                    + "chmod +x '\(folder.path)/./plain'"
            ])
        #expect(check("away") == ["function 'away': there is no folder '\(folder.path)/away'"])
        #expect(
            check("new") == [
                "function 'new' is bound to nothing; add it under 'functions' in "
                    + "\(folder.path)/maprun.yaml"
            ])
    }

    @Test func theSchemaKnowsTheKeysThatTheReaderKnows() throws {
        let schema = try Value.parse(BindingsSchema.text)
        let keys = schema["$defs"]?["function"]?["properties"]?.object?.keys.map(\.string) ?? []
        #expect(Set(keys) == Set(FunctionEntry.keys))
    }
}
