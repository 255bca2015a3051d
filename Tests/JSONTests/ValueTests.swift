import JSON
import Testing

@Suite struct ValueTests {
    @Test func settingAMemberOpensOneLevelAndKeepsOrder() throws {
        var object = try #require(Value.parse(#"{"a":1,"b":{"x":[1, 2]},"c":3}"#).object)
        object["b"] = "new"
        object["d"] = 4
        object["a"] = nil
        #expect(Value.object(object).serialized == #"{"b":"new","c":3,"d":4}"#)
    }

    @Test func numbersAreEqualByValue() throws {
        #expect(try Value.parse("[1,1.0,1e0]") == [1, 1, 1])
        #expect(try Value.parse("9007199254740993") != Value.parse("9007199254740992"))
    }

    @Test(arguments: [
        "0.35", "7.9", "-5.25", "24.0", "0.1234567890123", "90071992547409.91", "-0.0", "1e-3",
        "123456789012345.6789", "0.30000000000000004", "9007199254740993.5",
    ])
    func decimalsRoundAsTheStandardLibraryDoes(_ text: String) throws {
        #expect(try Value.parse(text).number?.double == Double(text))
    }

    @Test func objectsAreEqualWithoutOrder() throws {
        #expect(try Value.parse(#"{"a":1,"b":2}"#) == Value.parse(#"{"b":2,"a":1}"#))
        #expect(try Value.parse(#"{"a":1}"#) != Value.parse(#"{"a":1,"b":2}"#))
    }

    @Test func textsCompareByCodePointNotByLook() {
        #expect(Text("é") != Text("e\u{301}"))
    }

    @Test func textsSortByUTF16CodeUnits() {
        #expect(Text("\u{10000}") < Text("\u{FFFD}"))
        #expect(Text("A") < Text("AB"))
        #expect(Text("ä") > Text("z"))
    }

    @Test(arguments: [
        (0.1, "0.1"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1e-7, "1e-7"),
        (0.000001, "0.000001"), (-1.5, "-1.5"), (123456789.125, "123456789.125"), (3.0, "3"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (Double.leastNonzeroMagnitude, "5e-324"),
    ])
    func printsDoublesAsJavaScriptDoes(_ double: Double, _ text: String) {
        #expect(Number(double).text == text)
    }

    @Test func textsAreCutAtBytes() throws {
        for text in [Text("größe"), try #require(Value.parse("\"größe\"").text)] {
            #expect(text.slice(2..<4) == "ö")
            #expect(text.slice(2..<7).slice(4..<5) == "e")
            #expect(text.slice(7..<7).isEmpty)
        }
    }

    @Test func printsPretty() throws {
        let value = try Value.parse(#"{"a":[1,{}],"b":[]}"#)
        #expect(value.prettyPrinted == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}")
    }

    @Test func pointersFindTheirValues() throws {
        let value = try Value.parse(#"{"a/b":[{"m~n":5}]}"#)
        #expect(JSONPointer(parsing: "/a~1b/0/m~0n")?.resolve(in: value) == 5)
        #expect(JSONPointer(parsing: "/a~1b/00")?.resolve(in: value) == nil)
        #expect(JSONPointer(parsing: "/a~2") == nil)
    }

    @Test func nodesKnowTheirPlaces() throws {
        let node = try Node.parse("{\n  \"a\": [true, \"x\"]\n}")
        let element = try #require(node["a"]?.elements.last)
        #expect(element.position == Position(line: 2, column: 15))
        #expect(element.pointer.description == "/a/1")
    }
}
