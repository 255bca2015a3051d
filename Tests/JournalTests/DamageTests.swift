import CBytes
import JSON
import Testing

@testable import Journal

@Suite struct DamageTests {
    private let path = "/run/000001.journal"

    /// A closed journal of 30 records whose last mark covers all of them.
    private func closedJournal() async throws -> MemoryFiles {
        let files = try journalFiles()
        var options = JournalOptions()
        options.durability = .flush(everyMilliseconds: 0)
        try await write(0..<30, to: files, options)
        return files
    }

    @Test(arguments: Array(stride(from: 40, to: 3000, by: 97)))
    func damageInTheMiddleIsNamedAndNothingIsChanged(_ offset: Int) async throws {
        let files = try await closedJournal()
        files.damage(path, at: offset)
        let before = files.data(path)
        let error = #expect(throws: RunError.self) { try self.open(files) }
        #expect(error?.code == .damaged && error?.path == path)
        #expect((error?.offset ?? .max) <= offset)
        #expect(error?.message.contains("'\(path)' is damaged at byte") == true)
        #expect(error?.message.contains("--salvage") == true)
        #expect(files.data(path) == before)
    }

    @Test func salvageKeepsWhatComesBeforeTheDamage() async throws {
        let files = try await closedJournal()
        let old = files.data(path)
        files.damage(path, at: 1500)
        let damage = try #require(try Salvage.run("/run", files: files))
        #expect(damage.code == .damaged)
        #expect(files.data(path + ".damaged")?.count == old?.count)
        let kept = try open(files)
        #expect(kept.state.finished.count > 5 && kept.state.finished.count < 30)
        #expect(kept.state.finished.firstMissing() == kept.state.finished.count)
        #expect(try Salvage.run("/run", files: files) == nil)
    }

    @Test func damageInAnEarlierSegmentIsAnErrorEvenWithoutMarks() throws {
        let files = try journalFiles()
        try write([0, 1, 2], to: files)
        try write([3, 4], to: files)
        files.damage(path, at: 60)
        let error = #expect(throws: RunError.self) { try self.open(files) }
        #expect(error?.code == .damaged && error?.path == path)
        #expect(try Salvage.run("/run", files: files)?.path == path)
        #expect(files.data("/run/000002.journal.damaged") != nil)
        #expect(try open(files).state.finished.count == 0)
    }

    /// As after a power cut with `Durability.write`, or a salvage.
    @Test func aCheckpointBeyondTheJournalIsNotBelieved() throws {
        let files = try journalFiles()
        try write(Array(0..<30), to: files)
        try emit(files, JournalOptions())
        let file = try files.open(path, .update)
        try files.truncate(file, to: 1000)
        let recovered = try open(files)
        #expect(recovered.state.finished.count > 5 && recovered.state.finished.count < 30)
        try emit(files, JournalOptions())
        let present = 0..<recovered.state.finished.count
        #expect(files.text("/run/results.jsonl") == expectedResults(present))
    }

    /// A Map Run that ended, or came to rest, before its first record.
    @Test func aCheckpointOfNothingMissesNothing() throws {
        let files = try journalFiles()
        try emit(files, JournalOptions())
        #expect(files.data("/run/checkpoint") != nil && files.data(path) == nil)
        try RecoveredMapRun.requireWhole("/run", files: files)
        #expect(try Salvage.run("/run", files: files) == nil)
        try write([0, 1, 2], to: files)
        try emit(files, JournalOptions())
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<3))
    }

    @Test func aMissingSegmentIsNamed() throws {
        let files = try journalFiles()
        for item in 0..<3 { try write([item], to: files) }
        try files.remove("/run/000002.journal")
        let error = #expect(throws: RunError.self) { try self.open(files) }
        #expect(error?.code == .damaged && error?.path == "/run/000002.journal")
        #expect(try Salvage.run("/run", files: files)?.path == "/run/000002.journal")
        #expect(try open(files).state.finished.count == 1)
    }

    /// Wherever the last write was cut short, what comes before it counts.
    @Test func aTornTailIsCut() throws {
        let whole = try journalFiles()
        try write([0, 1, 2], to: whole)
        let bytes = try #require(whole.data(path))
        for length in 0..<bytes.count {
            let files = try journalFiles()
            let file = try files.open(path, .create)
            _ = try bytes[..<length].withUnsafeBytes {
                try files.write(file, UnsafeRawBufferPointer($0), at: 0)
            }
            let recovered = try RecoveredMapRun.read("/run", files: files)
            let (cut, next) = try recovered.prepare(flushing: true)
            #expect(cut < 150 && next == (length < 32 ? 1 : 2), "length \(length)")
            #expect(recovered.state.finished.count < 3)
            try write([7], to: files)
            let again = try RecoveredMapRun.read("/run", files: files)
            #expect(again.tail == .clean && again.state.finished.contains(7))
            #expect(again.state.finished.count == recovered.state.finished.count + 1)
        }
    }

    @Test(arguments: [8, 32 + 11])
    func aNewerFormatIsRefused(_ offset: Int) throws {
        let files = try journalFiles()
        try write([0], to: files)
        var bytes = try #require(files.data(path))
        bytes[offset] = 9
        bytes.withUnsafeMutableBytes { bytes in
            let sum = cbytes_crc32c(0, bytes.baseAddress, 28)
            bytes.storeBytes(of: sum.littleEndian, toByteOffset: 28, as: UInt32.self)
            FrameHeader.complete(UnsafeMutableRawBufferPointer(rebasing: bytes[32...]))
        }
        let file = try files.open(path, .update)
        _ = try bytes.withUnsafeBytes { try files.write(file, $0, at: 0) }
        let error = #expect(throws: RunError.self) { try self.open(files) }
        #expect(error?.code == .newerFormat && error?.path == path)
        #expect(error?.message.contains("use the version that wrote it or a later one") == true)
        let salvaged = #expect(throws: RunError.self) { try Salvage.run("/run", files: files) }
        #expect(salvaged?.code == .newerFormat)
    }

    private func open(_ files: MemoryFiles) throws(RunError) -> RecoveredMapRun {
        let recovered = try RecoveredMapRun.read("/run", files: files)
        _ = try recovered.prepare(flushing: true)
        return recovered
    }
}
