import JSON
import Records
import Testing

@Suite struct FailedRowTests {
    private let failure = FailureColumns(
        error: "Boom", cause: "it said \"no\",\nthen \\ went", state: "Check", attempts: 3, index: 7
    )

    private func file(_ columns: [String], _ rows: [Value], _ delimiter: CSVDelimiter) -> [UInt8] {
        let writer = FailedRowWriter(columns: columns, delimiter: delimiter)
        var out = ByteBuffer()
        writer.writeHeader(to: &out)
        for row in rows { writer.write(row, failure, to: &out) }
        return Array(out.bytes)
    }

    @Test func writesOriginalColumnsInTheirOrderAndThenTheErrors() {
        let bytes = file(["name", "age"], [["age": "3", "name": "a,b"]], .comma)
        #expect(
            String(decoding: bytes, as: UTF8.self) == """
                name,age,maprun_error,maprun_cause,maprun_state,maprun_attempts,maprun_index
                "a,b",3,Boom,"it said ""no"",
                then \\\\ went",Check,3,7

                """)
    }

    @Test(arguments: 0..<100)
    func readsBackWhatItWrites(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = [
            "a", "b", " ", "\"", "\\", ",", ";", "|", "\t", "\n", "\r", "\r\n", "é", "\u{FEFF}",
            "'",
        ]
        func text() -> String {
            (0..<Int.random(in: 0..<12, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
        }
        let delimiter = CSVDelimiter.allCases[seed % CSVDelimiter.allCases.count]
        let columns = (0..<1 + seed % 4).map { "\u{FEFF}c\($0)" + text() }
        let rows = (0..<20).map { _ in
            Value.object(columns.map { Member(Key($0), .string(text())) })
        }
        let configuration = ReaderConfiguration.csv.with {
            $0.csvDelimiter = delimiter
            $0.readBytes = 1 + seed * 3
        }
        let outcome = Outcome(file(columns, rows, delimiter), configuration)
        #expect(outcome.error == nil)
        #expect(outcome.items.map { FailureColumns.removed(from: $0.value) } == rows)
        #expect(outcome.items.allSatisfy { $0.value["maprun_cause"] == .string(failure.cause) })
        #expect(outcome.items.allSatisfy { FailureColumns.index(of: $0.value) == 7 })
    }

    @Test func writesItsOwnColumnsOnceWhenRowsFailAgain() {
        let columns = ["a"] + FailureColumns.names
        let bytes = file(columns, [["a": "1", "maprun_error": "Old"]], .comma)
        let outcome = Outcome(bytes, .csv)
        #expect(outcome.items.first?.value["maprun_error"] == "Boom")
        #expect(outcome.items.first?.value.object?.count == 6)
    }

    @Test func writesOtherValuesAsJSON() {
        let items: [Value] = [["a": ["b": 1]], 5]
        let outcome = Outcome(file(["a", FailedRowWriter.valueColumn], items, .comma), .csv)
        #expect(outcome.items.map(\.value["a"]) == ["{\"b\":1}", ""])
        #expect(outcome.items.map(\.value["Value"]) == ["", "5"])
    }

    @Test func tellsTheColumnsOfAFileInTheirOrder() throws {
        let file = try TemporaryFile("b,a\n1,2\n")
        #expect(try openReader(path: file.path, configuration: .csv).csvHeader == ["b", "a"])
        #expect(try openReader(path: file.path, configuration: .jsonLines).csvHeader == nil)
    }

    @Test(arguments: 0..<60)
    func widenedRowsAreThoseWrittenWide(seed: Int) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["a", "\"", "\\", ",", "|", "\n", "\r\n", "é", "\u{FEFF}", ""]
        func text() -> String {
            (0..<Int.random(in: 0..<6, using: &generator))
                .compactMap { _ in pieces.randomElement(using: &generator) }.joined()
        }
        let items = (0..<30).map { number -> Value in
            if number % 11 == 5 { return .string(text()) }
            return .object(
                (0..<Int.random(in: 0..<4, using: &generator)).map { member in
                    Member(Key("\(member)\(pieces[(number + seed) % 8])"), .string(text()))
                })
        }
        let most = seed % 3 == 0 ? 4 : 1000
        let delimiter = seed % 2 == 0 ? CSVDelimiter.comma : .pipe
        var writer = FailedRowWriter(columns: [], delimiter: delimiter, mostColumns: most)
        var out = ByteBuffer()
        writer.writeHeader(to: &out)
        for item in items {
            let before = writer.names.count
            if writer.addColumns(of: item) {
                let old = out
                out = ByteBuffer()
                var place = WideningPlace()
                let added = writer.names.count - before
                var start = 0
                while start < old.count {
                    let end = min(old.count, start + 1 + seed % 7)
                    let part = UnsafeBufferPointer(rebasing: old.bytes[start..<end])
                    writer.widen(by: added, part, &place, to: &out)
                    start = end
                }
            }
            writer.write(item, failure, to: &out)
        }
        var whole = ByteBuffer()
        writer.writeHeader(to: &whole)
        for item in items { writer.write(item, failure, to: &whole) }
        #expect(Array(out.bytes) == Array(whole.bytes))
        #expect(writer.names.count <= most + 1)
        // Nothing is lost, whatever column it is in.
        let read = Outcome(Array(out.bytes), .csv.with { $0.csvDelimiter = delimiter })
        #expect(read.items.count == items.count)
        for (row, item) in zip(read.items, items) {
            let rest = row.value["maprun_more"]?.string.flatMap { try? Value.parse($0) }
            for member in item.object ?? ObjectValue([Member("Value", item)]) {
                let found = writer.names.contains(member.key.string) ? row.value[member.key] : nil
                #expect((found ?? rest?[member.key]) == member.value)
            }
        }
    }
}
