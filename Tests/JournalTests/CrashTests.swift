import JSON
import Synchronization
import Testing

@testable import Journal

/// Runs of a small Map Run that die again and again, at any step of any file operation, with and
/// without a power cut, and are continued each time.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    private static let items = 60

    @Test(arguments: 0..<60)
    func resultsAreTheSameWhateverWasInterrupted(_ seed: UInt64) async throws {
        var random = SeededRandom(seed)
        var run = InterruptedRun(
            items: Self.items, flushes: seed % 4 > 0)
        for _ in 0..<1 + random.below(6) {
            try await run.session(&random, dyingWithin: 1 + random.below(150))
        }
        try await run.session(&random, dyingWithin: nil)
        try run.check()
    }

    /// Between write and flush, flush and announcement, saving results and saving their position.
    @Test func everyStepCanBeTheLast() async throws {
        for step in 1...160 {
            var random = SeededRandom(UInt64(step))
            var run = InterruptedRun(items: Self.items, flushes: true)
            try await run.session(&random, dyingWithin: step)
            try await run.session(&random, dyingWithin: nil)
            try run.check()
        }
    }
}

/// One Map Run over several processes that die.
struct InterruptedRun {
    let items: Int
    let flushes: Bool
    private var files = MemoryFiles()
    /// Items whose outcomes were announced as durable, or found at a start, so far.
    private var announced: Set<Int> = []

    init(items: Int, flushes: Bool) {
        self.items = items
        self.flushes = flushes
    }

    /// Lets one process work until it is done, or dies after so many steps.
    mutating func session(_ random: inout SeededRandom, dyingWithin steps: Int?) async throws {
        if let steps { files.die(at: files.steps + steps, seed: random.next()) }
        do {
            try await work(&random)
        } catch let error as RunError {
            #expect(steps != nil && error.code == .inputOutput, "\(error)")
        }
        guard steps != nil else { return }
        let losesPower = flushes && random.below(2) == 0
        files = files.afterCrash(losingPower: losesPower, seed: random.next())
    }

    private mutating func work(_ random: inout SeededRandom) async throws {
        let journal = try MapRunJournal(
            directory: "/runs/r/maps/M", run: "r", options: options(&random), files: files)
        let lost = announced.filter { !journal.recovered.state.finished.contains($0) }
        #expect(lost.isEmpty, "announced, but lost: \(lost.sorted())")
        announced.formUnion((0..<items).filter(journal.recovered.state.finished.contains))
        var open = (0..<items).filter { !journal.recovered.state.finished.contains($0) }
        open.shuffle(using: &random)
        let news = AnnouncedItems()
        let failure = append(open, to: journal, news, &random)
        let end = await withCheckedContinuation { done in
            journal.close { done.resume(returning: $0) }
        }
        announced.formUnion(news.items.withLock { $0 })
        if let error = failure ?? end { throw error }
        #expect(announced.count == items || end != nil)
    }

    private func options(_ random: inout SeededRandom) -> JournalOptions {
        var options = JournalOptions()
        options.durability = flushes ? .flush(everyMilliseconds: 0) : .write
        options.segmentSize = 500 + random.below(4000)
        options.checkpointInterval = 200 + random.below(3000)
        options.waitingItems = 1 + random.below(70)
        return options
    }

    private func append(
        _ open: [Int], to journal: MapRunJournal, _ news: AnnouncedItems,
        _ random: inout SeededRandom
    ) -> RunError? {
        var batch = RecordBatch()
        var rest = open[...]
        do throws(RunError) {
            while !rest.isEmpty {
                let part = rest.prefix(1 + random.below(7))
                rest = rest.dropFirst(part.count)
                for item in part {
                    if item % 3 == 0 { batch.started(item: item, time: 1) }
                    batch.finished(outcome(item))
                }
                try journal.append(&batch) { news.items.withLock { $0.formUnion(part) } }
            }
            batch.sealed(total: items)
            try journal.append(&batch)
        } catch {
            return error
        }
        return nil
    }

    /// The files are what an uninterrupted run would have written.
    func check() throws {
        let folder = "/runs/r/maps/M"
        #expect(files.text("\(folder)/results.jsonl") == expectedResults(0..<items))
        let failures = try #require(files.text("\(folder)/failures.jsonl"))
        let lines = failures.split(separator: "\n").map { String($0) }
        #expect(lines.count == (items + 6) / 7)
        for (number, line) in lines.enumerated() {
            #expect(line.hasPrefix(#"{"index":\#(number * 7),"status":"FAILED","input":"#))
        }
        let state = try RecoveredMapRun.read(folder, files: files).state
        #expect(state.finished.count == items && state.total == items)
        #expect(state.unfinished.isEmpty && state.counts.failed == lines.count)
    }
}

/// Collects announcements from the journal's queue.
final class AnnouncedItems: Sendable {
    let items = Mutex<Set<Int>>([])
}
