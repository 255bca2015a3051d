import Foundation
import JSON
import Records
import Testing

@Suite struct BadInputTests {
    @Test(arguments: [ReaderConfiguration.csv, .json, .jsonLines])
    func namesAMissingFile(configuration: ReaderConfiguration) {
        let error = Outcome(path: "/nowhere/data.csv", configuration).error
        #expect(error?.kind == .notFound)
        #expect(error?.description.hasPrefix("/nowhere/data.csv: there is no such file") == true)
    }

    @Test(arguments: [ReaderConfiguration.csv, .json, .jsonLines])
    func refusesAFolder(configuration: ReaderConfiguration) {
        let error = Outcome(path: "/tmp", configuration).error
        #expect(error?.kind == .unreadable)
        #expect(error?.message.hasPrefix("is a folder, not a file") == true)
    }

    @Test func refusesAnEmptyFileWhereSomethingIsNeeded() throws {
        #expect(Outcome("", .csv).error?.kind == .empty)
        #expect(Outcome("", .json).error?.kind == .empty)
        #expect(Outcome(" \n", .json).error?.kind == .empty)
        #expect(Outcome("", .jsonLines).error == nil)
    }

    @Test func notesAHeaderWithoutRows() throws {
        for text in ["a,b\n", "a,b"] {
            let file = try TemporaryFile(text)
            let reader = try openReader(path: file.path, configuration: .csv)
            #expect(try reader.nextBlock() == nil)
            #expect(reader.notes == ["\(file.path) has no items"])
        }
    }

    @Test func refusesDuplicateHeaders() {
        for outcome in [
            Outcome("a,b,a\n1,2,3", .csv),
            Outcome("1,2,3", .csv.with { $0.csvHeaders = ["a", "b", "a"] }),
        ] {
            #expect(outcome.error?.kind == .header)
            #expect(outcome.error?.cause == "CSV headers cannot contain duplicates.")
            #expect(outcome.error?.message == "the column 'a' occurs twice; rename one")
        }
    }

    @Test func refusesLinesThatEndInReturnsAlone() {
        let error = Outcome("a,b\r1,2\r3,4\r", .csv).error
        #expect(error?.kind == .header)
        #expect(error?.message.contains("carriage return alone") == true)
        #expect(Outcome("a,\"b\rc\"\r\n1,2\r\n", .csv).json == [#"{"a":"1","b\rc":"2"}"#])
        #expect(Outcome("\"a\",\"b\"\r\"1\",\"2\"\r", .csv).error?.kind == .header)
    }

    @Test func refusesLinesThatEndInReturnsAloneAlsoWhereHeadersAreGiven() {
        let given = ReaderConfiguration.csv.with { $0.csvHeaders = ["a", "b"] }
        let long = String(repeating: "1,\"x\ny\"\r", count: 100_000)
        for text in ["1,2\r3,4\r", "1,2\r", "1,2\r3,4", "1,2\r3,4\n", "1\r2\r3", "\r\r", long] {
            let outcome = Outcome(text, given)
            #expect(outcome.items.isEmpty)
            #expect(outcome.error?.kind == .header)
            #expect(outcome.error?.message.contains("carriage return alone") == true)
        }
        // Those within quotes, or within one line of several, are text.
        #expect(Outcome("1,\"2\r3\"", given).json == [#"{"a":"1","b":"2\r3"}"#])
        #expect(Outcome("1,2\r\n3,4\r\n", given).json.count == 2)
        #expect(Outcome("1,2\r\n", given).json == [#"{"a":"1","b":"2"}"#])
        #expect(Outcome("1,x\ry\n3,4\n", given).json[0] == #"{"a":"1","b":"x\ry"}"#)
        #expect(Outcome("", given).items.isEmpty && Outcome("", given).error == nil)
        #expect(Outcome("1,2", given).json == [#"{"a":"1","b":"2"}"#])
        let wide = String(repeating: "x", count: 70_000)
        #expect(Outcome("1,\(wide)\r\n3,4\r\n", given).json.count == 2)
    }

    @Test func refusesRowsThatEndInReturnsBehindAHeaderThatDoesNot() {
        for text in ["a,b\n1,2\r3,4\r", "a,b\r\n1,2\r3,4", "a,b\n1,2\r3,4\r\n", "a\n1\r2\r3\r"] {
            for piece in [1, Int.max] {
                let outcome = Outcome(Array(text.utf8), .csv, piece: piece)
                #expect(outcome.items.isEmpty)
                #expect(outcome.error?.kind == .malformed)
                #expect(outcome.error?.line == 2)
                #expect(outcome.error?.message.contains("carriage return alone") == true)
            }
        }
        #expect(Outcome("a,b\n1,\"2\r3\"\n", .csv).json == [#"{"a":"1","b":"2\r3"}"#])
        #expect(Outcome("a,b\n1,x\ry\n3,4\n", .csv).json.count == 2)
        #expect(Outcome("a,b\n1,2\r\n", .csv).json == [#"{"a":"1","b":"2"}"#])
        #expect(Outcome("a,b\n1,2\r", .csv).json.count == 1)
        #expect(Outcome("a,b\n", .csv).error == nil)
    }

    @Test(arguments: [ReaderConfiguration.csv, .json, .jsonLines])
    func refusesTextOfSixteenOrThirtyTwoBits(_ configuration: ReaderConfiguration) throws {
        let encodings: [(String, String.Encoding, [UInt8])] = [
            ("utf-16le", .utf16LittleEndian, []), ("utf-16be", .utf16BigEndian, []),
            ("utf-16", .utf16LittleEndian, [0xFF, 0xFE]),
            ("utf-16", .utf16BigEndian, [0xFE, 0xFF]),
            ("utf-32le", .utf32LittleEndian, []), ("utf-32be", .utf32BigEndian, []),
            ("utf-32", .utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
            ("utf-32", .utf32BigEndian, [0, 0, 0xFE, 0xFF]),
        ]
        let texts =
            configuration.inputType == .csv
            ? [
                "1\n", "id,name\n1,Bo\n", "имя,возраст\nАнна,5\n", "名前,年齢\n花子,5\n",
                "id,имя\n" + (0..<50).map { "\($0),Александра\n" }.joined(),
            ]
            : [
                "[1]", "{\"a\":1}\n", "[\"Анна\",\"花子\"]",
                "{\"имя\":\"Александра Александровна\"}\n",
            ]
        for (name, encoding, mark) in encodings {
            for text in texts {
                let bytes = mark + Array(try #require(text.data(using: encoding)))
                for piece in [1, Int.max] {
                    let outcome = Outcome(bytes, configuration, piece: piece)
                    #expect(outcome.items.isEmpty, "\(name): \(text)")
                    #expect(outcome.error?.kind == .invalidUTF8, "\(name): \(text)")
                    #expect(
                        outcome.error?.message.hasSuffix("as with iconv -f \(name) -t utf-8")
                            == true,
                        "\(text): \(outcome.error?.message ?? "")")
                }
            }
        }
        // What is UTF-8 stays that, also with a zero here and there.
        #expect(Outcome("名前,年齢\n花子,5\n", .csv).items.count == 1)
        #expect(Outcome("a,b\nx\0y,1\n\0,2\n", .csv).items.count == 2)
    }

    @Test func refusesMillionsOfColumns() {
        let wide = String(repeating: ",", count: 10_000_000)
        #expect(Outcome(wide + "\n1\n", .csv).error?.kind == .header)
        let narrow = ReaderConfiguration.csv.with { $0.maximumHeaderBytes = 1 << 30 }
        #expect(Outcome(wide + "\n1\n", narrow).error?.kind == .header)
        let outcome = Outcome("a,b\n1" + wide + "\n2,3\n", .csv)
        #expect(outcome.json == [#"{"a":"1","b":""}"#, #"{"a":"2","b":"3"}"#])
    }

    @Test func readsAHeaderLongerThanAWSAllows() {
        let names = (0..<5000).map { "column\($0)" }.joined(separator: ",")
        #expect(Outcome(names + "\n1,2\n", .csv).items.first?.value["column1"] == "2")
    }

    @Test func deliversWhatComesBeforeInvalidUTF8() {
        let bytes = Array("a,b\n1,2\n3,x".utf8) + [0xE4] + Array("\n5,6\n".utf8)
        let outcome = Outcome(bytes, .csv)
        #expect(outcome.json == [#"{"a":"1","b":"2"}"#])
        #expect(outcome.error?.kind == .invalidUTF8)
        #expect(outcome.error?.byteOffset == 11)
        #expect(outcome.error?.line == 3)
        #expect(Outcome([0x61, 0xFF, 0x0A], .csv).error?.kind == .invalidUTF8)
        #expect(Outcome(Array("[1,\"".utf8) + [0xFF, 0x22, 0x5D], .json).error?.byteOffset == 4)
    }

    @Test(arguments: [1, 2, 300])
    func whatAFileIsDoesNotDependOnTheWindow(_ readBytes: Int) {
        let bytes: [UInt8] = [0xFE, 0xFF, 0, 0x5B, 0, 0x5D]
        let error = Outcome(bytes, .json.with { $0.readBytes = readBytes }).error
        #expect(error?.kind == .invalidUTF8)
        #expect(error?.message.contains("is UTF-16") == true)
    }

    @Test func deliversWhatComesBeforeAQuoteThatIsNeverClosed() {
        let outcome = Outcome("a,b\n1,2\n3,\"4\n5,6\n", .csv)
        #expect(outcome.json == [#"{"a":"1","b":"2"}"#])
        #expect(outcome.error?.kind == .truncated)
        #expect(outcome.error?.line == 3)
        #expect(Outcome("a,\"b\n1,2", .csv).error?.kind == .truncated)
    }

    @Test func refusesARecordOverTheLimit() {
        let long = String(repeating: "x", count: 3000)
        for (text, configuration, line) in [
            ("a\n1\n\(long)\n2\n", ReaderConfiguration.csv, 3),
            ("1\n\"\(long)\"\n2\n", .jsonLines, 2),
            ("[1,\n\"\(long)\",\n2]", .json, 1),
        ] {
            for readBytes in [16, 512, 1 << 16] {
                let outcome = Outcome(
                    text,
                    configuration.with {
                        $0.maximumRecordBytes = 1000
                        $0.readBytes = readBytes
                    })
                #expect(outcome.items.count == 1)
                #expect(outcome.error?.kind == .tooLarge)
                #expect(outcome.error?.line == line)
            }
        }
    }

    @Test func readsAHundredMegabytesOfOneRecordOnlyIfAllowed() {
        let long = Array("a\n".utf8) + [UInt8](repeating: 0x78, count: 100 << 20)
        #expect(Outcome(long, .csv).error?.kind == .tooLarge)
        let outcome = Outcome(long, .csv.with { $0.maximumRecordBytes = 128 << 20 })
        #expect(outcome.items.first?.value["a"]?.text?.utf8Count == 100 << 20)
    }

    @Test func whatComesBeforeTheEndOfAShortTruncatedFileIsDelivered() throws {
        let whole = try CompressionTests.gzip(Array("a\n1\n2\n".utf8))
        let file = try TemporaryFile(Array(whole.dropLast(6)))
        let outcome = Outcome(path: file.path, .csv)
        #expect(outcome.error?.kind == .truncated)
        #expect(outcome.items.count == 2)
    }

    @Test func refusesAFileThatChangesWhileItIsRead() throws {
        let file = try TemporaryFile("a\n" + String(repeating: "1\n", count: 1000))
        let reader = try openReader(
            path: file.path, configuration: .csv.with { $0.readBytes = 100 })
        #expect(try reader.nextBlock() != nil)
        let more = try #require(fopen(file.path, "a"))
        fputs("2\n", more)
        fclose(more)
        let outcome = Outcome { () throws(RecordsError) in reader }
        #expect(outcome.error?.kind == .changed)
        #expect(outcome.items.count > 800)
    }
}
