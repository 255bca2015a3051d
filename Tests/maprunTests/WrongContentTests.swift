import Foundation
import Testing

/// Inputs that are not what the definition says: the message names the place and what to do, what
/// came before has its result, and the exit code says that the execution failed.
@Suite struct WrongContentTests {
    let workspace: Workspace

    init() throws { workspace = try Workspace() }

    private static let csv = #"{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}"#
    private static let json = #"{"InputType": "JSON"}"#
    private static let lines = #"{"InputType": "JSONL"}"#
    private static let parquet = #"{"InputType": "PARQUET"}"#
    private static let inventory = #"{"InputType": "MANIFEST"}"#
    private static let athena = #"{"InputType": "JSONL", "ManifestType": "ATHENA_DATA"}"#
    private static let flatten =
        #"{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW", "Transformation": "LOAD_AND_FLATTEN"}"#

    /// A file of the bucket, how it is read, what is said, and how many items come before.
    struct Case: Sendable, CustomTestStringConvertible {
        var files: [(name: String, text: String)]
        var config: String
        var key: String?
        var says: String
        var items = 0

        init(
            _ name: String, _ text: String, _ config: String, says: String, items: Int = 0,
            more: [(String, String)] = []
        ) {
            files = [(name, text)] + more.map { (name: $0.0, text: $0.1) }
            self.config = config
            key = name
            self.says = says
            self.items = items
        }

        var testDescription: String { "\(key ?? "a folder") as \(config): \(says)" }
    }

    static let tar = "1.csv" + String(repeating: "\0", count: 252) + "ustar\0"

    static let cases = [
        Case("a.csv", "PAR1....", csv, says: "is a Parquet file, not CSV; set InputType"),
        Case("a.json", "PAR1....", json, says: "is a Parquet file, not JSON; set InputType"),
        Case("a.csv", "PK\u{3}\u{4}....", csv, says: "is a zip archive, not CSV; read its entries"),
        Case("a.jsonl", tar, lines, says: "is a tar archive, not JSONL; read its entries"),
        Case(
            "a.csv", "a\0\n\u{0}1\0\n\0", csv, says: "a.csv: is UTF-16, not UTF-8; convert the file"
        ),
        Case("a.jsonl", "\u{0}1\u{0}\n", lines, says: "with iconv -f utf-16be -t utf-8"),
        Case("a.csv", "Obj\u{1}....", csv, says: "is an Avro file, not CSV; convert it"),
        Case("a.csv", "ORC\n\u{3}...", csv, says: "is an ORC file, not CSV; convert it"),
        Case("a.parquet", "a,b\n1,2\n", parquet, says: "is no Parquet file; it would start with"),
        Case("a.json", "a,b\n1,2\n", json, says: "a.json, line 1, byte 0: no valid JSON"),
        Case("a.jsonl", "a,b\n1,2\n", lines, says: "a.jsonl, line 1, byte 0: no valid JSON"),
        Case(
            "a.json", "{\"a\":1}\n{\"a\":2}\n", json, says: "line 2, byte 8: no valid JSON",
            items: 1),
        Case(
            "a.json", "{}", #"{"InputType": "MANIFEST", "ManifestType": "ATHENA_DATA"}"#,
            says: "InputType names the format of the data files: CSV, JSONL or PARQUET"),
        Case("a.json", "[1,2,oops]", json, says: "line 1, byte 5: no valid JSON", items: 2),
        Case("a.jsonl", "1\n2\noops\n3\n", lines, says: "line 3, byte 4: no valid JSON", items: 2),
        Case("a.json", "42", json, says: "Attempting to map over non-iterable node."),
        Case("a.json", "[1,", json, says: "ends inside the array of items", items: 1),
        Case("m.json", #"{"x":1}"#, inventory, says: "m.json: no manifest of an S3 inventory"),
        Case("m.json", "a,b\n", inventory, says: "m.json, line 1, byte 0: no valid JSON"),
        Case(
            "m.json",
            #"{"destinationBucket":"arn:aws:s3:::data","fileFormat":"CSV","fileSchema":"Key, Size","#
                + #""files":[{"key":"1.csv"},{"key":"gone.csv"}]}"#, inventory,
            says: "gone.csv: there is no such file or folder; check the name; the manifest '",
            items: 1, more: [("1.csv", "k,5\n")]),
        Case(
            "m.json",
            #"{"destinationBucket":"arn:aws:s3:::data","fileFormat":"CSV","fileSchema":"Key, Size","#
                + #""files":[{"key":"../1.csv"}]}"#, inventory,
            says: "../1.csv: a key must stay inside its bucket; write it without '..'; the manifest"
        ),
        Case(
            "m.csv", "s3://data/1.jsonl\ns3://data/gone.jsonl\n", athena,
            says: "gone.jsonl: there is no such file or folder; check the name; the manifest '",
            items: 1, more: [("1.jsonl", "{\"a\":1}\n")]),
        Case("m.csv", "1.jsonl\n", athena, says: "m.csv, line 1: expected s3://bucket/key"),
    ]

    private func write(_ config: String, _ parameters: String, list: Bool = false) throws {
        try workspace.write(
            """
            {"StartAt": "Rows", "States": {"Rows": {
              "Type": "Map", "Label": "Rows", "End": true, "ResultPath": null,
              "ItemReader": {
                "Resource": "arn:aws:states:::s3:\(list ? "listObjectsV2" : "getObject")",
                "ReaderConfig": \(config), "Parameters": \(parameters)},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": true}}}}}}
            """, to: "flow.asl.json")
    }

    /// How many items have a result; a run without a Map Run has none.
    private func items() throws -> Int {
        try workspace.maprun("results", "last").lines.filter { $0.hasPrefix(#"{"index""#) }.count
    }

    @Test(arguments: cases)
    func whatIsNotAsTheDefinitionSaysIsRefusedWithItsPlace(_ wrong: Case) throws {
        for file in wrong.files { try workspace.write(file.text, to: "data/" + file.name) }
        try write(wrong.config, #"{"Bucket": "data", "Key": "\#(wrong.key ?? "")"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json", "--output", "json")
        #expect(ran.code == 1)
        #expect(ran.out.contains(#""error":"States.ItemReaderFailed""#), "\(ran.out)")
        #expect(ran.out.contains(wrong.says), "\(ran.out)")
        #expect(try items() == wrong.items)
    }

    @Test(arguments: [csv, json, lines])
    func aKeyThatLeadsOutOfItsBucketIsRefused(_ config: String) throws {
        try workspace.write("a\n1\n", to: "secret.csv")
        try workspace.write("", to: "data/x")
        try write(config, #"{"Bucket": "data", "Key": "../secret.csv"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json", "--output", "json")
        #expect(ran.code == 1)
        #expect(ran.out.contains("a key must stay inside its bucket"), "\(ran.out)")
    }

    @Test(arguments: [
        ("a.csv", "a\n1\n%\n2\n", csv, "line 3"), ("a.json", "[1,\"%\",2]", json, "line 1"),
        ("a.jsonl", "1\n\"%\"\n2\n", lines, "line 2"),
    ])
    func aRecordOverTheLimitStopsTheRunUntilTheLimitIsRaised(
        _ key: String, _ text: String, _ config: String, _ place: String
    ) throws {
        let long = String(repeating: "x", count: 5000)
        try workspace.write(text.replacingOccurrences(of: "%", with: long), to: "data/" + key)
        try write(config, #"{"Bucket": "data", "Key": "\#(key)"}"#)
        let ran = try workspace.maprun(
            "run", "flow.asl.json", "--output", "json", "--max-record-bytes", "4K")
        #expect(ran.code == 1)
        #expect(ran.out.contains("larger than 4096 bytes; raise the limit with"), "\(ran.out)")
        #expect(ran.out.contains("\(key), \(place)"), "\(ran.out)")
        #expect(try items() == 1)
        let resumed = try workspace.maprun("resume", "last", "--max-record-bytes", "1MiB")
        #expect(resumed.code == 0, "\(resumed.err)")
        #expect(try items() == 3)
    }

    @Test(arguments: ["0", "3X", "2GiB", "-1"])
    func aWrongLimitIsRefused(_ limit: String) throws {
        try write(Self.csv, #"{"Bucket": "data", "Key": "a"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json", "--max-record-bytes=\(limit)")
        #expect(ran.code == 2)
        #expect(ran.err.contains("--max-record-bytes"), "\(ran.err)")
    }

    @Test func whatMayBeMeantOtherwiseIsSaidAtTheEnd() throws {
        try workspace.write("[{\"a\":1},{\"a\":2}]", to: "data/a.json")
        for (config, note) in [
            (Self.csv, "was read as CSV but begins like JSON; set InputType if it is"),
            (Self.lines, "is one array, which is one item of JSONL; with InputType JSON"),
        ] {
            try write(config, #"{"Bucket": "data", "Key": "a.json"}"#)
            let ran = try workspace.maprun("run", "flow.asl.json")
            #expect(ran.code == 0)
            #expect(ran.err.contains("a.json \(note)"), "\(ran.err)")
            #expect(try !workspace.maprun("run", "flow.asl.json", "-q").err.contains(note))
        }
    }

    @Test func aPlainFileNamedAsACompressedOneIsSaid() throws {
        try workspace.write("a\n1\n", to: "data/a.csv.gz")
        try write(Self.csv, #"{"Bucket": "data", "Key": "a.csv.gz"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json")
        #expect(ran.code == 0)
        #expect(
            ran.err.contains("a.csv.gz is not compressed, though named so, and was read as it is"),
            "\(ran.err)")
    }

    @Test(arguments: ["a,b\n", "a,b"])
    func aHeaderWithoutRowsIsSaid(_ text: String) throws {
        try workspace.write(text, to: "data/a.csv")
        try write(Self.csv, #"{"Bucket": "data", "Key": "a.csv"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json")
        #expect(ran.code == 0)
        #expect(ran.err.contains("a.csv has no items"), "\(ran.err)")
    }

    @Test func whereAWSNamesNoPlaceItIsSaidBeside() throws {
        try workspace.write("a,b,a\n1,2,3\n", to: "data/a.csv")
        try write(Self.csv, #"{"Bucket": "data", "Key": "a.csv"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json", "--output", "json")
        #expect(ran.code == 1)
        #expect(
            ran.out.contains(#""cause":"CSV headers cannot contain duplicates.""#), "\(ran.out)")
        #expect(
            ran.err.contains("a.csv, line 1: the column 'a' occurs twice; rename one"), "\(ran.err)"
        )
    }

    @Test(arguments: [csv, lines])
    func bytesThatAreNoUTF8AreRefusedWithTheirPlace(_ config: String) throws {
        try workspace.write(Data("\"a\"\n\"1\"\n\"".utf8) + [0xE4, 0x22, 0x0A], to: "data/a")
        try write(config, #"{"Bucket": "data", "Key": "a"}"#)
        let ran = try workspace.maprun("run", "flow.asl.json", "--output", "json")
        #expect(ran.code == 1)
        #expect(ran.out.contains("data/a, line 3, byte 9: "), "\(ran.out)")
        #expect(ran.out.contains("not valid UTF-8"), "\(ran.out)")
    }

    @Test func otherColumnsInALaterFileOfAListingAreSaid() throws {
        try workspace.write("a,b\n1,2\n", to: "data/in/1.csv")
        try workspace.write("b,a\n1,2\n", to: "data/in/2.csv")
        try workspace.write("c,d\n1,2\n", to: "data/in/3.csv")
        try write(Self.flatten, #"{"Bucket": "data", "Prefix": "in/"}"#, list: true)
        let ran = try workspace.maprun("run", "flow.asl.json")
        #expect(ran.code == 0)
        let notes = ran.err.split(separator: "\n").filter { $0.contains("has the columns") }
        #expect(
            notes == [
                "Rows: S3://data/in/3.csv has the columns 'c', 'd', not 'a', 'b' as "
                    + "S3://data/in/1.csv"
            ])
    }

    @Test func anItemTooLargeForAnyBatchFailsByItself() throws {
        let long = String(repeating: "x", count: 200)
        try workspace.write("1\n2\n\"\(long)\"\n3\n", to: "data/a.jsonl")
        try write(Self.lines, #"{"Bucket": "data", "Key": "a.jsonl"}"#)
        let flow = try workspace.read("flow.asl.json").replacingOccurrences(
            of: #""ItemReader""#,
            with: #""ToleratedFailurePercentage": 50, "#
                + #""ItemBatcher": {"MaxInputBytesPerBatch": 100}, "ItemReader""#)
        try workspace.write(flow, to: "flow.asl.json")
        let ran = try workspace.maprun("run", "flow.asl.json")
        #expect(ran.code == 0, "\(ran.err)")
        let results = try workspace.maprun("results", "last").lines
        #expect(results.count == 3)
        #expect(results[0].contains(#""output":{"Items":[1,2]}"#), "\(results)")
        #expect(results[1].contains(#""error":"States.DataLimitExceeded""#), "\(results)")
        #expect(results[2].contains(#""output":{"Items":[3]}"#), "\(results)")
        // What the child would have got, to be mended and fed back.
        let failures = try workspace.maprun("failures", "last", "--json").out
        #expect(failures.contains(#""input":{"Items":["\#(long)"]}"#), "\(failures)")
        try workspace.write(failures.replacingOccurrences(of: long, with: "short"), to: "m.jsonl")
        let redriven = try workspace.maprun("redrive", "last", "--items", "m.jsonl")
        #expect(redriven.code == 0, "\(redriven.err)")
        let mended = try workspace.maprun("results", "last").lines
        #expect(mended[1].contains(#""output":{"Items":["short"]}"#), "\(mended)")
    }
}
