import JSON
import Records
import Testing

@Suite struct ItemBatcherTests {
    private func batches(_ batcher: consuming ItemBatcher, _ items: [Value]) -> [ItemBatcher.Batch]
    {
        var batcher = batcher
        var batches: [ItemBatcher.Batch] = []
        for item in items {
            if let batch = batcher.add(item) { batches.append(batch) }
        }
        if let batch = batcher.finish() { batches.append(batch) }
        return batches
    }

    @Test func groupsByCount() {
        let all = batches(ItemBatcher(maxItemsPerBatch: 100), (0..<1130).map { .int($0) })
        #expect(all.count == 12)
        #expect(all.last?.count == 30)
        #expect(all.map(\.count).reduce(0, +) == 1130)
    }

    @Test func groupsByBytesOfTheWholeInput() {
        // {"Items":["aa","aa","aa"]} has 26 bytes, with one more it has 31.
        let items = [Value](repeating: "aa", count: 7)
        for limit in [26, 30] {
            let all = batches(ItemBatcher(maxInputBytesPerBatch: limit), items)
            #expect(all.map(\.count) == [3, 3, 1])
            #expect(all.first?.bytes == 26)
            #expect(all.first?.input.serialized.utf8.count == 26)
        }
        #expect(batches(ItemBatcher(maxInputBytesPerBatch: 31), items).map(\.count) == [4, 3])
    }

    @Test func countsTheBatchInputAndPutsItFirst() {
        let all = batches(
            ItemBatcher(maxInputBytesPerBatch: 45, batchInput: ["k": "v"]),
            [Value](repeating: "aa", count: 3))
        #expect(all.map(\.count) == [2, 1])
        #expect(all.first?.input.serialized == #"{"BatchInput":{"k":"v"},"Items":["aa","aa"]}"#)
        #expect(all.first?.bytes == 44)
    }

    @Test func appliesBothLimits() {
        let all = batches(
            ItemBatcher(maxItemsPerBatch: 2, maxInputBytesPerBatch: 20),
            ["a", "b", "c", "long text"])
        #expect(all.map(\.count) == [2, 1, 1])
    }

    @Test func marksAnItemThatIsTooLargeForAnyBatch() {
        let all = batches(
            ItemBatcher(maxInputBytesPerBatch: 20), ["a", "much too long for it", "b"])
        #expect(all.map(\.isTooLarge) == [false, true, false])
    }

    @Test func isBoundedByThePayloadWithoutLimits() {
        let items = [Value](repeating: .string(String(repeating: "x", count: 100_000)), count: 5)
        let all = batches(ItemBatcher(batchInput: 1), items)
        #expect(all.map(\.count) == [2, 2, 1])
        #expect(all.allSatisfy { $0.bytes <= ItemBatcher.payloadBytes })
    }

    @Test func tellsWhenABatchIsFull() {
        var batcher = ItemBatcher(maxItemsPerBatch: 2)
        _ = batcher.add(1)
        let isFullWithOne = batcher.isFull
        _ = batcher.add(2)
        let isFullWithTwo = batcher.isFull
        #expect(!isFullWithOne && isFullWithTwo)
    }
}
