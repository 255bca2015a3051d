import Engine
import Foundation
import JSON
import StatesLanguage
import Synchronization
import Testing

/// Exported files while a redrive writes new ones.
@Suite struct ExportDraftTests {
    private static let writer = """
        "ToleratedFailurePercentage": 100, "MaxConcurrency": 1,
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
          "Parameters": {"Bucket": "results", "Prefix": "out"},
          "WriterConfig": {"OutputType": "JSON", "Transformation": "COMPACT"}},
        """

    private static func files(_ fixture: RunFixture) throws -> [String: String] {
        var files: [String: String] = [:]
        let folder = fixture.root + "/results/out"
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder)
        where path.contains(".json") {
            files[(path as NSString).lastPathComponent] = try String(
                contentsOfFile: folder + "/" + path, encoding: .utf8)
        }
        return files
    }

    @Test func readersSeeTheOldFilesUntilTheNewOnesAreComplete() async throws {
        let fixture = try RunFixture()
        try FileManager.default.createDirectory(
            atPath: fixture.root + "/results", withIntermediateDirectories: true)
        try fixture.write("items.jsonl", (0..<6).map { "{\"n\":\($0)}\n" }.joined())
        let flow = DistributedMapTests.definition(
            #""StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "#
                + #""Resource": "arn:aws:lambda:us-east-1:1:function:a"}}"#, fields: Self.writer)
        let first = try fixture.start(flow) { request in
            (request.execution.item ?? 0) % 2 == 1
                ? .failure(StateFault(error: "Odd", cause: nil)) : .success(request.input)
        }
        #expect(await first.finish().outcome?.status == .succeeded)
        let old = try Self.files(fixture)
        #expect(old["SUCCEEDED_0.json"] == #"[{"n":0},{"n":2},{"n":4}]"#)
        #expect(old["FAILED_0.json"] != nil)
        // Seen when one of three has run again.
        let seen = Mutex<[String: String]>([:])
        let second = try fixture.resume(first, redrive: .unsuccessful) { request in
            if request.execution.item == 5, let files = try? Self.files(fixture) {
                seen.withLock { $0 = files }
            }
            return .success(request.input)
        }
        #expect(await second.finish().outcome?.status == .succeeded)
        let between = seen.withLock { $0 }
        for name in old.keys { #expect(between[name] == old[name], "\(name)") }
        let new = try Self.files(fixture)
        #expect(new.keys.sorted() == ["SUCCEEDED_0.json", "manifest.json"])
        #expect(
            new["SUCCEEDED_0.json"] == "[" + (0..<6).map { "{\"n\":\($0)}" }.joined(separator: ",")
                + "]")
    }

    @Test func whatWasPendingIsNoLongerListed() async throws {
        let fixture = try RunFixture()
        try FileManager.default.createDirectory(
            atPath: fixture.root + "/results", withIntermediateDirectories: true)
        try fixture.write("items.jsonl", (0..<6).map { "{\"n\":\($0)}\n" }.joined())
        let flow = DistributedMapTests.definition(
            #""StartAt": "A", "States": {"A": {"Type": "Task", "End": true, "#
                + #""Resource": "arn:aws:lambda:us-east-1:1:function:a"}}"#,
            fields: Self.writer.replacingOccurrences(of: "Percentage\": 100", with: "Count\": 0"))
        let first = try fixture.start(flow) { request in
            request.execution.item == 2
                ? .failure(StateFault(error: "Two", cause: nil)) : .success(request.input)
        }
        #expect(await first.finish().outcome?.status == .failed)
        let old = try Self.files(fixture)
        #expect(
            old.keys.sorted() == [
                "FAILED_0.json", "PENDING_0.json", "SUCCEEDED_0.json", "manifest.json",
            ])
        #expect(old["SUCCEEDED_0.json"] == #"[{"n":0},{"n":1}]"#)
        let second = try fixture.resume(first, redrive: .unsuccessful) { .success($0.input) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(try Self.files(fixture).keys.sorted() == ["SUCCEEDED_0.json", "manifest.json"])
    }
}
