import Foundation
import JSON
import Testing

@testable import Journal

@Suite struct MapRunRebaseTests {
    private let directory = NSTemporaryDirectory() + "maprun-rebase-\(UUID().uuidString)/maps/M"

    /// Of redrives that an older version carried over, and of those before a batch was split, there
    /// are no attempts.
    @Test func redrivesAreCountedWhetherTheirAttemptsAreKnownOrNot() throws {
        defer { try? FileManager.default.removeItem(atPath: directory.parentPath.parentPath) }
        var redriven = ItemSet()
        redriven.insert(2)
        try write { batch in
            batch.note(BatchSplits.beginning)
            for note in EarlierRedrive.notes(of: redriven, begins: true) { batch.note(note) }
            batch.finished(ended(0, known: 10, .aborted, itemCount: 2))
            batch.finished(ended(2, known: 12, .failed))
            batch.finished(ended(3, known: 13, .succeeded))
            batch.reopened(item: 0, was: .aborted, itemCount: 2)
            batch.reopened(item: 2, was: .failed)
            batch.note(BatchSplits.split(0, count: 2))
            for item in 0..<3 { batch.finished(ended(item, known: 10 + item, .succeeded)) }
        }
        for moved in 1...3 {
            try rebase((0..<4).map { (item: $0 + moved, content: 10 + $0) })
            let state = try RecoveredMapRun.read(directory).state
            #expect(state.finished.items.elementsEqual(moved..<moved + 4))
            #expect(state.counts[.succeeded] == 4 && state.counts.finished == 4)
            #expect((0..<4).map { state.redriveCount(of: $0 + moved) } == [1, 0, 2, 0])
            #expect(state.redriveCount == 2)
            try Checkpoint.remove(from: directory, files: SystemFiles())
            #expect(try RecoveredMapRun.read(directory).state == state)
        }
        #expect(try outcomes(of: 5) == [.failed, .succeeded])
        #expect(try outcomes(of: 3) == [.succeeded])
    }

    private func ended(
        _ item: Int, known content: Int, _ status: ItemStatus, itemCount: Int = 1
    ) -> FinishedItem {
        .failed(
            item, contentHash: UInt64(content), status: status, started: 1, stopped: 2, error: nil,
            cause: nil, itemCount: itemCount)
    }

    private func write(_ fill: (inout RecordBatch) -> Void) throws {
        try SystemFiles().makeDirectories(directory)
        var batch = RecordBatch()
        fill(&batch)
        var segments = SegmentWriter(
            directory: directory, run: "r", number: 1, files: SystemFiles(),
            options: JournalOptions())
        try segments.append(UnsafeRawBufferPointer(batch.bytes))
    }

    private func rebase(_ items: [(item: Int, content: Int)]) throws {
        let known = try KnownItems(directory)
        let kept = try KeptItems(known)
        for (index, content) in items {
            let found = try known.take(index, contentHash: UInt64(content), key: nil)
            try kept.append(try #require(found), at: index)
        }
        var rebase = try MapRunRebase(known, run: "r", options: JournalOptions())
        try rebase.keepVoidAttempts(of: kept)
        try kept.forEach { (index, found) throws(RunError) in try rebase.keep(found, as: index) }
        try rebase.finish(note: Note(kind: "rebased", payload: [:]), info: [:])
    }

    private func outcomes(of item: Int) throws -> [ItemStatus] {
        var found: [ItemStatus] = []
        var reader = try JournalReader(directory: directory)
        while let record = try reader.next() {
            guard let outcome = record.finished, outcome.item == item else { continue }
            found.append(outcome.status)
        }
        return found
    }
}
