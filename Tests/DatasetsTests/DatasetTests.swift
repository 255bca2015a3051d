import CZlib
import Datasets
import JSON
import Testing

@Suite struct DatasetTests {
    private func bytes(_ dataset: Dataset) -> [UInt8] {
        var all: [UInt8] = []
        dataset.write { block in all += block }
        return all
    }

    private func text(_ dataset: Dataset) -> String {
        String(decoding: bytes(dataset), as: UTF8.self)
    }

    @Test(arguments: Dataset.Format.allCases, [false, true])
    func equalSeedsGiveEqualBytes(format: Dataset.Format, isGzipped: Bool) {
        let dataset = Dataset(format: format, rows: 3000, seed: 7, isGzipped: isGzipped)
        #expect(bytes(dataset) == bytes(dataset))
        var other = dataset
        other.seed = 8
        #expect(bytes(dataset) != bytes(other))
    }

    @Test func aLongerDatasetBeginsWithTheShorterOne() {
        let short = text(Dataset(rows: 2000))
        #expect(text(Dataset(rows: 5000)).hasPrefix(short))
    }

    @Test func theFirstRowsAreTheseForever() {
        #expect(text(Dataset(rows: 2, seed: 1)) == Self.firstRows)
    }

    @Test func aRowTakesAboutTheBytesOfTheAnchors() {
        let size = bytes(Dataset(rows: 10_000)).count / 10_000
        #expect((175...205).contains(size))
    }

    @Test(arguments: Dataset.Kind.allCases)
    func jsonAndJSONLinesHoldTheSameRecords(kind: Dataset.Kind) throws {
        let lines = try text(Dataset(kind: kind, format: .jsonl, rows: 500))
            .split(separator: "\n").map { try Value.parse(String($0)) }
        let array = try Value.parse(text(Dataset(kind: kind, format: .json, rows: 500)))
        guard case .array(let records) = array else {
            Issue.record("not an array")
            return
        }
        #expect(lines.count == 500)
        #expect(Array(records) == lines)
    }

    @Test func ordersAreOfTheseColumns() {
        let rows = text(Dataset(kind: .orders, rows: 1000)).split(separator: "\n")
        #expect(rows[0] == "orderId,customerId,orderedOn,product,quantity,unitPrice,currency")
        #expect(rows.allSatisfy { $0.filter { $0 == "," }.count == 6 })
        for fault in ["yesterday", "two", ",C900", ",,"] {
            #expect(rows.contains { $0.contains(fault) }, "\(fault)")
        }
    }

    @Test func anEmptyDatasetIsAHeaderOrAnEmptyArray() throws {
        #expect(text(Dataset(rows: 0)).split(separator: "\n").count == 1)
        #expect(try Value.parse(text(Dataset(format: .json, rows: 0))) == [])
        #expect(text(Dataset(format: .jsonl, rows: 0)).isEmpty)
    }

    @Test func gzipHoldsThePlainBytes() {
        let plain = bytes(Dataset(rows: 4000))
        #expect(inflated(bytes(Dataset(rows: 4000, isGzipped: true)), room: plain.count) == plain)
    }

    @Test func everyFaultOccurs() {
        let rows = text(Dataset(rows: 20_000))
        let faults = [
            ",,,,Emma,", ",,,,,,,,", "2023-02-30", "not a date", ",one column,too many\n",
            "\"first line\nsecond line\"", "called \"\"Lu\"\"", "丽",
        ]
        for fault in faults { #expect(rows.contains(fault), "\(fault)") }
    }

    private func inflated(_ input: [UInt8], room: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: room + 1)
        var source = input
        var stream = z_stream()
        inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        defer { inflateEnd(&stream) }
        let status = source.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        #expect(status == Z_STREAM_END)
        return Array(output[..<(output.count - Int(stream.avail_out))])
    }

    private static let firstRows = """
        registrationId,submittedOn,language,source,childFirstName,childLastName,dateOfBirth,\
        motherFirstName,motherLastName,motherEmail,motherPhone,\
        fatherFirstName,fatherLastName,fatherEmail,fatherPhone,daysOfWeek,specialInstructions
        R000000001,2026-08-20,zh,web,Oscar,Moore,2020-11-09,\
        Nora,Moore,nora.moore@example.com,555-013148,\
        Mateo,Moore,mateo.moore@example.com,555-018822,Friday,
        R000000002,2026-08-14,en,web,Chloé,Green,2022-07-02,\
        Noah,Green,noah.green@example.com,555-015784,\
        Jacob,Green,jacob.green@example.com,555-011999,Tuesday,allergic to nuts

        """
}
