import Glibc
import JSON
import Testing

@testable import Records

/// A temporary file with these bytes, gone with the object.
final class TemporaryFile {
    let path: String

    init(_ bytes: [UInt8], suffix: String = "") throws {
        var template = Array("/tmp/maprun-records-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let name = template.dropLast().map(UInt8.init(bitPattern:))
        let created = String(decoding: name, as: UTF8.self)
        close(descriptor)
        path = created + suffix
        rename(created, path)
        let file = try #require(fopen(path, "w"))
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    convenience init(_ text: String) throws { try self.init(Array(text.utf8)) }

    deinit { unlink(path) }
}

/// What came out of a reader until its end or its error.
struct Outcome {
    var items: [Item] = []
    var lines: [Int?] = []
    var error: RecordsError?

    var json: [String] { items.map(\.value.serialized) }

    init(_ open: () throws(RecordsError) -> any ItemReader) {
        do throws(RecordsError) {
            let reader = try open()
            while let block = try reader.nextBlock() {
                for offset in 0..<block.count {
                    items.append(try block.item(at: offset))
                    lines.append(block.line(at: offset))
                }
            }
        } catch {
            self.error = error
        }
    }

    init(_ text: String, _ configuration: ReaderConfiguration, piece: Int = .max) {
        self.init(Array(text.utf8), configuration, piece: piece)
    }

    init(_ bytes: [UInt8], _ configuration: ReaderConfiguration, piece: Int = .max) {
        self.init { () throws(RecordsError) in
            try makeReader(
                over: MemoryBytes(bytes, name: "memory", piece: piece), configuration: configuration
            )
        }
    }

    init(path: String, _ configuration: ReaderConfiguration) {
        self.init { () throws(RecordsError) in
            try openReader(path: path, configuration: configuration)
        }
    }
}

extension ReaderConfiguration {
    static var csv: ReaderConfiguration { ReaderConfiguration(.csv) }
    static var json: ReaderConfiguration { ReaderConfiguration(.json) }
    static var jsonLines: ReaderConfiguration { ReaderConfiguration(.jsonLines) }

    func with(_ change: (inout ReaderConfiguration) -> Void) -> ReaderConfiguration {
        var copy = self
        change(&copy)
        return copy
    }
}

/// A reproducible source of randomness.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: Int) { state = UInt64(seed) &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
