import JSON
import Testing

@testable import StatesLanguage

@Suite struct StringPatternTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("*", "", true), ("*", "anything", true),
        ("log-*.txt", "log-1.txt", true), ("log-*.txt", "log-.txt", true),
        ("log-*.txt", "log-1.txt.gz", false), ("a*a", "a", false), ("a*a", "aa", true),
        ("*b*b*", "abcab", true), ("*b*b*", "abc", false), ("ab*ab*ab", "abab", false),
        (#"a\*b"#, "a*b", true), (#"a\*b"#, "axb", false), (#"a\\b"#, #"a\b"#, true),
        (#"\\*"#, #"\anything"#, true), ("*ö*", "schön", true), ("?", "a", false),
    ])
    func matchesWithStarsOnly(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try #require(StringPattern(parsing: pattern)).matches(Text(text)) == expected)
    }

    @Test(arguments: [#"a\b"#, #"a\"#])
    func refusesOtherEscapes(_ pattern: String) {
        #expect(StringPattern(parsing: pattern) == nil)
    }

    @Test func takesBoundedTimeForManyStars() throws {
        let pattern = String(repeating: "a*", count: 500) + "b"
        let text = String(repeating: "a", count: 10_000)
        #expect(try #require(StringPattern(parsing: pattern)).matches(Text(text)) == false)
    }
}
