import JSON
import Testing

/// Strings are read and written eight bytes at a time; what is special may stand at any of them.
@Suite struct StringRunTests {
    static let specials: [(text: String, written: String)] = [
        ("\"", "\\\""), ("\\", "\\\\"), ("\u{1}", "\\u0001"), ("\n", "\\n"), ("\u{1F}", "\\u001F"),
        ("é", "é"), ("\u{10FFFF}", "\u{10FFFF}"), ("\u{7F}", "\u{7F}"), ("!", "!"), ("#", "#"),
        ("[", "["), ("]", "]"), (" ", " "),
    ]

    @Test(arguments: 0..<20, 0..<20)
    func findsWhatIsSpecialAtAnyPlace(before: Int, after: Int) throws {
        for (text, written) in Self.specials {
            for filler in ["a", "é", "\u{80}"] {
                let start = String(repeating: filler, count: before)
                let end = String(repeating: filler, count: after)
                let json = "\"" + start + written + end + "\""
                let value = Value.string(start + text + end)
                #expect(value.serialized == json)
                #expect(try Value.parse(json) == value)
            }
        }
    }

    @Test(arguments: 0..<20)
    func refusesControlCharactersAndBadBytesAtAnyPlace(before: Int) {
        for bad: UInt8 in [0x00, 0x0A, 0x1F, 0x80, 0xFF] {
            let bytes = [0x22] + [UInt8](repeating: 0x61, count: before) + [bad, 0x62, 0x22]
            #expect {
                _ = try bytes.withUnsafeBufferPointer { try Value.parse($0) }
            } throws: { error in
                (error as? ParseError)?.offset == before + 1
            }
        }
    }

    /// What is read is copied as it stands only where it would be written so.
    @Test(arguments: [
        (#"{"a":"x\"y\\z\n","b":[1,"\t"]}"#, #"{"a":"x\"y\\z\n","b":[1,"\t"]}"#),
        (#"{"a":"x\/y","b":"\"\u0041\u000a"}"#, #"{"a":"x/y","b":"\"A\n"}"#),
        (
            #"{ "a" : "x\"y", "b\/c": "\\\/", "d\"" : "\r" }"#,
            #"{"a":"x\"y","b/c":"\\/","d\"":"\r"}"#
        ),
        (#"["\\","\\u0041","\\\\u0041","\\\/"]"#, #"["\\","\\u0041","\\\\u0041","\\/"]"#),
        (#""\b\f\u0008\u000C\u001f""#, #""\b\f\b\f\u001F""#),
    ])
    func writesEscapesInOneWay(text: String, written: String) throws {
        #expect(try Value.parse(text).serialized == written)
        #expect(try Value.parse("[" + text + "]")[0]?.serialized == written)
    }
}
