import Glibc
import JSON
import Records
import Testing

/// A temporary folder, gone with the object.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/maprun-records-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(
            decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit { system("rm -rf \(path)") }

    func add(_ name: String, _ text: String) throws { try add(name, Array(text.utf8)) }

    func add(_ name: String, _ bytes: [UInt8]) throws {
        let parts = name.split(separator: "/").dropLast()
        for end in parts.indices { mkdir(path + "/" + parts[...end].joined(separator: "/"), 0o777) }
        let file = try #require(fopen(path + "/" + name, "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read(_ name: String) -> String? {
        guard let file = fopen(path + "/" + name, "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}

@Suite struct ResultTests {
    private func record(
        _ number: Int, _ status: ChildRecord.Status = .succeeded, output: Value = 1
    ) -> ChildRecord {
        ChildRecord(
            status, name: Text("n\(number)"), executionArn: "arn:e", stateMachineArn: "arn:m/Map",
            input: .value(["i": .int(number)]),
            output: status == .succeeded ? .value(output) : nil,
            error: status == .failed ? "Boom" : nil, cause: status == .failed ? "a \"b\"" : nil,
            startDate: status == .pending ? nil : "2025-02-04T01:49:50.099Z",
            stopDate: status == .pending ? nil : "2025-02-04T01:49:51.000Z")
    }

    private func write(
        _ records: [ChildRecord], _ configuration: WriterConfiguration, in folder: TemporaryFolder,
        category: ResultCategory = .succeeded
    ) throws -> [ResultFile] {
        var writer = try ResultFileWriter(
            directory: folder.path, category: category, configuration: configuration)
        for record in records { try writer.append(record) }
        return try writer.finish()
    }

    @Test func writesRecordsWithAllMetadata() throws {
        let folder = try TemporaryFolder()
        let files = try write([record(0), record(1)], WriterConfiguration(), in: folder)
        let text = try #require(folder.read("SUCCEEDED_0.json"))
        #expect(files == [ResultFile(name: "SUCCEEDED_0.json", size: text.utf8.count)])
        let first = """
            {"ExecutionArn":"arn:e","Input":"{\\"i\\":0}","InputDetails":{"Included":true},\
            "Name":"n0","Output":"1","OutputDetails":{"Included":true},"RedriveCount":0,\
            "RedriveStatus":"NOT_REDRIVABLE",\
            "RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven",\
            "StartDate":"2025-02-04T01:49:50.099Z","StateMachineArn":"arn:m/Map",\
            "Status":"SUCCEEDED","StopDate":"2025-02-04T01:49:51.000Z"}
            """
        #expect(text.hasPrefix("[" + first + ",{"))
        #expect(try Value.parse(text).array?.count == 2)
    }

    @Test func writesFailedAndPendingRecordsInFullWhateverTheTransformation() throws {
        let folder = try TemporaryFolder()
        let configuration = WriterConfiguration(.jsonLines, .flatten)
        _ = try write([record(0, .failed)], configuration, in: folder, category: .failed)
        _ = try write([record(0, .pending)], configuration, in: folder, category: .pending)
        #expect(
            folder.read("FAILED_0.json") == """
                {"Cause":"a \\"b\\"","Error":"Boom","ExecutionArn":"arn:e",\
                "Input":"{\\"i\\":0}","InputDetails":{"Included":true},"Name":"n0",\
                "RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",\
                "StartDate":"2025-02-04T01:49:50.099Z","StateMachineArn":"arn:m/Map",\
                "Status":"FAILED","StopDate":"2025-02-04T01:49:51.000Z"}

                """)
        #expect(
            folder.read("PENDING_0.json") == """
                {"ExecutionArn":"arn:e","Input":"{\\"i\\":0}","InputDetails":{"Included":true},\
                "Name":"n0","RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN",\
                "StateMachineArn":"arn:m/Map","Status":"PENDING"}

                """)
    }

    @Test(arguments: [
        (
            WriterConfiguration.OutputType.json, WriterConfiguration.Transformation.compact,
            "[[1,[2]],[],{\"a\":3}]"
        ),
        (.json, .flatten, "[1,[2],{\"a\":3}]"),
        (.jsonLines, .compact, "[1,[2]]\n[]\n{\"a\":3}\n"),
        (.jsonLines, .flatten, "1\n[2]\n{\"a\":3}\n"),
    ])
    func writesOutputsAlone(
        type: WriterConfiguration.OutputType, transformation: WriterConfiguration.Transformation,
        expected: String
    ) throws {
        let outputs: [Value] = [[1, [2]], [], ["a": 3]]
        for kept in [false, true] {
            let folder = try TemporaryFolder()
            let records = outputs.map { output in
                var result = record(0)
                result.output = kept ? .json(Text(output.serialized)) : .value(output)
                return result
            }
            _ = try write(records, WriterConfiguration(type, transformation), in: folder)
            #expect(folder.read("SUCCEEDED_0.json") == expected)
        }
    }

    @Test func beginsANewFileWhenOneIsFull() throws {
        let folder = try TemporaryFolder()
        var configuration = WriterConfiguration(.json, .compact)
        configuration.maximumFileBytes = 12
        let records = (0..<7).map { record($0, output: .int(1000 + $0)) }
        let files = try write(records, configuration, in: folder)
        #expect(files.map(\.size) == [11, 11, 11, 6])
        #expect(folder.read("SUCCEEDED_0.json") == "[1000,1001]")
        #expect(folder.read("SUCCEEDED_3.json") == "[1006]")
    }

    @Test func makesNoFileOfNoRecords() throws {
        let folder = try TemporaryFolder()
        #expect(try write([], WriterConfiguration(), in: folder).isEmpty)
        #expect(folder.read("SUCCEEDED_0.json") == nil)
    }

    @Test(arguments: 0..<12)
    func goesOnAtASavedPositionWithTheSameBytes(cut: Int) throws {
        var configuration = WriterConfiguration(cut % 2 == 0 ? .json : .jsonLines, .compact)
        configuration.maximumFileBytes = 30
        let records = (0..<12).map { record($0, output: .string("output \($0)")) }
        let whole = try TemporaryFolder()
        let files = try write(records, configuration, in: whole)
        let folder = try TemporaryFolder()
        var saved = ResultPosition()
        do {
            var writer = try ResultFileWriter(
                directory: folder.path, category: .succeeded, configuration: configuration)
            for (index, record) in records.enumerated() {
                if index == cut { saved = writer.position }
                try writer.append(record)
                try writer.flush()
            }
        }
        let position = try #require(ResultPosition(Value.parse(saved.value.serialized)))
        #expect(position == saved)
        var writer = try ResultFileWriter(
            directory: folder.path, category: .succeeded, configuration: configuration,
            position: position)
        for record in records[cut...] { try writer.append(record) }
        #expect(try writer.finish() == files)
        for file in files { #expect(folder.read(file.name) == whole.read(file.name)) }
    }

    @Test func refusesToGoOnInAFileThatIsShorterThanItWas() throws {
        let folder = try TemporaryFolder()
        try folder.add("SUCCEEDED_0.json", "[1")
        var position = ResultPosition()
        position.bytes = 5
        position.elements = 1
        #expect(throws: RecordsError.self) {
            _ = try ResultFileWriter(
                directory: folder.path, category: .succeeded,
                configuration: WriterConfiguration(), position: position)
        }
    }

    @Test func saysWhatToDoWhenNothingCanBeWritten() throws {
        do {
            var file = try AppendFile(path: "/dev/full", flushBytes: 1)
            try file.append { $0.append("x") }
            Issue.record("wrote to a full device")
        } catch {
            #expect(error.kind == .unwritable)
            #expect(
                error.message.hasSuffix("no space left on device; make room, then resume the run"))
        }
        #expect(throws: RecordsError.self) { _ = try AppendFile(path: "/nowhere/file") }
    }

    @Test func writesTheManifest() throws {
        let folder = try TemporaryFolder()
        let manifest = ResultManifest(
            bucket: "b", mapRunArn: "arn:r", keyPrefix: "p/u",
            files: [.succeeded: [ResultFile(name: "SUCCEEDED_0.json", size: 5)]])
        try manifest.write(toDirectory: folder.path)
        #expect(
            folder.read("manifest.json") == """
                {"DestinationBucket":"b","MapRunArn":"arn:r","ResultFiles":{"FAILED":[],\
                "PENDING":[],"SUCCEEDED":[{"Key":"p/u/SUCCEEDED_0.json","Size":5}]}}
                """)
        #expect(manifest.stateResult["ResultWriterDetails"]?["Key"] == "p/u/manifest.json")
    }
}
