import Dispatch
import JSON
import JSONata
import Testing

/// What an expression must not do to the process, whoever has written it.
@Suite struct LimitTests {
    /// Time is short only where it is the limit to be met.
    private static func limits(_ kind: JSONataError.Kind) -> Environment.Limits {
        Environment.Limits(
            milliseconds: kind == .timeout ? 300 : 600_000, depth: 2000, memory: 50_000_000)
    }

    @Test(arguments: [
        ("($f := function($n) { 1 + $f($n + 1) }; $f(0))", JSONataError.Kind.stackOverflow),
        ("($f := function($g) { $g($g) + 1 }; $f($f))", .stackOverflow),
        ("($f := function() { $map([1], $f) }; $f())", .stackOverflow),
        (
            "($c := $string ~> $length; $f := function($x) { $x ~> $f ~> $c }; $f(1))",
            .stackOverflow
        ),
        (
            "($f := function($x, $n) { $n = 0 ? $x : $f([[$x]], $n - 1) }; $f(1, 100000))",
            .stackOverflow
        ),
        (
            "($f := function($x, $n) { $n = 0 ? $x : $f({'a': $x}, $n - 1) }; $f(1, 100000))",
            .stackOverflow
        ),
        (
            "($f := function($g, $n) { $n = 0 ? $g : $f(function() { $g() }, $n - 1) }; $f(0, 100000))",
            .stackOverflow
        ),
        (
            "($f := function($x, $n) { $n = 0 ? $x : $f({} ~> |$|{'a': $x}|, $n - 1) }; $f(1, 100000))",
            .stackOverflow
        ),
        ("($f := function() { $f() }; $f())", .timeout),
        (
            "($f := function($n) { $n = 0 ? true : $g($n) }; $g := function($n) { $f($n) }; $f(1))",
            .timeout
        ),
        ("$map([1..100000], function($i) { [1..100000][$ = $i] })", .timeout),
        ("$pad('', 1000000000)", .memoryLimit),
        ("$pad('', -1e300)", .memoryLimit),
        ("$formatInteger(1e300, 'I')", .memoryLimit),
        ("($f := function($s) { $f($s & $s) }; $f('0123456789'))", .memoryLimit),
        ("$reduce([1..40], function($a) { $append($a, $a) }, [1, 2])", .coded),
        (
            "($d := function($a, $n) { $n = 0 ? $count($a) : $d($append($a, $a), $n - 1) }; $d([1], 40))",
            .memoryLimit
        ),
        ("$join([1..100000].($pad('', 1000)))", .memoryLimit),
    ])
    func stopsWithTheErrorFor(_ text: String, _ kind: JSONataError.Kind) throws {
        let expression = try Expression(text)
        let environment = Environment(limits: Self.limits(kind))
        let error = #expect(throws: JSONataError.self) {
            try expression.evaluate(nil, environment: environment)
        }
        #expect(error?.kind == kind)
    }

    @Test func refusesARangeOfABillion() throws {
        let error = #expect(throws: JSONataError.self) {
            try Expression("[1..1000000000]").evaluate(nil)
        }
        #expect(error?.code == "D2014")
    }

    @Test(arguments: ["(", "[", "{\"a\":", "-", "function($x){", "a ? ", "$f(", "a[", "/*(*/("])
    func refusesDeepNesting(_ opening: String) {
        let text = String(repeating: opening, count: 10_000)
        #expect(throws: JSONataError.self) { try Expression(text) }
    }

    @Test(arguments: [" + 1", " & a", ".a", "[0]", " ~> $string", " and a", "^(a)", "{a: b}"])
    func refusesLongChainsOrEvaluatesThem(_ link: String) throws {
        for count in [200, 450, 20_000] {
            let text = "a" + String(repeating: link, count: count)
            do {
                _ = try Expression(text).evaluate(["a": 1])
            } catch {
                #expect(!error.code.isEmpty)
            }
        }
    }

    /// However deep it stands, a call after `~>` gets what is before it, and `[0]` applies to the
    /// whole result.
    @Test func meansTheSameAtAnyDepth() throws {
        for depth in 0..<70 {
            let text =
                String(repeating: "[", count: depth)
                + "('a' ~> $append('b')) & $string($map([[1], [2]], function($v) { $v })[0])"
                + String(repeating: "]", count: depth)
            let result = try Expression("$string(\(text))").evaluate(nil)?.string
            #expect(result?.contains("[1]") == true && result?.contains("b") == true)
        }
    }

    @Test(arguments: [
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a+)+$/)",
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(a|aa)+$/)",
        "$match('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', /(.*a){20}$/)",
        "$contains('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', /^(?=(a+)+$)b/)",
        "$contains('x', /(x*)*y/)",
        "$contains('', /(a*|b*)*c/)",
    ])
    func boundsRegularExpressions(_ text: String) throws {
        do {
            let result = try Expression(text).evaluate(nil)
            #expect(result == nil || result == false)
        } catch {
            #expect(error.kind == .timeout)
        }
    }

    /// Worker threads have small stacks: deep recursion must still reach its limit.
    @Test func recursesDeeplyOnAWorkerThread() async throws {
        let expression = try Expression(
            "($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(3000))")
        let result = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { try expression.evaluate(nil) })
            }
        }
        #expect(try result.get() == 3000)
    }

    /// The parser lets data nest a thousand deep; worker threads have small stacks.
    @Test(arguments: [
        "$string($)", "$length($string($, true))", "$count(**)", "*", "$ = $", "$boolean($)",
        "$keys($)", "$spread($)", "x", "x.y", "$distinct([$, $])", "$ ~> |x|{}|", "$lookup($, 'x')",
        "[$, $]", "{'a': $}", "$[0]", "$ in [$]", "$error($string($))", "1 + $", "$merge($)",
    ])
    func walksThroughDeepDataOnAWorkerThread(_ text: String) async throws {
        let expression = try Expression(text)
        for (open, close) in [("[", "]"), ("{\"x\":", "}"), ("[{\"x\":", "}]")] {
            let count = open.count == 6 ? 490 : 990
            let data =
                String(repeating: open, count: count) + "1"
                + String(repeating: close, count: count)
            let input = try Value.parse(data)
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    // Any answer and any error is fine: it must come back.
                    let result = try? expression.evaluate(input)
                    continuation.resume(returning: ())
                    withExtendedLifetime(result) {}
                }
            }
        }
    }

    @Test(arguments: [("", " + 1"), ("$abs(", ")"), ("-(", ")"), ("[", "]")])
    func countsWhatIsWrittenInsideOneAnother(_ opening: String, _ closing: String) throws {
        var limits = Environment.Limits()
        limits.depth = 100
        func evaluate(_ count: Int) throws {
            let text =
                String(repeating: opening, count: count) + "1"
                + String(repeating: closing, count: count)
            _ = try Expression(text).evaluate(nil, environment: Environment(limits: limits))
        }
        try evaluate(60)
        let error = #expect(throws: JSONataError.self) { try evaluate(200) }
        #expect(error?.kind == .stackOverflow)
    }

    @Test func countsTailCallsAsOneEvaluation() throws {
        let text = """
            ($even := function($n) { $n = 0 ? true : $odd($n - 1) };
             $odd := function($n) { $n = 0 ? false : $even($n - 1) };
             $even(100000))
            """
        var limits = Environment.Limits()
        limits.depth = 50
        // Under a sanitizer a hundred thousand calls take long.
        limits.milliseconds = 600_000
        let result = try Expression(text).evaluate(nil, environment: Environment(limits: limits))
        #expect(result == true)
    }

    @Test func aFunctionIsNoResult() throws {
        let error = #expect(throws: JSONataError.self) { try Expression("$sum").evaluate(nil) }
        #expect(error?.kind == .functionResult)
        #expect(try Expression("[1, $sum]").evaluate(nil)?.serialized == "[1,\"\"]")
    }

    @Test(arguments: ["1/0", "-1/0", "1e308 * 10", "0/0"])
    func aResultThatIsNoNumberOfJSONIsNull(_ text: String) throws {
        #expect(try Expression(text).evaluate(nil) == .null)
        #expect(try Expression("{'a': [\(text)]}").evaluate(nil) == ["a": [nil]])
        let error = #expect(throws: JSONataError.self) {
            try Expression("1 + (\(text))").evaluate(nil)
        }
        #expect(error?.code == (text == "0/0" ? "T2002" : "D1001"))
    }

    @Test func leavesItsInputAlone() throws {
        let input = try Value.parse(#"{"a": [{"b": 1}, {"b": 2}], "c": "x"}"#)
        let before = input.serialized
        let expression = try Expression("$ ~> |a|{'b': 5}, 'c'| ~> |$|{'d': $sort(a.b)}|")
        _ = try expression.evaluate(input)
        #expect(input.serialized == before)
    }
}

/// Functions that hold the variables that hold them must not outlive the evaluation.
@Suite(.serialized) struct MemoryTests {
    @Test(arguments: [
        "($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(5) & $blob)",
        "$map([1..3], function($i) { ($g := function() { $i & $blob }; $g()) })",
        "($a := [function() { $a }]; $b := {'f': function() { $b }}; $count($a) & $blob)",
        "($f := function($g) { ($h := function() { $g() & $h }; 1) }; $f($f) & $blob)",
        "($t := |a|{'x': $t}|; $o := {'a': {}} ~> $t; $blob & $string($o))",
        "($c := $string ~> function($x) { $c & $x }; $p := $f(?, $c); $blob)",
        "($f := function($n) { ($g := function() { 1 }; $n = 0 ? $g : $f($n - 1)) }; $f(9)() & $blob)",
        "({'a': {'b': 1}} ~> |$|{'self': $, 'deep': {'again': a}}|) & $blob",
    ])
    func breaksCircles(_ text: String) throws {
        let expression = try Expression(text)
        nonisolated(unsafe) var released = 0
        let rounds = 20
        for _ in 0..<rounds {
            let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 8)
            bytes.initialize(repeating: 0x61)
            let document = Document(borrowing: UnsafeBufferPointer(bytes)) { released += 1 }
            let blob = Value.string(Text(document, offset: 0, count: 8))
            let variables = expression.freeVariables.map { $0 == "blob" ? blob : nil }
            _ = try? expression.evaluate(nil, variables: variables)
            _ = try? expression.evaluate(blob, variables: variables)
        }
        #expect(released == rounds)
    }
}
