import Foundation
import JSON
import JSONata
import Testing

/// Replays the inputs of the fuzzer, among them all that it has found, and variations of them.
@Suite struct CorpusTests {
    private static func corpus() throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../benchmarks/fuzz/corpus/jsonata")
        return try FileManager.default
            .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .map { Array(try Data(contentsOf: $0)) }
    }

    @Test func survivesTheCorpus() throws {
        let corpus = try Self.corpus()
        #expect(corpus.count >= 40)
        for bytes in corpus { evaluate(bytes) }
    }

    @Test func survivesVariationsOfTheCorpus() throws {
        let corpus = try Self.corpus()
        var random = SplitMix(state: 20)
        for round in 0..<2000 {
            var bytes = corpus[round % corpus.count]
            for _ in 0..<1 + random.next() % 4 { vary(&bytes, with: corpus, &random) }
            evaluate(bytes)
        }
    }

    private func vary(_ bytes: inout [UInt8], with corpus: [[UInt8]], _ random: inout SplitMix) {
        guard !bytes.isEmpty else { return }
        let place = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 4 {
        case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place...].prefix(8), at: place)
        default:
            let other = corpus[Int(random.next() % UInt64(corpus.count))]
            let start = Int(random.next() % UInt64(max(other.count, 1)))
            bytes.insert(contentsOf: other[start...].prefix(12), at: place)
        }
    }

    /// The first line is the expression, the rest the data.
    private func evaluate(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let text = String(decoding: parts.first ?? [], as: UTF8.self)
        let data = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "null"
        guard let expression = try? JSONata.Expression(text) else { return }
        let input = try? Value.parse(data)
        let limits = Environment.Limits(milliseconds: 500, depth: 200, memory: 5_000_000)
        let environment = Environment(now: 0, random: { 42 }, limits: limits)
        let result = try? expression.evaluate(input, environment: environment)
        if let text = result?.serialized {
            #expect(throws: Never.self) { try Value.parse(text) }
        }
    }
}

/// Random numbers that are the same each time.
private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
