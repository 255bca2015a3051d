import Foundation
import Testing

@Suite struct EvalTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    struct Case: Sendable {
        var arguments: [String]
        var input: String?
        var out = ""
        var err = ""
        var code: Int32 = 0
    }

    static let cases = [
        Case(arguments: ["--query", "$sum(a)", "--input", #"{"a":[1,2.5]}"#], out: "3.5\n"),
        Case(arguments: ["--query", "$x & 'b'", "--bindings", #"{"x":"a"}"#], out: "\"ab\"\n"),
        Case(arguments: ["--query", "null"], out: "null\n"),
        Case(arguments: ["--query", "-1 + 3"], out: "2\n"),
        Case(arguments: ["--query", "$length($pad('', 100000000))"], err: "D2015", code: 1),
        Case(
            arguments: ["--query", "a.b", "--input", "-"], input: "{}",
            err: "the result is undefined"),
        Case(
            arguments: ["--query", "'a' + 1"],
            err: "T2001: The left side of the \"+\" operator must evaluate to a number\n"
                + "  'a' + 1\n      ^", code: 1),
        Case(arguments: ["--query", "(", "--input", "{}"], err: "S0", code: 1),
        Case(
            arguments: ["--query", "function($x){$x}"], err: "the result is a function", code: 1),
        Case(
            arguments: ["--jsonpath", "$..a", "--input", #"{"a":1,"b":{"a":2}}"#],
            out: "[1,2]\n"),
        Case(arguments: ["--jsonpath", "$.a", "--input", "{}"], err: "the result is undefined"),
        Case(arguments: ["--jsonpath", "$.a[", "--input", "{}"], err: "  $.a[\n      ^", code: 1),
        Case(
            arguments: ["--query", "n * 2", "--lines", "--input", "-"],
            input: "{\"n\":1}\n\n{}\n{\"n\":3}", out: "2\n6\n",
            err: "the result is undefined for 1 line"),
        Case(
            arguments: ["--query", "n * 2", "--lines", "--input", "-"],
            input: "{\"n\":1}\n{\"n\":\"x\"}\n", out: "2\n", err: "line 2: T2001", code: 1),
        Case(
            arguments: ["--query", "1", "--lines", "--input", "-"], input: "{}\n{",
            out: "1\n", err: "line 2 is not JSON", code: 2),
        Case(arguments: ["--query", "1", "--jsonpath", "$"], err: "give either", code: 2),
        Case(arguments: ["--jsonpath", "$"], err: "--input is missing", code: 2),
        Case(arguments: ["--query", "1", "--bindings", "[]"], err: "must be an object", code: 2),
        Case(
            arguments: ["--query", "($f := function($n) { $f($n + 1) + 1 }; $f(0))"],
            err: "D1011", code: 1),
        Case(arguments: ["--query", "[1..1000000000]"], err: "D2014", code: 1),
        Case(
            arguments: [
                "--query", Array(repeating: "1", count: 200).joined(separator: "+"),
                "--jsonata-limits", "aws",
            ], err: "D1011", code: 1),
        Case(
            arguments: ["--query", "$count([1..900000])", "--jsonata-limits", "aws"], err: "D2015",
            code: 1),
        Case(arguments: ["--query", "$count([1..900000])"], out: "900000\n"),
        Case(
            arguments: [
                "--query", "($f := function($n) { $f($n) }; $f(1))", "--jsonata-limits", "time=5ms",
            ], err: "D1012", code: 1),
        Case(
            arguments: [
                "--query", "($f := function($n) { $n > 0 ? 1 + $f($n - 1) : 0 }; $f(99))",
                "--jsonata-limits", "memory=1MiB,depth=20",
            ], err: "D1011", code: 1),
        Case(
            arguments: ["--query", "1", "--jsonata-limits", "time=5"], err: "--jsonata-limits",
            code: 2),
        Case(
            arguments: ["--jsonpath", "$", "--input", "{}", "--jsonata-limits", "aws"],
            err: "goes with --query", code: 2),
    ]

    @Test(arguments: cases)
    func anExpressionIsEvaluated(_ wanted: Case) throws {
        let ran = try workspace.start(["eval"] + wanted.arguments, input: wanted.input).wait()
        #expect(ran.code == wanted.code, "\(ran.err)")
        #expect(ran.out == wanted.out)
        #expect(wanted.err.isEmpty ? ran.err.isEmpty : ran.err.contains(wanted.err), "\(ran.err)")
    }
}
