import JSON
import Testing

@testable import StatesLanguage

@Suite struct IntrinsicCallTests {
    /// Evaluates a call with this input; the variables and the Context object are always alike.
    static func evaluate(_ call: String, _ input: Value = nil) throws -> Value {
        var variables = Variables()
        variables["limits"] = ["low": 2, "high": 9]
        var scope = EvaluationScope(
            input: input, variables: variables,
            context: ContextObject(source: FixedSource()),
            random: RandomSource(seed: 1), now: 0)
        return try IntrinsicCall(parsing: call).evaluate(in: &scope)
    }

    @Test(arguments: [
        ("States.Array()", "[]"),
        (
            "States.Array(1, 'a', null, $.a, States.Array(true))",
            #"[1,"a",null,{"b":[1,2]},[true]]"#
        ),
        ("States.ArrayPartition($.list, 3)", "[[0,1,2],[3]]"),
        ("States.ArrayPartition($.list, 9)", "[[0,1,2,3]]"),
        ("States.ArrayPartition($.none[*], 4)", "[]"),
        ("States.ArrayContains($.list, 3.0)", "true"),
        ("States.ArrayContains(States.Array($.a), $.a)", "true"),
        ("States.ArrayContains($.list, null)", "false"),
        ("States.ArrayRange(0, 9, 3)", "[0,3,6,9]"),
        ("States.ArrayRange(1, 9, 9)", "[1]"),
        ("States.ArrayRange(5, 1, -2)", "[5,3,1]"),
        ("States.ArrayRange(5, 1, 1)", "[]"),
        ("States.ArrayGetItem($.list, 2)", "2"),
        (
            "States.ArrayGetItem(States.StringSplit($$.StateMachine.Name, '-'), 0)",
            #""machine_c012e6f5""#
        ),
        ("States.ArrayLength($.a.b)", "2"),
        ("States.ArrayUnique($.twice)", #"[null,1,1.5,"x",{"a":1,"b":2},[1]]"#),
        ("States.JsonToString($.a)", #""{\"b\":[1,2]}""#),
        ("States.JsonToString('x')", #""\"x\"""#),
        (
            "States.JsonMerge($.left, $.right, false)",
            #"{"a":{"a3":1,"a4":2},"b":2,"c":3,"d":4}"#
        ),
        ("States.MathAdd($limits.low, $limits['high'])", "11"),
        (
            "States.StringSplit('This.is+a,test=string', '.+,=')",
            #"["This","is","a","test","string"]"#
        ),
        ("States.StringSplit(', , ,', ',')", #"[" "," "]"#),
        ("States.StringSplit(',,,,', ',')", "[]"),
        (
            "States.StringSplit('split on T and \nnew line', 'T\n')",
            #"["split on "," and ","new line"]"#
        ),
        ("States.StringSplit('a→b,c', '→,')", #"["a","b","c"]"#),
        ("States.StringSplit('', ',')", "[]"),
        ("States.StringSplit('a,b', '')", #"["a,b"]"#),
        (#"States.Array('It\'s \{\} \\ fine')"#, #"["It's {} \\ fine"]"#),
        ("States.Array( $['a'].b[(@.length-1)] , $.list[?(@ > 2)] )", "[2,[3]]"),
    ])
    func computes(_ call: String, _ expected: String) throws {
        let input = try Value.parse(
            #"""
            {"a": {"b": [1, 2]}, "list": [0, 1, 2, 3],
             "twice": [null, null, 1, 1.0, 1.5, "x", "x", {"a":1,"b":2}, {"b":2,"a":1}, [1], [1.0]],
             "left": {"a": {"a1": 1, "a2": 2}, "b": 2, "d": 3},
             "right": {"a": {"a3": 1, "a4": 2}, "c": 3, "d": 4}}
            """#)
        #expect(try Self.evaluate(call, input).serialized == expected)
    }

    @Test(arguments: [
        ("States.Format('Hello {}, {}!', $.name, $.n)", "Hello Ada, 1.10!"),
        ("States.Format('{}{}', null, true)", "nulltrue"),
        ("States.Format('{}', $)", "{name=Ada, n=1.10, list=[1, {k=v}, []], t={} of \\{}}"),
        ("States.Format($.t, 3)", "3 of {}"),
        (#"States.Format('\{{}\} \'{}\'', 1, 2)"#, "{1} '2'"),
        ("States.Format('plain { brace')", "plain { brace"),
        ("States.Format('{}', States.Format('{}', States.Format('{}', 'deep')))", "deep"),
        ("States.Format('{} {}', $$.Execution.Name, $limits.low)", "run-7 2"),
    ])
    func formats(_ call: String, _ expected: String) throws {
        let input = try Value.parse(
            #"{"name": "Ada", "n": 1.10, "list": [1, {"k": "v"}, []], "t": "{} of \\{}"}"#)
        #expect(try Self.evaluate(call, input).string == expected)
    }

    @Test(arguments: [
        (1.49, 1.5, 3), (1.5, 1.51, 4), (-1.49, -1.5, -2), (-1.5, -1.51, -3), (0.5, 0, 1),
        (2.5, 0, 3), (-0.5, 0, 0), (-2.5, 0, -2), (-0.5, 0.5, 1), (0.49999999999999994, 0, 0),
        (2_147_483_646, 1, 2_147_483_647),
    ])
    func roundsBeforeItAdds(_ left: Double, _ right: Double, _ sum: Int) throws {
        let call = "States.MathAdd($[0], $[1])"
        #expect(try Self.evaluate(call, [.double(left), .double(right)]) == .int(sum))
    }

    @Test(arguments: [
        ("", "null"), (" ", "null"), ("-0", "0"), ("0", "0"), ("12", "12"), ("-7", "-7"),
        ("1.1", "1.1"), ("true", "true"), ("\"x\"", "\"x\""), ("{\"a\":{}}", "{\"a\":{}}"),
        (" [1, 2, \"HelloWorld\"]", "[1,2,\"HelloWorld\"]"),
        ("1234567890123456789012", "1234567890123456789012"),
    ])
    func readsJSON(_ text: String, _ expected: String) throws {
        #expect(try Self.evaluate("States.StringToJson($)", .string(text)).serialized == expected)
    }

    @Test(arguments: [
        ("MD5", "812f45842bc6d66ee14572ce20db8e86"),
        ("SHA-1", "aaff4a450a104cd177d28d18d74485e8cae074b7"),
        ("SHA-256", "b4a697a057313163aee33cd8d40c66e9f0f177e00cac2de32475ffff6169c3e3"),
        (
            "SHA-384",
            "d28a7d5cf25a74f11a50a18452b75e04bb3d70c9dd0510d6123aa008c756511b"
                + "87525bdc835ebb27e1fb9e9374a15562"
        ),
        (
            "SHA-512",
            "6ce4adb348546d4f449c4d25aad9a7c9cb711d9e91982d3f0b29ca2f3f47d4ce"
                + "2deba23bf2954f0f1d593fc50283731a533d30d425402d4f91316d871303aac4"
        ),
    ])
    func hashes(_ algorithm: String, _ digest: String) throws {
        #expect(try Self.evaluate("States.Hash('input data', '\(algorithm)')").string == digest)
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("größe", "Z3LDtsOfZQ=="),
        ("Data to encode", "RGF0YSB0byBlbmNvZGU="),
    ])
    func encodesAndDecodesBase64(_ text: String, _ code: String) throws {
        #expect(try Self.evaluate("States.Base64Encode($)", .string(text)).string == code)
        #expect(try Self.evaluate("States.Base64Decode($)", .string(code)).string == text)
        let bare = code.filter { $0 != "=" }
        #expect(try Self.evaluate("States.Base64Decode($)", .string(bare)).string == text)
    }

    @Test func drawsAgainFromTheSameSeed() throws {
        let uuid = try #require(Self.evaluate("States.UUID()").string)
        #expect(try Self.evaluate("States.UUID()").string == uuid)
        #expect(uuid.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        #expect(uuid.split(separator: "-")[2].hasPrefix("4"))
        for _ in 0..<50 {
            let drawn = try #require(Self.evaluate("States.MathRandom(12.5, 44.4)").number?.int)
            #expect((13..<44).contains(drawn))
        }
    }

    @Test func seededNumbersComeFromJavasGenerator() throws {
        // new java.util.Random(42).nextDouble() is 0.7275636800328681.
        #expect(try Self.evaluate("States.MathRandom(0, 1000000, 42)") == 727563)
        #expect(try Self.evaluate("States.MathRandom(1, 999, $limits.low)").number?.int != nil)
    }

    @Test func evaluatesConstantCallsOnce() throws {
        let call = try IntrinsicCall(
            parsing: "States.ArrayGetItem(States.StringToJson('[1,2]'), 1)")
        #expect(call.root.literal == 2)
    }

    @Test(arguments: 0..<4)
    func anyTextIsRefusedOrEvaluated(_ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let signs = Array("States.()[]{}',$\\ -0.5eE@a→".utf8)
        let seeds = [
            "States.Format('{} \\{', $.a, States.MathAdd($.n, -1.5))",
            "States.ArrayRange(0, 3, States.MathRandom(1, 3, $limits['low']))",
            "States.StringSplit($$.StateMachine.Name, '-→')", "States.Hash($.a, 'MD5')",
            "States.ArrayPartition($.list[?(@.x == 'a,b)')], 2)", "States.Base64Decode('Zm9v')",
        ]
        for _ in 0..<1500 {
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let sign = signs[Int.random(in: 0..<signs.count, using: &random)]
                if Bool.random(using: &random) {
                    bytes[place] = sign
                } else {
                    bytes.insert(sign, at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                _ = try Self.evaluate(text, ["a": "x", "n": 3, "list": []])
            } catch let error as IntrinsicSyntaxError {
                #expect((0...text.utf8.count).contains(error.offset), "\(text)")
            } catch let fault as StateFault {
                #expect(fault.cause != nil, "\(text)")
            }
        }
    }

    @Test func knowsItsVariables() throws {
        let call = try IntrinsicCall(
            parsing: "States.Format('{}{}{}', $a.b, States.Array($c, $a), $.input)")
        #expect(call.variableNames == ["a", "c"])
    }
}

private final class FixedSource: ContextSource {
    let execution: Value = ["Name": "run-7"]
    let stateMachine: Value = ["Name": "machine_c012e6f5-x"]
}
