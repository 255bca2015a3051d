import Foundation
import JSON
import Testing

@testable import StatesLanguage

/// Definitions with random damage: the decoder must come to an end without trapping.
@Suite struct DefinitionMutationTests {
    /// The inputs of the fuzzer: definitions with every field, and what once broke the decoder.
    private static let corpus: [String: String] = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../benchmarks/fuzz/corpus/definition").standardized
        let files = try? FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        var corpus: [String: String] = [:]
        for file in files ?? [] {
            corpus[file.lastPathComponent] = try? String(contentsOf: file, encoding: .utf8)
        }
        return corpus
    }()

    private static let samples = corpus.filter { $0.key.hasPrefix("every-") }.map(\.value)

    @Test func samplesHaveNoErrors() {
        #expect(Self.samples.count == 2)
        for sample in Self.samples {
            #expect(StateMachine.decode(sample).errors.map(\.complaint) == [])
        }
    }

    @Test func survivesTheCorpus() {
        for (_, text) in Self.corpus { check(text) }
    }

    @Test(arguments: samples, 0..<4)
    func survivesDamage(_ definition: String, _ seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let whole = try Value.parse(definition)
        for _ in 0..<30 {
            let damaged = damage(whole, &random, odds: 200)
            check(damaged.serialized)
            check(String(decoding: damage(Array(definition.utf8), &random), as: UTF8.self))
        }
    }

    private func check(_ text: String) {
        let result = StateMachine.decode(text)
        #expect((result.machine == nil) == !result.errors.isEmpty)
        #expect(result.diagnostics.allSatisfy { (0...text.utf8.count).contains($0.offset) })
    }

    private static let oddities: [Value] = [
        nil, true, -1, 1.5, "", "$", "$.", "$$", "$.a[", "{%%}", "{% ( %}", "States.Format(", [],
        [:],
        [nil], ["a": ["b.$": "$.x"]], "\u{0}", "JSONata", "Map", "Pass",
    ]

    private func damage(
        _ value: Value, _ random: inout RandomSource, odds: Int
    ) -> Value {
        if Int.random(in: 0..<odds, using: &random) == 0 {
            return Self.oddities.randomElement(using: &random) ?? nil
        }
        switch value {
        case .object(let object):
            var members: [Member] = []
            for member in object where Int.random(in: 0..<odds, using: &random) > 0 {
                members.append(
                    Member(member.key, damage(member.value, &random, odds: odds)))
            }
            return .object(members)
        case .array(let array):
            return .array(array.map { damage($0, &random, odds: odds) })
        default: return value
        }
    }

    private func damage(_ bytes: [UInt8], _ random: inout RandomSource) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<3 {
            bytes[Int.random(in: bytes.indices, using: &random)] =
                UInt8.random(in: 0x20..<0x7F, using: &random)
        }
        return bytes
    }
}
