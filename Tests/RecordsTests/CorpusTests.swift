import Dispatch
import Foundation
import JSON
import Records
import Testing

/// Inputs that fuzzing has found worth keeping, and many workers at once.
@Suite struct CorpusTests {
    static let files: [URL] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../benchmarks/fuzz/corpus").standardized
        return ["csv", "json", "jsonl"].flatMap { folder in
            (try? FileManager.default.contentsOfDirectory(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)) ?? []
        }
    }()

    @Test func thereIsACorpus() { #expect(Self.files.count >= 12) }

    @Test(arguments: files)
    func readsTheSameWithAnyWindow(file: URL) throws {
        let bytes = Array(try Data(contentsOf: file))
        for configuration in [ReaderConfiguration.csv, .json, .jsonLines] {
            let whole = Outcome(bytes, configuration)
            for size in [1, 2, 3, 7, 64, 100] {
                let pieces = Outcome(
                    bytes,
                    configuration.with {
                        $0.readBytes = size
                        $0.blockItems = 2
                    }, piece: size)
                #expect(pieces.json == whole.json)
                #expect(pieces.error == whole.error)
            }
        }
    }

    @Test func workersMakeItemsOfDifferentBlocksAtOnce() throws {
        let text = "a,b\n" + (0..<20_000).map { "\($0),\"x\"\"\($0)\"\n" }.joined()
        let reader = try openReader(
            Array(text.utf8), name: "memory", configuration: .csv.with { $0.readBytes = 4096 })
        var blocks: [ItemBlock] = []
        while let block = try reader.nextBlock() { blocks.append(block) }
        let sums = UnsafeMutableBufferPointer<Int>.allocate(capacity: blocks.count)
        defer { sums.deallocate() }
        nonisolated(unsafe) let results = sums
        let shared = blocks
        DispatchQueue.concurrentPerform(iterations: blocks.count) { index in
            results[index] = (0..<shared[index].count).reduce(0) { sum, offset in
                let value = try? shared[index].item(at: offset).value["a"]?.string
                return sum + (value.flatMap { Int($0) } ?? 0)
            }
        }
        #expect(sums.reduce(0, +) == 19_999 * 10_000)
    }
}
