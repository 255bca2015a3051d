import JSON
import JSONata
import Testing

/// Errors of compiling: code, place and words.
@Suite struct SyntaxErrorTests {
    @Test(arguments: [
        ("\"open", "S0101", 0), ("1e999", "S0102", 0), ("'\\q'", "S0103", 2),
        ("'\\u12'", "S0104", 3), ("`a", "S0105", 0), ("1 /* c", "S0106", 2), ("1 2", "S0201", 2),
        ("[1,2)", "S0202", 4), ("(1", "S0203", 2), ("a ! b", "S0204", 2), ("1 +", "S0207", 3),
        ("function(x) { x }", "S0208", 9), ("[a]{b: c}[0]", "S0209", 10),
        ("a{b: c}{d: e}", "S0210", 7),
        ("1 + )", "S0211", 4), ("a := 1", "S0212", 0), ("a.1", "S0213", 2), ("a@b", "S0214", 2),
        ("a[0]@$b", "S0215", 4), ("a^(b)@$c", "S0216", 5), ("%.a", "S0217", 1), ("//", "S0301", 0),
        ("/a", "S0302", 0), ("/(/", "S0302", 0), ("/[b-a]/", "S0302", 0),
        ("function($x)<n<n>> { $x }", "S0401", 12), ("function($x)<(sa<n>)> { $x }", "S0402", 12),
    ])
    func tellsCodeAndPlace(_ text: String, _ code: String, _ offset: Int) throws {
        let error = #expect(throws: JSONataError.self) { try Expression(text) }
        #expect(error?.code == code)
        #expect(error?.offset == offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test(arguments: [
        ("[1,2)", "Expected \"]\", got \")\""),
        ("'abc", "String literal must be terminated by a matching quote"),
        ("1 +", "Unexpected end of expression"),
        ("{\"a\":}", "The symbol \"}\" cannot be used as a unary operator"),
        ("/abc", "No terminating / in regular expression"),
    ])
    func speaksLikeTheReferenceParser(_ text: String, _ message: String) {
        let error = #expect(throws: JSONataError.self) { try Expression(text) }
        #expect(error?.message == message)
    }
}
