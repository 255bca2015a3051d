import Foundation
import Records
import Testing

@testable import Engine

@Suite struct ItemCountTests {
    private func reader(_ count: Int) throws -> any ItemReader {
        let lines = (0..<count).map { "{\"number\":\(1_000_000 + $0)}\n" }.joined()
        return try openReader(
            Array(lines.utf8), name: "items.jsonl", configuration: ReaderConfiguration(.jsonLines))
    }

    @Test func smallInputsAreCounted() throws {
        let count = try ItemCount(reader(5000), isExact: false)
        #expect(count.items == 5000)
        #expect(count.error == nil)
    }

    @Test(arguments: [true, false])
    func largeInputsAreToldFromTheirBeginningUnlessTheyAreToBeCounted(isExact: Bool) throws {
        let reader = try FileFixture(count: 400_000)
        let count = try ItemCount(
            openReader(path: reader.path, configuration: ReaderConfiguration(.jsonLines)),
            isExact: isExact, bounds: .init(large: 1 << 20, part: 1 << 20, parts: 5))
        if isExact {
            #expect(count.items == 400_000)
            #expect(count.error == nil)
        } else {
            let error = try #require(count.error)
            #expect(abs(Double(count.items) / 400_000 - 1) <= error + 0.02)
            #expect(error < 0.1)
        }
    }
}

/// A file of JSON Lines that is removed in the end.
private final class FileFixture {
    let path = NSTemporaryDirectory() + "items-" + UUID().uuidString + ".jsonl"

    init(count: Int) throws {
        let lines = (0..<count).map { "{\"number\":\(1_000_000 + $0)}\n" }.joined()
        try lines.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
