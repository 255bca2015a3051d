import Foundation
import Testing

/// The package in `Tests/LibraryExample` uses the library as others do: by its products.
@Suite struct LibraryExampleTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Built in a folder of its own, since the running tests hold the lock of `.build`.
    @Test func buildsAgainstTheProductsAndRuns() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "swift", "run", "--quiet", "--package-path",
            Self.root.appendingPathComponent("Tests/LibraryExample").path,
            "--scratch-path", Self.root.appendingPathComponent(".build-example").path,
        ]
        process.environment = ProcessInfo.processInfo.environment
            .merging(["MAPRUN_MODULES": "JSONata,Engine"]) { $1 }
        let out = Pipe()
        process.standardOutput = out
        try process.run()
        let said = try out.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(
            String(decoding: said, as: UTF8.self) == """
                total: 18
                prices: [2.5,8]
                status: SUCCEEDED
                output: [{"line":"2.5 each"},{"line":"8.0 each"}]

                """)
    }
}
