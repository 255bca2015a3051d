import Foundation
import JSON
import Testing

@testable import Journal

@Suite struct ResultEmissionTests {
    @Test func linesHaveTheDocumentedMembers() throws {
        let files = try journalFiles()
        let lines = ResultLines(.failures, path: "/run/failures.jsonl", files: files)
        #expect(try lines.start(at: nil, .returns))
        try write([0, 1], to: files)
        try emit(files, JournalOptions())
        #expect(
            files.text("/run/results.jsonl") == """
                {"index":0,"status":"FAILED","error":"Bad\\"Item","cause":"row 0","state":"Check",\
                "attempts":1}
                {"index":1,"status":"SUCCEEDED","output":{"n":1,"text":"x"}}

                """)
        #expect(
            files.text("/run/failures.jsonl") == """
                {"index":0,"status":"FAILED","input":{"row":0},"error":"Bad\\"Item",\
                "cause":"row 0","state":"Check","attempts":1}

                """)
    }

    /// Bounds so small that positions are dropped and the journal is scanned again.
    @Test(arguments: [1, 2, 3, 16, 1000], [UInt64](0..<5))
    func anyOrderGivesItemOrder(_ waitingItems: Int, _ seed: UInt64) throws {
        let files = try journalFiles()
        var random = SeededRandom(seed)
        var items = Array(0..<200)
        if seed == 0 { items.reverse() } else { items.shuffle(using: &random) }
        try write(items, to: files)
        var options = JournalOptions()
        options.waitingItems = waitingItems
        try emit(files, options)
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<200))
    }

    /// Without a journal outcomes wait in memory and, beyond a bound, in a file that goes again.
    @Test(arguments: [1, 3, 1000], [UInt64](0..<5))
    func orderNeedsNoJournal(_ waitingItems: Int, _ seed: UInt64) async throws {
        let files = MemoryFiles()
        var options = JournalOptions()
        options.durability = .off
        options.waitingItems = waitingItems
        let journal = try MapRunJournal(
            directory: "/run", run: "r", options: options, files: files)
        var random = SeededRandom(seed)
        var items = Array(0..<100)
        if seed == 0 { items.reverse() } else { items.shuffle(using: &random) }
        var batch = RecordBatch()
        for item in items where item != 50 {
            batch.finished(outcome(item))
            if random.below(3) == 0 { try journal.append(&batch) }
        }
        try journal.append(&batch)
        #expect(
            await withCheckedContinuation { d in journal.close { d.resume(returning: $0) } } == nil)
        let present = (0..<100).filter { $0 != 50 }
        #expect(files.text("/run/results.jsonl") == expectedResults(present))
        #expect(files.data("/run/000001.journal") == nil)
        #expect(files.data("/run/waiting/000001.journal") == nil)
    }

    /// The system's memory need not hold what is on disk and behind everybody who reads it.
    @Test func whatIsBehindIsReleased() throws {
        let files = try journalFiles()
        for start in [0, 10, 20] { try write(Array(start..<start + 10), to: files) }
        for segment in 1...3 {
            let file = try files.open("/run/00000\(segment).journal", .update)
            try files.synchronize(file)
        }
        try emit(files, JournalOptions())
        for segment in 1...2 {
            let path = "/run/00000\(segment).journal"
            #expect(files.released(path) == IndexSet(0..<(files.data(path)?.count ?? 0)))
        }
        #expect(files.released("/run/000003.journal") == IndexSet())

        let results = ResumableFile(path: "/run/kept", keptBytes: 100, files: files)
        #expect(try results.start(at: nil, .returns))
        for released in [0, 60, 140] {
            try results.append { $0.append(string: String(repeating: "a", count: 80)) }
            try results.save(flushing: true)
            #expect(files.released("/run/kept") == IndexSet(0..<released))
        }
    }

    @Test(arguments: [2, 1000])
    func itemsWithoutOutcomeAreLeftOutAndComeInTheirPlaceLater(_ waitingItems: Int) throws {
        let files = try journalFiles()
        var options = JournalOptions()
        options.waitingItems = waitingItems
        let missing: Set = [0, 5, 6, 7, 8, 50]
        let present = (0..<100).filter { !missing.contains($0) }
        try write(present.reversed(), to: files)
        try emit(files, options)
        #expect(files.text("/run/results.jsonl") == expectedResults(present))
        try write(missing.sorted(), to: files)
        try emit(files, options)
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<100))
    }

    @Test func aRedriveReplacesTheLinesOfReopenedItems() throws {
        let files = try journalFiles()
        try write(Array(0..<20), to: files)
        try emit(files, JournalOptions())
        var batch = RecordBatch()
        for item in [0, 7, 14] { batch.reopened(item: item, was: .failed) }
        for item in [14, 0] {
            batch.finished(.succeeded(item, started: 0, stopped: 0, output: .int(item)))
        }
        try appendSegment(batch, to: files)
        let recovered = try RecoveredMapRun.read("/run", files: files)
        #expect(recovered.state.counts.failed == 0 && recovered.state.counts.succeeded == 19)
        #expect(recovered.state.finished.firstMissing() == 7)
        try emit(files, JournalOptions())
        let lines = try #require(files.text("/run/results.jsonl")).split(separator: "\n")
        #expect(lines.count == 19)
        #expect(lines[0] == #"{"index":0,"status":"SUCCEEDED","output":0}"#)
        #expect(lines[13] == #"{"index":14,"status":"SUCCEEDED","output":14}"#)
        #expect(files.text("/run/failures.jsonl") == "")
    }

    @Test func missingResultFilesAreWrittenAgain() throws {
        let files = try journalFiles()
        try write(Array(0..<50), to: files)
        try emit(files, JournalOptions())
        try files.remove("/run/results.jsonl")
        try emit(files, JournalOptions())
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<50))
    }

    @Test func aFinishedRunIsContinuedWithoutReadingItsJournal() throws {
        let files = try journalFiles()
        try write(Array(0..<50), to: files)
        try emit(files, JournalOptions())
        files.damage("/run/000001.journal", at: 1000)
        let recovered = try RecoveredMapRun.read("/run", files: files)
        #expect(recovered.state.finished.count == 50)
        try emit(files, JournalOptions())
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<50))
    }

    @Test func anItemThatFinishesTwiceCountsOnce() throws {
        let files = try journalFiles()
        try write([0, 2, 1, 2, 1, 3], to: files)
        try emit(files, JournalOptions())
        #expect(files.text("/run/results.jsonl") == expectedResults(0..<4))
        #expect(try RecoveredMapRun.read("/run", files: files).state.counts.finished == 4)
    }
}

/// Writes a segment with the outcomes of these items, in this order.
func write(_ items: [Int], to files: MemoryFiles) throws {
    var batch = RecordBatch()
    for item in items { batch.finished(outcome(item)) }
    try appendSegment(batch, to: files)
}

func appendSegment(_ batch: borrowing RecordBatch, to files: MemoryFiles) throws {
    let next = (try SegmentFile.all(in: "/run", files).last ?? 0) + 1
    var segments = SegmentWriter(
        directory: "/run", run: "test", number: next, files: files, options: JournalOptions())
    try segments.append(UnsafeRawBufferPointer(batch.bytes))
}

/// Brings the results of the journal in `/run` up to date.
func emit(_ files: MemoryFiles, _ options: JournalOptions) throws {
    let recovered = try RecoveredMapRun.read("/run", files: files)
    let sinks: [any ResultSink] = [
        ResultLines(.all, path: "/run/results.jsonl", files: files),
        ResultLines(.failures, path: "/run/failures.jsonl", files: files),
    ]
    var emission = try ResultEmission(
        recovered, run: "test", sinks: sinks, options: options, files: files)
    try emission.advance(to: recovered.end)
    try emission.finish()
}

/// The lines of `results.jsonl` for these items, made without a journal.
func expectedResults(_ items: some Sequence<Int>) -> String {
    var text = ""
    for item in items {
        let outcome = outcome(item)
        if let output = outcome.output {
            text += #"{"index":\#(item),"status":"SUCCEEDED","output":\#(output.serialized)}"#
        } else {
            text += #"{"index":\#(item),"status":"FAILED","error":"Bad\"Item","#
            text += #""cause":"row \#(item)","state":"Check","attempts":1}"#
        }
        text += "\n"
    }
    return text
}
