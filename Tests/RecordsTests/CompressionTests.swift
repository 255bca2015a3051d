import CZlib
import Glibc
import JSON
import Testing

@testable import Records

@Suite struct CompressionTests {
    static let rows = (0..<20_000).map { "\($0),\"name \($0 &* 2_654_435_761 % 1_000_003)\"\n" }
    static let text = Array(("id,name\n" + rows.joined()).utf8)

    static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        try #require(
            deflateInit2_(
                &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                CInt(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + 1000)
        let room = output.count
        input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                deflate(&stream, Z_FINISH)
            }
        }
        return Array(output.prefix(room - Int(stream.avail_out)))
    }

    /// Compresses with the command of this name.
    static func compress(_ bytes: [UInt8], with command: String) throws -> [UInt8] {
        let plain = try TemporaryFile(bytes)
        let pipe = try #require(popen("\(command) -c \(plain.path)", "r"))
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&block, 1, block.count, pipe), count > 0 {
            output += block.prefix(count)
        }
        try #require(pclose(pipe) == 0)
        return output
    }

    private func read(
        _ bytes: [UInt8], suffix: String = "", _ configuration: ReaderConfiguration = .csv
    ) throws -> Outcome {
        let file = try TemporaryFile(bytes, suffix: suffix)
        return Outcome(path: file.path, configuration)
    }

    private func checkWhole(_ outcome: Outcome, count: Int = rows.count) {
        #expect(outcome.error == nil)
        #expect(outcome.items.count == count)
        #expect(outcome.items.last?.value["id"] == .string("\(Self.rows.count - 1)"))
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func readsWhatItsFirstBytesSay(command: String) throws {
        let bytes = try Self.compress(Self.text, with: command)
        #expect(Compression(start: bytes).rawValue == command)
        checkWhole(try read(bytes, suffix: ".csv"))
        checkWhole(try read(bytes, suffix: ".gz", .csv.with { $0.readBytes = 999 }))
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func readsSeveralStreamsInARow(command: String) throws {
        let half = Self.text.count / 2 + 7
        let first = try Self.compress(Array(Self.text.prefix(half)), with: command)
        let second = try Self.compress(Array(Self.text.dropFirst(half)), with: command)
        checkWhole(try read(first + second))
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func failsAtTheEndOfATruncatedStream(command: String) throws {
        let whole = try Self.compress(Self.text, with: command)
        for cut in [1, 5, whole.count / 2, whole.count - 20] {
            let outcome = try read(Array(whole.dropLast(cut)))
            #expect(outcome.error?.kind == .truncated, "less \(cut): \(outcome.error as Any)")
            #expect(outcome.error?.byteOffset != nil && outcome.error?.fileOffset != nil)
            for (index, item) in outcome.items.enumerated() where index % 1000 == 0 {
                #expect(item.value["id"] == .string("\(index)"))
            }
        }
    }

    @Test(arguments: [("zstd", ".zst"), ("bzip2", ".bz2"), ("xz", ".xz"), ("gzip", ".gz")])
    func failsWhereAStreamEndsWithinItsFirstBytes(command: String, suffix: String) throws {
        let whole = try Self.compress(Self.text, with: command)
        for count in 0..<8 {
            for configuration in [ReaderConfiguration.csv, .jsonLines] {
                let outcome = try read(Array(whole.prefix(count)), suffix: suffix, configuration)
                #expect(outcome.error?.kind == .truncated, "\(count): \(outcome.error as Any)")
                #expect(outcome.error?.message.contains("the file is not whole") == true)
                #expect(outcome.error?.file.hasSuffix(suffix) == true)
            }
        }
        // What is no text is refused whatever the name; what may be text is that.
        if command != "bzip2" {
            let start = Array(whole.prefix(command == "gzip" ? 1 : 2))
            #expect(try read(start, suffix: ".csv").error?.kind == .truncated)
        }
        #expect(try read(Array("BZ".utf8), suffix: ".csv").error == nil)
        #expect(try read([], suffix: ".jsonl", .jsonLines).error == nil)
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func failsAtBytesBehindTheStream(command: String) throws {
        let whole = try Self.compress(Self.text, with: command)
        checkWhole(try read(whole + [UInt8](repeating: 0, count: 8)))
        // The header of a second stream, damaged.
        for tail in [Array("and more".utf8), whole.map { ~$0 }, Array(whole.dropFirst(3))] {
            let outcome = try read(whole + tail)
            #expect(outcome.error?.kind == .corrupt, "\(command): \(outcome.error as Any)")
            #expect(outcome.error?.fileOffset ?? 0 >= whole.count, "\(outcome.error as Any)")
        }
    }

    @Test(arguments: [
        "zstd", "zstd --no-check", "zstd -19 --long=27", "zstd -T2 --no-content-size",
        "zstd --fast=9",
    ])
    func findsTheEndOfFramesOfEveryForm(command: String) throws {
        // A block that repeats a byte, and a frame of nothing.
        let long = Array(("id,name\n-1," + String(repeating: "x", count: 1 << 20) + "\n").utf8)
        let skippable: [UInt8] = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 9, 9, 9]
        let parts = [
            try Self.compress(long, with: command), skippable,
            try Self.compress([], with: command),
            try Self.compress(Array(Self.rows.joined().utf8), with: command),
        ]
        let whole = parts.flatMap { $0 }
        checkWhole(try read(whole), count: Self.rows.count + 1)
        for tail in [[0], [0, 0, 0], [UInt8](repeating: 0, count: 600_000)] {
            checkWhole(try read(whole + tail), count: Self.rows.count + 1)
        }
        for tail in [Array("x".utf8), Array("and more".utf8), whole.map { ~$0 }] {
            let outcome = try read(whole + tail)
            #expect(outcome.error?.kind == .corrupt)
            #expect(outcome.error?.fileOffset == whole.count)
            #expect(outcome.items.count == Self.rows.count + 1, "what was before is read")
        }
        for part in [1, 5, skippable.count, whole.count - 2] {
            #expect(try read(whole + whole.prefix(part)).error?.kind == .truncated)
        }
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func anEmptyFileCompressedIsAnEmptyFile(command: String) throws {
        let outcome = try read(try Self.compress([], with: command))
        let plain = try read([])
        #expect(outcome.error?.message == plain.error?.message)
        #expect(outcome.items.isEmpty)
    }

    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func failsAtADamagedPlace(command: String) throws {
        var bytes = try Self.compress(Self.text, with: command)
        let place = bytes.count * 2 / 3
        for index in place..<place + 30 { bytes[index] = ~bytes[index] }
        let outcome = try read(bytes)
        #expect(outcome.error != nil, "\(command)")
        #expect(outcome.items.count < Self.rows.count)
    }

    /// How much is read at once makes no difference to what comes before the end.
    @Test(arguments: ["zstd", "bzip2", "xz", "gzip"])
    func handsOutWhatComesBeforeTheEndOfATruncatedStream(command: String) throws {
        var generator = SeededGenerator(seed: 7)
        let rows = (0..<60_000).map { "\($0),\(generator.next())\n" }
        let whole = try Self.compress(Array(("id,number\n" + rows.joined()).utf8), with: command)
        let cut = Array(whole.prefix(whole.count * 3 / 4))
        let counts = try [10_000, 256 << 10, 1 << 20].map { bytes in
            let outcome = try read(cut, .csv.with { $0.readBytes = bytes })
            #expect(outcome.error?.kind == .truncated)
            return outcome.items.count
        }
        #expect(Set(counts).count == 1, "\(counts)")
    }

    @Test func tellsWhereATruncatedGzipFileEnds() throws {
        let whole = try Self.gzip(Self.text)
        let outcome = try read(Array(whole.dropLast(100)))
        #expect(outcome.error?.fileOffset == whole.count - 100)
        #expect(outcome.error?.message.hasPrefix("the gzip stream ends too early") == true)
        #expect(outcome.items.count > Self.rows.count / 2)
    }

    @Test func toleratesZeroPaddingAfterGzipAndNothingElse() throws {
        let whole = try Self.gzip(Self.text)
        checkWhole(try read(whole + [UInt8](repeating: 0, count: 5000)))
        let outcome = try read(whole + Array("rubbish".utf8))
        #expect(outcome.error?.kind == .corrupt)
        #expect(outcome.items.count == Self.rows.count)
    }

    @Test func readsMembersWithNothingInThem() throws {
        let nothing = try Self.gzip([])
        checkWhole(try read(nothing + Self.gzip(Self.text) + nothing))
        #expect(try read(nothing).error?.kind == .empty)
    }

    @Test func readsWhatIsNotGzipThoughNamedSo() throws {
        checkWhole(try read(Self.text, suffix: ".gz"))
        #expect(try read([0x1F, 0x8B, 0x41, 0x42, 0x43], suffix: ".gz").error?.kind == .corrupt)
        #expect(try read([0x1F, 0x8B], suffix: ".gz").error?.kind == .truncated)
    }

    /// A gzip file of members that tell their size, with the empty one at its end.
    static func blockGzip(_ bytes: [UInt8], block: Int, isEnded: Bool = true) throws -> [UInt8] {
        var file: [UInt8] = []
        let starts = Array(stride(from: 0, to: bytes.count, by: block))
        var parts = starts.map { Array(bytes[$0..<min($0 + block, bytes.count)]) }
        if isEnded { parts.append([]) }
        for part in parts {
            let member = try gzip(part)
            let size = member.count + 8 - 1
            file += [0x1F, 0x8B, 8, 4] + member[4..<10] + [6, 0, 0x42, 0x43, 2, 0]
            file += [UInt8(size & 0xFF), UInt8(size >> 8)] + member[10...]
        }
        return file
    }

    @Test(arguments: [100, 5000, 65_280])
    func readsMembersThatTellTheirSize(block: Int) throws {
        let text = Array(Self.text.prefix(block * 1000))
        let bytes = try Self.blockGzip(text, block: block)
        let plain = Outcome(text, .csv)
        for readBytes in [1000, 1 << 18] {
            let outcome = try read(bytes, .csv.with { $0.readBytes = readBytes })
            #expect(outcome.error?.kind == plain.error?.kind)
            #expect(outcome.error?.byteOffset == plain.error?.byteOffset)
            #expect(outcome.items.map(\.contentHash) == plain.items.map(\.contentHash))
        }
    }

    @Test func readsMembersThatDoNotTellTheirSizeBehindThoseThatDo() throws {
        let half = Self.text.count / 2
        let first = try Self.blockGzip(Array(Self.text.prefix(half)), block: 1000, isEnded: false)
        checkWhole(try read(first + Self.gzip(Array(Self.text.dropFirst(half)))))
    }

    @Test func toleratesPaddingBehindMembersThatTellTheirSize() throws {
        let bytes = try Self.blockGzip(Self.text, block: 10_000)
        checkWhole(try read(bytes + [UInt8](repeating: 0, count: 100)))
        let outcome = try read(bytes + Array("rubbish".utf8))
        #expect(outcome.error?.kind == .corrupt)
        #expect(outcome.error?.fileOffset == bytes.count)
        #expect(outcome.items.count == Self.rows.count)
    }

    @Test func failsWhereMembersThatTellTheirSizeEndTooEarly() throws {
        let bytes = try Self.blockGzip(Self.text, block: 1000)
        for cut in [1, 20, 28, 29, 1000, 100_000] {
            let outcome = try read(Array(bytes.dropLast(cut)))
            #expect(outcome.error?.kind == .truncated)
            #expect(outcome.error?.fileOffset == bytes.count - cut)
        }
        let unended = try Self.blockGzip(Self.text, block: 1000, isEnded: false)
        #expect(try read(unended).error?.kind == .truncated)
    }

    @Test func deliversTheMembersBeforeADamagedOne() throws {
        var bytes = try Self.blockGzip(Self.text, block: 1000)
        let place = bytes.count / 2
        bytes[place] = ~bytes[place]
        let outcome = try read(bytes)
        #expect(outcome.error?.kind == .corrupt)
        let fileOffset = try #require(outcome.error?.fileOffset)
        #expect(fileOffset <= place && fileOffset > place - 1000)
        #expect(outcome.items.count > Self.rows.count / 3)
    }

    @Test func tellsHowFarItHasRead() throws {
        let bytes = try Self.gzip(Self.text)
        let file = try TemporaryFile(bytes)
        let reader = try openReader(path: file.path, configuration: .csv)
        while try reader.nextBlock() != nil {}
        #expect(reader.progress == ReadingProgress(bytesRead: bytes.count, totalBytes: bytes.count))
    }

    @Test func readsAPipe() throws {
        let file = try TemporaryFile("")
        let name = file.path + ".fifo"
        #expect(mkfifo(name, 0o600) == 0)
        defer { unlink(name) }
        // Opened for reading and writing, it neither blocks nor ends before it is closed.
        let descriptor = open(name, O_RDWR)
        let bytes = try Self.gzip(Array("a\n1\n".utf8))
        write(descriptor, bytes, bytes.count)
        let source = try openBytes(path: name)
        close(descriptor)
        let outcome = Outcome { () throws(RecordsError) in
            try makeReader(over: source, configuration: .csv)
        }
        #expect(outcome.json == [#"{"a":"1"}"#] && outcome.error == nil)
    }
}
