import JSON
import Testing

@testable import JSONPath

@Suite struct PathTests {
    static let document: Value = [
        "a": ["b": [1, 2, ["c": "x"]], "n": nil], "list": [["v": 1], ["w": 2], ["v": 3]],
        "dash-ed": true, "größe": 5, "": "empty",
    ]

    @Test(
        arguments: [
            ("$.a.b[0]", 1), ("$['a']['b'][2].c", "x"), ("$.a.n", nil), ("$.dash-ed", true),
            ("$.größe", 5), ("$['']", "empty"), ("$.a.b[(@.length-1)].c", "x"),
            ("$.list[*].v", [1, 3]), ("$.list[?(@.v >= 1)].v", [1, 3]), ("$.nosuch[*]", []),
            ("$.list[1:]", [["w": 2], ["v": 3]]), ("$..c", ["x"]),
            ("$['dash-ed','no']", ["dash-ed": true]),
            ("$.list[?(!@.v)]", [["w": 2]]),
            ("$.list[?(@.v == 1 || @.w == 2)]", [["v": 1], ["w": 2]]),
            ("$.[?(@.größe > 4)].größe", [5]), ("  $.größe ", 5),
        ] as [(String, Value)])
    func givesTheValue(_ text: String, _ expected: Value) throws {
        #expect(try Path(parsing: text).evaluate(Self.document) == expected)
    }

    @Test(
        arguments: [
            ("@.s==Failed", ["Failed"]), ("@.s == Timed Out ", ["Timed Out"]),
            ("Failed == @.s", ["Failed"]), ("@.s != Failed && @.s != Timed Out", ["true"]),
            ("@.s == true || @.s == +1", []), ("@.s == 'true'", ["true"]),
        ] as [(String, Value)])
    func takesTextWithoutQuotesInAFilter(_ filter: String, _ expected: Value) throws {
        let list: Value = [["s": "Failed"], ["s": "Timed Out"], ["s": "true"]]
        #expect(try Path(parsing: "$[?(\(filter))].s").evaluate(list) == expected)
    }

    @Test(arguments: [
        ("$.no", "No results for path: $['no']"),
        ("$.a.b[0].c", "Property ['c'] not found in path $['a']['b'][0]"),
        ("$.no.such", "Missing property in path $['no']"),
        ("$.list[7].v", "Index out of bounds when evaluating path $['list'][7]"),
        ("$.list[(@.length-4)]", "Index out of bounds when evaluating path $['list'][-1]"),
        ("$.a.n[0]", "The path $['a']['n'] is null"),
        (
            "$.list[0][1].x",
            "Filter: [1]['x'] can only be applied to arrays. Current context is: {v=1}"
        ),
        (
            "$.list[?(@[0] == 1)]",
            "Filter: [0] can only be applied to arrays. Current context is: {v=1}"
        ),
        ("$.list[?(@.w)].v", "No results for path: $['list'][1]['v']"),
        (
            "$.größe[?(@.x)]",
            "Filter: [?] can not be applied to primitives. Current context is: 5"
        ),
        (
            "$['a', 'list'].b",
            "Multi properties can only be used as path leafs: $['a', 'list']"
        ),
    ])
    func saysInTheLibrarysWordsWhatStopsIt(_ text: String, _ message: String) throws {
        let path = try Path(parsing: text)
        let failure = #expect(throws: PathFailure.self) { try path.evaluate(Self.document) }
        #expect(failure?.message == message)
    }

    @Test(arguments: [
        "", "$.", "$..", "$a", "$$.a", "$ .a", "$. a", "$.a [0]", "$[]", "$[a]", "$['a'",
        "$[\"a\"]",
        "$[0", "$[:]", "$[::2]", "$[1,2:3]", "$[99999999999]", "$['a',1]", "$[?@.a]", "$[?()]",
        "$[?(@.a = 1)]", "$[?(@.a == )]", "$[?(@.a == /b/)]", "$[?(@.a in [1])]", "$[?(@[*] == 1)]",
        "$[?(@.a =~ /(/)]", "$[?(@.a == 'x]", "$[?(1)]", "$[(@.length)]", "$[(@.max-1)]", "@.a",
    ])
    func refusesWhatIsNoPath(_ text: String) {
        #expect(throws: PathSyntaxError.self) { try Path(parsing: text) }
    }

    @Test(arguments: [
        ("$", true, true), ("$.a[0]['b']", true, true), ("$.a[(@.length-1)]", true, false),
        ("$['a','b']", true, false), ("$.a[*]", false, false), ("$..a", false, false),
        ("$.a[0,1]", false, false), ("$.a[0:1]", false, false), ("$.a[?(@.b)]", false, false),
    ])
    func knowsWhatItCanLeadTo(_ text: String, _ isDefinite: Bool, _ isReference: Bool) throws {
        let path = try Path(parsing: text)
        #expect(path.isDefinite == isDefinite)
        #expect(path.isReference == isReference)
    }

    @Test func findsWithoutSayingWhyNot() throws {
        #expect(try Path(parsing: "$.a.n").find(in: Self.document)?.isNull == true)
        #expect(try Path(parsing: "$.a.x.y").find(in: Self.document) == nil)
        #expect(try Path(parsing: "$.list[?(@.w)].v").find(in: Self.document) == nil)
        #expect(try Path(parsing: "$.list[*].v").find(in: Self.document) == [1, 3])
    }

    @Test func operatorsGroupAsUsual() throws {
        let document: Value = [
            ["a": 1, "b": 1, "c": 0], ["a": 1, "b": 0, "c": 1], ["a": 0, "c": 1],
        ]
        func count(_ filter: String) throws -> Int? {
            try Path(parsing: "$[?(\(filter))]").evaluate(document).array?.count
        }
        #expect(try count("@.a == 1 && @.b == 1 || @.c == 1") == 3)
        #expect(try count("@.a == 1 && (@.b == 1 || @.c == 1)") == 2)
        #expect(try count("@.b != 1") == 1)
        #expect(try count("!(@.b == 1)") == 2)
    }

    @Test(arguments: [("$..*", 100, 1_000_000), ("$..[?(@.a)]", 100, 1000)])
    func boundsTheMatchesAndTheWork(_ text: String, _ matches: Int, _ visits: Int) throws {
        var deep: Value = 1
        for _ in 0..<60 { deep = [deep, deep] }
        var limits = PathEvaluation.Limits()
        (limits.matches, limits.visits) = (matches, visits)
        var evaluation = PathEvaluation(
            steps: try Path(parsing: text).steps, root: deep, limits: limits)
        let failure = #expect(throws: PathFailure.self) {
            try evaluation.result(isDefinite: false)
        }
        #expect(failure?.kind == .tooLarge)
    }

    @Test func boundsTheDepthBelowADescent() throws {
        var deep: Value = 1
        for _ in 0..<3000 { deep = [deep] }
        let failure = #expect(throws: PathFailure.self) {
            try Path(parsing: "$..a").evaluate(deep)
        }
        #expect(failure?.kind == .tooLarge)
    }

    @Test func boundsTheDepthOfTextAndDocument() throws {
        let nested = String(repeating: "(", count: 5000)
        #expect(throws: PathSyntaxError.self) { try Path(parsing: "$[?(\(nested)@.a)]") }
        let long = "$" + String(repeating: ".a", count: 100_000)
        #expect(throws: PathSyntaxError.self) { try Path(parsing: long) }
    }
}
