import Dispatch
import Glibc
import JSON
import Synchronization
import Testing

@testable import Journal

@Suite(.timeLimit(.minutes(2))) struct JournalWriterTests {
    @Test(arguments: [Durability.write, .flush(everyMilliseconds: 0)])
    func whatWasAppendedIsReadBack(_ durability: Durability) async throws {
        let files = try journalFiles()
        var options = JournalOptions()
        options.durability = durability
        try await write(0..<1000, to: files, options)
        let recovered = try RecoveredMapRun.read("/run", files: files)
        #expect(recovered.state.finished.count == 1000)
        #expect(recovered.state.finished.firstMissing() == 1000)
        #expect(recovered.state.counts.failed == 143)
        #expect(recovered.state.total == 1000)
        #expect(recovered.tail == .clean)
    }

    @Test func segmentsEndWhereTheirSizeIsReached() throws {
        let files = try journalFiles()
        var options = JournalOptions()
        options.segmentSize = 2000
        var segments = SegmentWriter(
            directory: "/run", run: "test", number: 1, files: files, options: options)
        for item in 0..<100 {
            var batch = RecordBatch()
            batch.finished(outcome(item))
            try segments.append(UnsafeRawBufferPointer(batch.bytes))
        }
        let last = try SegmentFile.all(in: "/run", files).count
        #expect(last > 3 && segments.position.segment == last)
        #expect(try RecoveredMapRun.read("/run", files: files).state.finished.count == 100)
    }

    @Test func whatComesAfterAPauseIsLeftOut() async throws {
        let files = try journalFiles()
        let writer = try makeWriter(files, JournalOptions())
        var batch = RecordBatch()
        batch.finished(outcome(0))
        try writer.append(&batch)
        let error = await withCheckedContinuation { done in
            writer.pause { done.resume(returning: $0) }
            var late = RecordBatch()
            late.finished(outcome(1))
            #expect(throws: Never.self) {
                let left = try writer.append(&late, written: { Issue.record("written") })
                writer.whenWritten(left.ticket) { Issue.record("written") }
            }
        }
        #expect(error == nil)
        let finished = try RecoveredMapRun.read("/run", files: files).state.finished
        #expect(finished.contains(0) && !finished.contains(1))
    }

    @Test func whoAsksHearsWhenABatchIsWritten() async throws {
        let files = try journalFiles()
        let (mayWrite, asked) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let isFirst = Mutex(true)
        files.inject { operation, _ in
            guard operation == .write,
                isFirst.withLock({
                    let was = $0; $0 = false; return was
                })
            else {
                return nil
            }
            asked.signal()
            mayWrite.wait()
            return nil
        }
        let writer = try makeWriter(files, JournalOptions())
        var batch = RecordBatch()
        batch.finished(outcome(0))
        let first = try writer.append(&batch).ticket
        asked.wait()
        // What comes while the first is being written is written after it.
        batch.finished(outcome(1))
        let second = try writer.append(&batch).ticket
        let told = Mutex<[Int]>([])
        await withCheckedContinuation { done in
            writer.whenWritten(second) {
                told.withLock { $0.append(2) }
                done.resume()
            }
            writer.whenWritten(first) { told.withLock { $0.append(1) } }
            #expect(told.withLock { $0.isEmpty })
            mayWrite.signal()
        }
        let error = await withCheckedContinuation { done in
            writer.close { done.resume(returning: $0) }
        }
        #expect(error == nil)
        writer.whenWritten(first) { told.withLock { $0.append(0) } }
        #expect(told.withLock { $0.sorted() } == [0, 1, 2])
    }

    @Test func outcomesKeepEveryPart() async throws {
        let files = try journalFiles()
        var batch = RecordBatch()
        let failed = FinishedItem.failed(
            7, contentHash: 99, status: .timedOut, started: 5, stopped: 8, name: "child-7",
            input: ["a": 1], error: "States.Timeout", cause: "Zeit abgelaufen – schade",
            state: "Check", attempts: 3, itemCount: 20)
        batch.finished(failed)
        try await append(batch, to: files)
        var reader = try JournalReader(directory: "/run", files: files)
        let outcome = try #require(try reader.next()?.finished?.copied())
        #expect(outcome.item == 7 && outcome.contentHash == 99 && outcome.attempts == 3)
        #expect(outcome.itemCount == 20)
        #expect(outcome.status == .timedOut && outcome.startTime == 5 && outcome.stopTime == 8)
        #expect(outcome.name == "child-7" && outcome.input == ["a": 1] && outcome.output == nil)
        #expect(outcome.error == "States.Timeout" && outcome.state == "Check")
        #expect(outcome.cause == "Zeit abgelaufen – schade")
    }

    @Test func eventsOfUnfinishedItemsAreKept() async throws {
        let files = try journalFiles()
        var batch = RecordBatch()
        batch.started(item: 3, name: "three", time: 10)
        batch.started(item: 4, name: "four", time: 10)
        batch.event(item: 3, scope: "Check/0", sequence: 0, payload: ["ok": true])
        batch.event(item: 4, scope: "Check/0", sequence: 0, payload: 1)
        batch.event(item: 3, scope: "Check/0", sequence: 1, payload: [1, 2])
        batch.finished(.succeeded(4, started: 0, stopped: 1, output: 2))
        try await append(batch, to: files)
        let recovered = try RecoveredMapRun.read("/run", files: files)
        #expect(recovered.state.unfinished == [3])
        #expect(
            try recovered.events(of: 3) == [
                Event(item: 3, scope: "Check/0", sequence: 0, payload: ["ok": true]),
                Event(item: 3, scope: "Check/0", sequence: 1, payload: [1, 2]),
            ])
    }

    @Test func callersAreAskedToPauseAndRelieved() async throws {
        let files = try journalFiles()
        var options = JournalOptions()
        options.bytesInFlight = 100
        options.durability = .write
        let writer = try makeWriter(files, options)
        let gate = DispatchSemaphore(value: 0)
        files.inject { operation, _ in
            if operation == .write { gate.wait() }
            return nil
        }
        var batch = RecordBatch()
        for item in 0..<5 { batch.finished(.succeeded(item, started: 0, stopped: 0, output: 1)) }
        #expect(try writer.append(&batch).isCongested)
        await withCheckedContinuation { relieved in
            writer.whenRelieved { relieved.resume() }
            // For the segment's header and for the batch.
            gate.signal()
            gate.signal()
        }
        files.inject(nil)
        batch.sealed(total: 5)
        #expect(try !writer.append(&batch).isCongested)
        #expect(await close(writer) == nil)
    }

    @Test(arguments: [
        (ENOSPC, RunError.Code.storageFull), (EROFS, .readOnly), (EIO, .inputOutput),
        (EACCES, .noPermission),
    ])
    func aFailingDiskStopsTheJournalAndAnnouncesNothingMore(
        _ number: Int32, _ code: RunError.Code
    ) async throws {
        for operation in [MemoryFiles.Operation.write, .flush] {
            let files = try journalFiles()
            let announced = Mutex(0)
            let failures = Mutex<[RunError]>([])
            var options = JournalOptions()
            options.durability = .flush(everyMilliseconds: 0)
            let writer = try makeWriter(
                files, options,
                JournalWriter.Callbacks(
                    announced: { ticket, _ in announced.withLock { $0 = ticket } },
                    failed: { error in failures.withLock { $0.append(error) } }))
            files.inject { $0 == operation && $1 == "" ? number : nil }
            var batch = RecordBatch()
            batch.finished(.succeeded(0, started: 0, stopped: 0, output: 1))
            try writer.append(&batch)
            let error = try #require(await close(writer))
            #expect(error.code == code && error.path == "/run/000001.journal")
            #expect(failures.withLock { $0.map(\.code) } == [code])
            #expect(announced.withLock { $0 } == 0)
        }
    }
}

func journalFiles() throws -> MemoryFiles {
    let files = MemoryFiles()
    try files.makeDirectories("/run")
    return files
}

func makeWriter(
    _ files: any FileSystem, _ options: JournalOptions,
    _ callbacks: JournalWriter.Callbacks = JournalWriter.Callbacks()
) throws(RunError) -> JournalWriter {
    let next = (try SegmentFile.all(in: "/run", files).last ?? 0) + 1
    return JournalWriter(
        directory: "/run", run: "test", nextSegment: next, options: options, files: files,
        callbacks: callbacks)
}

func close(_ writer: JournalWriter) async -> RunError? {
    await withCheckedContinuation { done in writer.close { done.resume(returning: $0) } }
}

/// An outcome that depends on nothing but the item; every seventh has failed.
func outcome(_ item: Int) -> FinishedItem {
    if item % 7 == 0 {
        return .failed(
            item, contentHash: UInt64(item), started: item, stopped: item + 1,
            input: ["row": .int(item)], error: "Bad\"Item", cause: Text("row \(item)"),
            state: "Check")
    }
    return .succeeded(
        item, contentHash: UInt64(item), started: item, stopped: item + 1,
        output: ["n": .int(item), "text": .string(String(repeating: "x", count: item % 50))])
}

func append(_ batch: consuming RecordBatch, to files: any FileSystem) async throws {
    var options = JournalOptions()
    options.durability = .flush(everyMilliseconds: 0)
    let writer = try makeWriter(files, options)
    try writer.append(&batch)
    if let error = await close(writer) { throw error }
}

func write(
    _ items: Range<Int>, to files: any FileSystem, _ options: JournalOptions
) async throws {
    let writer = try makeWriter(files, options)
    var batch = RecordBatch()
    for item in items {
        batch.finished(outcome(item))
        if batch.count == 10 { try writer.append(&batch) }
    }
    batch.sealed(total: items.upperBound)
    try writer.append(&batch)
    if let error = await close(writer) { throw error }
}
