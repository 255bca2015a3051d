import JSON
import Testing

@testable import Journal

@Suite struct ItemSetTests {
    @Test func countsWhatAnotherSetLacks() {
        var (all, some) = (ItemSet(), ItemSet())
        for item in 0..<70_000 { all.insert(item) }
        for item in [3, 65_000, 69_999, 100_000] { some.insert(item) }
        #expect(all.count(without: some) == 69_997)
        #expect(some.count(without: all) == 1)
        #expect(all.count(without: ItemSet()) == 70_000)
    }

    @Test func itemsAreFoundAcrossChunks() {
        var set = ItemSet()
        let items = [0, 1, 63, 64, 65535, 65536, 200_000]
        for item in items {
            let results = [set.insert(item), set.insert(item)]
            #expect(results == [true, false])
        }
        #expect(set.count == items.count)
        #expect(items.allSatisfy(set.contains))
        #expect(![2, 62, 65537, 131_072, 199_999, 1 << 40, -1].contains { set.contains($0) })
        #expect(set.firstMissing() == 2)
        #expect(set.firstMissing(from: 65535) == 65537)
        #expect(set.firstMissing(from: 300_000) == 300_000)
    }

    @Test func fullChunksTakeNoMemory() {
        var set = ItemSet()
        for item in 0..<3 * ItemSet.chunkSize { set.insert(item) }
        #expect(set.chunks == [.full, .full, .full])
        #expect(set.firstMissing() == 3 * ItemSet.chunkSize)
        let removed = [set.remove(70_000), set.remove(70_000)]
        #expect(removed == [true, false])
        #expect(set.firstMissing() == 70_000)
        #expect(set.count == 3 * ItemSet.chunkSize - 1)
        set.insert(70_000)
        #expect(set.chunks == [.full, .full, .full])
    }

    @Test func aCheckpointKeepsTheWholeState() throws {
        var state = MapRunState()
        for item in 0..<70_000 where item % 1000 != 3 { state.finished.insert(item) }
        state.counts.succeeded = 60_000
        state.counts.aborted = 7
        state.itemCounts.timedOut = 5
        state.total = 80_000
        state.notes = [Note(kind: "limit", payload: ["n": 1])]
        state.traces = [
            3: MapRunState.Traces(started: JournalPosition(segment: 2, offset: 99), events: []),
            9: MapRunState.Traces(events: [JournalPosition(segment: 1, offset: 50)]),
        ]
        var reopened = ItemSet()
        reopened.insert(65_600)
        state.redrives = [
            MapRunState.Redrive(position: JournalPosition(segment: 4, offset: 5), items: reopened)
        ]
        state.strikes.set(9, StrikeBook.Strikes(exits: 2, timeouts: 0, crashes: 1))
        state.strikes.setAside.insert(65_600)
        state.splits.isOn = true
        state.splits.middles.insert(70)
        state.strikes.watch = StrikeBook.Watch(
            claim: 3, position: JournalPosition(segment: 2, offset: 40))
        let checkpoint = Checkpoint(
            position: JournalPosition(segment: 5, offset: 1 << 30), state: state,
            results: ResultsProgress(
                next: 3, source: JournalPosition(segment: 1, offset: 40),
                sinks: [12, ["length": 5]]))
        let files = try journalFiles()
        try checkpoint.save(in: "/run", run: "r", files: files, flushing: true)
        #expect(try Checkpoint.load(from: "/run", files: files) == checkpoint)
        let size = try #require(files.data("/run/checkpoint")).count
        for offset in stride(from: 0, to: size, by: 411) {
            files.damage("/run/checkpoint", at: offset)
            #expect((try? Checkpoint.load(from: "/run", files: files)) == nil, "byte \(offset)")
            files.damage("/run/checkpoint", at: offset)
        }
    }
}
