import JSON
import Testing

/// Strings are read 16 bytes at a time and written eight; what is special may stand at any of them.
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
                let spaced = "[ \(json) , { \(json) : [ ] , \"b\" : { } } ]"
                let compact = "[\(json),{\(json):[],\"b\":{}}]"
                #expect(try Value.parse(spaced).serialized == compact)
            }
        }
    }

    @Test(arguments: 0..<20, 0..<20)
    func readsOtherSpellingsAtAnyPlace(before: Int, after: Int) throws {
        let spellings = [
            ("\\/", "/"), ("\\u0041", "A"), ("\\u00E9", "é"), ("\\ud83d\\ude00", "😀"),
            ("\\udc00", "\u{FFFD}"), ("\\\\\\\"\\/", "\\\"/"),
        ]
        for (spelled, text) in spellings {
            let start = String(repeating: "a", count: before)
            let end = String(repeating: "b", count: after)
            let value = Value.string(start + text + end)
            let json = "\"" + start + spelled + end + "\""
            #expect(try Value.parse(json) == value)
            let spaced = try Value.parse("[ \(json) ]")
            #expect(spaced[0] == value)
            #expect(spaced.serialized == "[\(value.serialized)]")
        }
    }

    @Test(arguments: 0..<20)
    func refusesWrongEscapesAtAnyPlace(before: Int) {
        for wrong in ["\\x", "\\u12", "\\u12G4", "\\"] {
            let text = "\"" + String(repeating: "a", count: before) + wrong + "\""
            let error = #expect(throws: ParseError.self) { try Value.parse(text) }
            // A backslash before the last quote leaves the string open from its beginning.
            #expect(error?.offset == (wrong == "\\" ? 0 : before + 1))
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
