import Foundation
import JSON
import JSONPath
import Testing

/// What must hold for all paths, tried with made-up ones; the seeds make failures repeatable.
@Suite struct PathPropertyTests {
    private static let document: Value = [
        "a": [["b": 1, "c d": [1, 2, 3]], ["b": "x", "a": nil], [], 4, "text"],
        "b": ["a": ["b": ["c": true]], "b": [], "größe": 1.5], "c": nil, "": 0,
    ]

    /// The fuzzer's inputs, which every run of the tests tries again.
    private static func corpus() throws -> [[UInt8]] {
        let folder = URL(fileURLWithPath: #filePath).appending(
            path: "../../../benchmarks/fuzz/corpus/jsonpath")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder.standardizedFileURL, includingPropertiesForKeys: nil)
        return try files.sorted { $0.path < $1.path }.map { Array(try Data(contentsOf: $0)) }
    }

    @Test func replaysWhatTheFuzzerTried() throws {
        let corpus = try Self.corpus()
        #expect(corpus.count >= 20)
        for bytes in corpus { check(bytes) }
    }

    @Test(arguments: 0..<8)
    func anyTextIsRefusedOrEvaluated(_ seed: UInt64) throws {
        let corpus = try Self.corpus()
        var random = SplitMix(state: seed)
        for _ in 0..<2500 {
            var bytes = corpus[Int.random(in: 0..<corpus.count, using: &random)]
            for _ in 0..<Int.random(in: 1...4, using: &random) { mutate(&bytes, &random) }
            check(bytes)
        }
    }

    private func check(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let path = try? Path(parsing: text) {
            let value = try? path.evaluate(Self.document)
            #expect(path.isDefinite || value == nil || value?.array != nil, "\(text)")
            #expect((path.find(in: Self.document) == nil) == (value == nil), "\(text)")
        }
        guard let reference = try? ReferencePath(parsing: text) else { return }
        var changed = Self.document
        if (try? reference.set("new", in: &changed)) != nil {
            #expect((try? reference.get(changed)) == "new", "\(text)")
        } else {
            #expect(changed == Self.document, "\(text)")
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        let signs = Array(#"$@.[]*'?()-:,0129ab =!<>&|"\/~u"#.utf8) + [0x00, 0x0A, 0xC3, 0xFF]
        let place = Int.random(in: 0...bytes.count, using: &random)
        let sign = signs[Int.random(in: 0..<signs.count, using: &random)]
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.insert(sign, at: place)
        case 1 where place < bytes.count: bytes[place] = sign
        case 2 where place < bytes.count: bytes.remove(at: place)
        default: bytes.insert(contentsOf: bytes[place...], at: place)
        }
    }

    @Test func spellingsOfANameAgree() throws {
        for (first, second) in [("a", "b"), ("b", "a"), ("b", "größe"), ("c", "x"), ("no", "b")] {
            let spellings = [
                "$.\(first).\(second)", "$['\(first)'].\(second)", "$.\(first)['\(second)']",
                "$[ '\(first)' ].['\(second)']",
            ]
            let answers = try spellings.map { spelling in
                do {
                    return try Path(parsing: spelling).evaluate(Self.document).serialized
                } catch let failure as PathFailure {
                    return failure.message
                }
            }
            #expect(Set(answers).count == 1, "\(answers)")
        }
    }

    @Test func slicesAreTheListsOfTheirIndexes() throws {
        let document: Value = ["p", "q", "r", "s", "t"]
        for start in 0...5 {
            for end in start...5 {
                let slice = try Path(parsing: "$[\(start):\(end)]").evaluate(document)
                let list = (start..<end).map(String.init)
                let listed: Value =
                    list.count < 2
                    ? .array(try list.map { try Path(parsing: "$[\($0)]").evaluate(document) })
                    : try Path(parsing: "$[\(list.joined(separator: ","))]").evaluate(document)
                #expect(slice == listed, "\(start):\(end)")
            }
        }
    }

    @Test func definitePathsGoStepByStep() throws {
        let steps = [".a", "[0]", "['c d']", "[(@.length-1)]"]
        for count in 0...steps.count {
            let whole = try Path(parsing: "$" + steps.prefix(count).joined())
            let stepwise = try steps.prefix(count).reduce(Self.document) { value, step in
                try Path(parsing: "$" + step).evaluate(value)
            }
            #expect(try whole.evaluate(Self.document) == stepwise)
        }
    }
}

/// A small generator, so that a failing case comes again.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
