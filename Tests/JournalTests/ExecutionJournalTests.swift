import JSON
import Testing

@testable import Journal

@Suite struct ExecutionJournalTests {
    @Test func aParentContinuesFromItsEvents() async throws {
        let files = MemoryFiles()
        let first = try ExecutionJournal(directory: "/run/journal", run: "r", files: files)
        #expect(first.events.isEmpty && first.outcome == nil)
        var batch = RecordBatch()
        batch.event(item: nil, scope: "Load", sequence: 1, payload: ["rows": 3])
        batch.note(kind: "concurrency", payload: 5)
        try await withCheckedThrowingContinuation { (announced: CheckedContinuation<Void, Error>) in
            do { try first.append(&batch) { announced.resume() } } catch {
                announced.resume(throwing: error)
            }
        }
        // The process dies here, without closing.
        let second = try ExecutionJournal(
            directory: "/run/journal", run: "r", files: files.afterCrash(losingPower: true, seed: 1)
        )
        #expect(
            second.events == [
                Event(item: nil, scope: "Load", sequence: 1, payload: ["rows": 3])
            ])
        #expect(second.notes == [Note(kind: "concurrency", payload: 5)])
    }

    @Test func theOutcomeIsFoundAgain() async throws {
        let files = MemoryFiles()
        let journal = try ExecutionJournal(directory: "/run/journal", run: "r", files: files)
        var batch = RecordBatch()
        batch.finished(.failed(0, started: 1, stopped: 2, error: "E", cause: "c", state: "S"))
        try journal.append(&batch)
        #expect(
            await withCheckedContinuation { done in journal.close { done.resume(returning: $0) } }
                == nil)
        let history = try ExecutionHistory.read("/run/journal", files: files)
        #expect(history.outcome?.error == "E" && history.outcome?.state == "S")
        #expect(history.tail == .clean)
    }
}
