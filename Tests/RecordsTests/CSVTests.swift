import JSON
import Records
import Testing

@Suite struct CSVTests {
    /// One row under the headers a and b, and what becomes of the two fields.
    @Test(arguments: [
        ("1,2", "1", "2"),
        ("\"x,y\",2", "x,y", "2"),
        ("\"x\ny\",2", "x\ny", "2"),
        ("\"x\r\ny\",2", "x\r\ny", "2"),
        ("\"say \"\"hi\"\"\",2", "say \"hi\"", "2"),
        ("say \"\"hi\"\",2", "say \"hi\"", "2"),
        ("5\" disk,7\" disk", "5\" disk", "7\" disk"),
        ("\"\",2", "", "2"),
        ("\"\"\"\",2", "\"", "2"),
        ("\"ab\"cd,2", "abcd", "2"),
        ("\"ab\"c\"d\",2", "abc\"d\"", "2"),
        ("x\\,y,2", "x,y", "2"),
        ("\"x\\\"y\",2", "x\"y", "2"),
        ("x\\\\y,2", "x\\y", "2"),
        ("x\\ty,2", "xty", "2"),
        ("x\\,2", "x,2", ""),
        ("\\\"x,2", "\"x", "2"),
        ("1,2\\", "1", "2"),
        ("'x,y',2", "'x", "y'"),
        (" 1 , 2 ", " 1 ", " 2 "),
        ("1", "1", ""),
        ("1,2,3,4", "1", "2"),
        ("1,", "1", ""),
        (",,,", "", ""),
        ("   ", "   ", ""),
        ("", "", ""),
        ("ünï,\u{1F600}", "ünï", "\u{1F600}"),
        ("{\"\"k\"\":1},null", "{\"k\":1}", "null"),
    ])
    func readsARow(row: String, first: String, second: String) {
        for end in ["\n", "\r\n"] {
            let outcome = Outcome("a,b\(end)\(row)\(end)z,\(end)", .csv)
            #expect(outcome.error == nil)
            #expect(outcome.items.first?.value == ["a": .string(first), "b": .string(second)])
            #expect(outcome.json.last == #"{"a":"z","b":""}"#)
            #expect(outcome.items.count == 2)
        }
    }

    @Test func listsMembersInTheOrderOfAJavaMap() {
        let file = "0,True,{}\nValue4,Value5,Value6\n,,,\ntrue,1,'HelloWorld'\nNull,None,\n   \n"
        #expect(
            Outcome(file, .csv).json == [
                #"{"0":"Value4","{}":"Value6","True":"Value5"}"#,
                #"{"0":"","{}":"","True":""}"#,
                #"{"0":"true","{}":"'HelloWorld'","True":"1"}"#,
                #"{"0":"Null","{}":"","True":"None"}"#,
                #"{"0":"   ","{}":"","True":""}"#,
            ])
    }

    @Test(arguments: ["a,b\n1,2\n", "a,b\n1,2", "a,b\r\n1,2\r\n", "\u{FEFF}a,b\n1,2\n"])
    func readsEveryKindOfLineEndAndAByteOrderMark(file: String) {
        let outcome = Outcome(file, .csv)
        #expect(outcome.json == [#"{"a":"1","b":"2"}"#] && outcome.error == nil)
    }

    @Test(arguments: CSVDelimiter.allCases)
    func splitsAtTheDelimiter(delimiter: CSVDelimiter) {
        let separator = String(Character(Unicode.Scalar(delimiter.byte)))
        let file =
            ["a", "b"].joined(separator: separator) + "\n"
            + ["x\\\(separator)y", "\"p\(separator)q\""].joined(separator: separator)
        let outcome = Outcome(file, .csv.with { $0.csvDelimiter = delimiter })
        let expected: Value = ["a": .string("x\(separator)y"), "b": .string("p\(separator)q")]
        #expect(outcome.items.map(\.value) == [expected])
    }

    @Test func takesGivenHeadersAndThenTheFirstRowIsAnItem() {
        let outcome = Outcome("1,2\n3,4", .csv.with { $0.csvHeaders = ["a", "b"] })
        #expect(outcome.json == [#"{"a":"1","b":"2"}"#, #"{"a":"3","b":"4"}"#])
    }

    @Test func readsHeadersWithQuotesBlanksAndNoName() {
        let outcome = Outcome("\"a,\"\"b\"\"\", c ,\n1,2,3", .csv)
        #expect(outcome.items.first?.value == ["a,\"b\"": "1", " c ": "2", "": "3"])
    }

    @Test func makesAnItemOfABlankLineBetweenOthers() {
        #expect(Outcome("a\n1\n\n2\n", .csv).json == [#"{"a":"1"}"#, #"{"a":""}"#, #"{"a":"2"}"#])
    }

    @Test func tellsLineAndByteOfEachItem() {
        let outcome = Outcome("a,b\n\"x\ny\",1\n2,3\n", .csv)
        #expect(outcome.lines == [2, 4])
        #expect(outcome.items.map(\.byteOffset) == [4, 12])
    }

    @Test func keepsNoMoreThanItsOwnRowWhenDetached() throws {
        let whole = Outcome("a,b\n1,\"2\"\n3,4\n", .csv)
        let detached = Outcome("a,b\n1,\"2\"\n3,4\n", .csv.with { $0.detachRows = true })
        #expect(detached.json == whole.json && detached.json.count == 2)
    }

    @Test func stopsAtMaxItems() {
        let file = "a\n" + (0..<1000).map { "\($0)\n" }.joined()
        #expect(Outcome(file, .csv.with { $0.maxItems = 2 }).items.count == 2)
        #expect(Outcome(file, .csv.with { $0.maxItems = 300 }).items.count == 300)
        #expect(Outcome(file, .csv.with { $0.maxItems = 0 }).items.count == 1000)
    }

    @Test func contentHashesTellEqualRowsFromOthers() {
        let hashes = Outcome("a,b\n1,2\n1,3\n1,2\r\n", .csv).items.map(\.contentHash)
        #expect(hashes[0] == hashes[2] && hashes[0] != hashes[1])
    }

    @Test func contentHashesAreOfTheFilesHeaderToo() {
        let rows = "Lee,Ann\nSmith,Bo\n"
        let hashes = ["first,last\n", "\"first\",last\r\n", "last,first\n", "first,name\n"].map {
            Outcome($0 + rows, .csv).items.map(\.contentHash)
        }
        #expect(hashes[0].count == 2 && hashes[0] == hashes[1])
        #expect(Set(hashes[0] + hashes[2] + hashes[3]).count == 6)
        let given = [["first", "last"], ["last", "first"]].map { names in
            Outcome(rows, .csv.with { $0.csvHeaders = names }).items.map(\.contentHash)
        }
        #expect(given[0].count == 2 && given[0] == given[1])
    }
}
