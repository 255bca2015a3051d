import Engine
import Foundation
import JSON
import StatesLanguage
import Testing

@Suite struct ResultWriterTests {
    private static let writer = """
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
          "Parameters": {"Bucket": "results", "Prefix": "out/"}
        """

    private static func run(
        _ fixture: RunFixture, items: Int, fields: String
    ) async throws -> (ExecutionOutcome, [String: Value]) {
        try fixture.write(
            "items.jsonl",
            (0..<items).map { "{\"n\":\($0),\"odd\":\($0 % 2 == 1)}\n" }.joined())
        try FileManager.default.createDirectory(
            atPath: fixture.root + "/results", withIntermediateDirectories: true)
        let flow = DistributedMapTests.definition(DistributedMapTests.oddOnesFail, fields: fields)
        let outcome = try #require(await fixture.start(flow, workers: 1).finish().outcome)
        var files: [String: Value] = [:]
        let folder = fixture.root + "/results/out"
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where path.hasSuffix(".json") {
            let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            files[(path as NSString).lastPathComponent] = try? Value.parse(text)
        }
        return (outcome, files)
    }

    @Test func exportsRecordsAndAManifest() async throws {
        let fixture = try RunFixture()
        let (outcome, files) = try await Self.run(
            fixture, items: 4, fields: "\"ToleratedFailureCount\": 2, \(Self.writer)},")
        let key = try #require(outcome.output?["ResultWriterDetails"]?["Key"]?.string)
        #expect(key.hasPrefix("out/") && key.hasSuffix("/manifest.json"))
        #expect(files.keys.sorted() == ["FAILED_0.json", "SUCCEEDED_0.json", "manifest.json"])
        let manifest = try #require(files["manifest.json"])
        #expect(manifest["DestinationBucket"] == "results")
        #expect(manifest["ResultFiles"]?["PENDING"] == [])
        let failed = try #require(files["FAILED_0.json"]?[0])
        #expect(failed["Status"] == "FAILED")
        #expect(failed["Error"] == "Odd")
        #expect(failed["Cause"] == "1 is odd")
        #expect(failed["Input"] == #"{"n":1,"odd":true}"#)
        let succeeded = try #require(files["SUCCEEDED_0.json"]?[1])
        #expect(succeeded["Output"] == #"{"n":2,"odd":false}"#)
        #expect(succeeded["RedriveStatus"] == "NOT_REDRIVABLE")
        #expect(failed["RedriveStatus"] == "REDRIVABLE_BY_MAP_RUN")
    }

    @Test func runsOfTheSameSeedExportToFoldersOfTheirOwn() async throws {
        let fixture = try RunFixture()
        var keys: [String] = []
        for items in [4, 2] {
            let (outcome, _) = try await Self.run(
                fixture, items: items, fields: "\"ToleratedFailureCount\": 2, \(Self.writer)},")
            keys.append(try #require(outcome.output?["ResultWriterDetails"]?["Key"]?.string))
        }
        #expect(Set(keys).count == 2)
        for (key, items) in zip(keys, [4, 2]) {
            let folder = fixture.root + "/results/" + key.dropLast("manifest.json".count)
            let text = try String(contentsOfFile: folder + "SUCCEEDED_0.json", encoding: .utf8)
            #expect(try Value.parse(text).array?.count == items / 2)
        }
    }

    /// A resume finds the Map Run again, also of a run that an older version began.
    @Test(arguments: [true, false])
    func aResumeExportsToTheSameFolder(_ isNew: Bool) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "{}\n{}\n{}\n")
        try FileManager.default.createDirectory(
            atPath: fixture.root + "/results", withIntermediateDirectories: true)
        let flow = DistributedMapTests.definition(
            DistributedMapTests.tasks, fields: "\"MaxConcurrency\": 1, \(Self.writer)},")
        let reached = Reached()
        let first = try fixture.start(flow, mapRunsAreNamedAfterRun: isNew) { request in
            if request.execution.item == 1 { reached.signal() }
            return .success(1)
        }
        #expect(await first.interrupt(when: reached).isInterrupted)
        let second = try fixture.resume(first) { _ in .success(1) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(fixture.calls.withLock { $0.count } == 9)
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: fixture.root + "/results/out")
        #expect(folders.count == 1)
        #expect(try second.directory?.mapPaths().count == 1)
    }

    @Test func listsWhatWasNeverStarted() async throws {
        let fixture = try RunFixture()
        let (outcome, files) = try await Self.run(
            fixture, items: 6, fields: "\"MaxConcurrency\": 1, \(Self.writer)},")
        #expect(outcome.error == "States.ExceedToleratedFailureThreshold")
        let pending = try #require(files["PENDING_0.json"]?.array)
        #expect(
            pending.map { $0["Input"]?.string }
                == (2...5).map { "{\"n\":\($0),\"odd\":\($0 % 2 == 1)}" })
        #expect(pending.first { _ in true }?["Status"] == "PENDING")
        #expect(files["manifest.json"]?["ResultFiles"]?["PENDING"]?.array?.count == 1)
    }

    @Test func theInputOfAnItemTooLargeForABatchIsThatOfItsChild() async throws {
        let fixture = try RunFixture()
        let (_, files) = try await Self.run(
            fixture, items: 1,
            fields: """
                "ToleratedFailureCount": 2, "ItemSelector": {"item.$": "$$.Map.Item.Value"},
                "ItemBatcher": {"MaxInputBytesPerBatch": 30, "BatchInput": {"b": 1}}, \(Self.writer)},
                """)
        let failed = try #require(files["FAILED_0.json"]?[0])
        #expect(failed["Error"] == "States.DataLimitExceeded")
        #expect(
            failed["Input"] == #"{"BatchInput":{"b":1},"Items":[{"item":{"n":0,"odd":false}}]}"#)
    }

    @Test(arguments: ["STANDARD", "EXPRESS"])
    func recordsAndContextsCountRedrives(_ type: String) async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "0\n1\n2\n3\n")
        try FileManager.default.createDirectory(
            atPath: fixture.root + "/results", withIntermediateDirectories: true)
        let flow = DistributedMapTests.definition(
            """
            "StartAt": "T", "States": {"T": {"Type": "Task", "End": true,
              "Parameters": {"execution.$": "$$.Execution"},
              "Resource": "arn:aws:lambda:us-east-1:1:function:t"}}
            """, executionType: type,
            fields: "\"ToleratedFailureCount\": 1, \(Self.writer)},")
        // Item 0 succeeds at once, 1 and 2 in the first redrive, 3 never.
        func answer(_ attempt: Int) -> @Sendable (TaskRequest) -> Result<Value, StateFault>? {
            { request in
                let count: Value? = type == "STANDARD" ? .int(attempt) : nil
                #expect(request.input["execution"]?["RedriveCount"] == count)
                #expect(
                    (request.input["execution"]?["RedriveTime"] == nil)
                        == (attempt == 0 || type == "EXPRESS"))
                let item = request.execution.item ?? 0
                return item == 0 || item < 3 && attempt > 0
                    ? .success(.int(item)) : .failure(StateFault(error: "E", cause: nil))
            }
        }
        let first = try fixture.start(flow, workers: 1, answer: answer(0))
        #expect(await first.finish().outcome?.status == .failed)
        var run = first
        for attempt in 1...2 {
            run = try fixture.resume(run, redrive: .unsuccessful, answer: answer(attempt))
            #expect(await run.finish().outcome?.status == .succeeded)
        }
        func counts(_ file: String) throws -> [Int?] {
            let folder = fixture.root + "/results/out"
            let path = try #require(
                try FileManager.default.subpathsOfDirectory(atPath: folder)
                    .first { $0.hasSuffix(file) })
            let text = try String(contentsOfFile: folder + "/" + path, encoding: .utf8)
            return try Value.parse(text).array?.elements.map { $0["RedriveCount"]?.number?.int }
                ?? []
        }
        let isStandard = type == "STANDARD"
        #expect(try counts("SUCCEEDED_0.json") == (isStandard ? [0, 1, 1] : [0, 0, 0]))
        #expect(try counts("FAILED_0.json") == [isStandard ? 2 : 0])
    }

    @Test func formatsWithoutExporting() async throws {
        let fixture = try RunFixture()
        try fixture.write("items.jsonl", "[1,2]\n[3]\n4\n")
        let flow = DistributedMapTests.definition(
            #""StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}"#,
            fields:
                #""ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "FLATTEN"}},"#
        )
        let outcome = await (try fixture.start(flow)).finish().outcome
        #expect(outcome?.output == [1, 2, 3, 4])
    }

    @Test(arguments: [true, false])
    func recordsAreTheResultWhereNothingIsExported(_ isKept: Bool) async throws {
        let fixture = try RunFixture()
        try fixture.write(
            "items.jsonl", (0..<3).map { "{\"n\":\($0),\"odd\":\($0 % 2 == 1)}\n" }.joined())
        let flow = DistributedMapTests.definition(
            DistributedMapTests.oddOnesFail,
            fields: """
                "ToleratedFailureCount": 1,
                "ResultWriter": {"WriterConfig": {"OutputType": "JSON", "Transformation": "NONE"}},
                """)
        let run = isKept ? try fixture.start(flow) : try fixture.startUnkept(flow)
        let records = try #require(await run.finish().outcome?.output?.array)
        // In the order of the items, as all other results are, with those that failed.
        #expect(records.map { $0["Status"] } == ["SUCCEEDED", "FAILED", "SUCCEEDED"])
        #expect(records[2]["Output"] == #"{"n":2,"odd":false}"#)
        #expect(records[2]["Input"] == #"{"n":2,"odd":false}"#)
        #expect(records[2]["InputDetails"] == ["Included": true])
        #expect(records[2]["RedriveStatus"] == "NOT_REDRIVABLE")
        #expect(records[1]["Error"] == "Odd")
        #expect(records[1]["Cause"] == "1 is odd")
        let name = try #require(records[0]["Name"]?.string)
        #expect(records[0]["ExecutionArn"]?.string?.contains("/All:\(name)") == true)
        #expect(
            records[0].object?.keys.map(\.string) == [
                "ExecutionArn", "Input", "InputDetails", "Name", "Output", "OutputDetails",
                "RedriveCount", "RedriveStatus", "RedriveStatusReason", "StartDate",
                "StateMachineArn", "Status", "StopDate",
            ])
    }
}

@Suite struct FailedRowsTests {
    @Test(arguments: ["", #""ItemBatcher": {"MaxItemsPerBatch": 2},"#])
    func rowsAreThoseOfTheFileWhateverTheSelectorMakesOfThem(_ batcher: String) async throws {
        let fixture = try RunFixture()
        try fixture.write("rows.csv", "b,a\n1,\"x, y\"\n2,z\n")
        let flow = """
            {"StartAt": "All", "States": {"All": {"Type": "Map", "End": true, \(batcher)
              "ToleratedFailurePercentage": 100,
              "ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"},
                "Parameters": {"Bucket": "data", "Key": "rows.csv"}},
              "ItemSelector": {"row.$": "$$.Map.Item.Value"},
              "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
                "StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "E", "Cause": "c"}}}}}}
            """
        let run = try fixture.start(flow)
        #expect(await run.finish().outcome?.status == .succeeded)
        let second = batcher.isEmpty ? 1 : 0
        #expect(
            try fixture.map(run, "failures.csv") == """
                b,a,maprun_error,maprun_cause,maprun_state,maprun_attempts,maprun_index
                1,"x, y",E,c,No,1,0
                2,z,E,c,No,1,\(second)

                """)
    }
}
