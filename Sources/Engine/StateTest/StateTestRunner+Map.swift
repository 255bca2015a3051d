import JSON
import Records
import StatesLanguage

/// A Map state under test: everything is evaluated, no iteration is run.
extension StateTestRunner {
    func end(of request: MapRunRequest) -> Result<Value, StateFault> {
        probe.mapRun = request
        do throws(StateFault) {
            try checkItems(request)
            try select(request)
            let mocked = try (prepared.result ?? .success([])).get()
            if isTooMany(request) { throw MapRun.thresholdExceeded }
            return .success(mocked)
        } catch {
            return .failure(error)
        }
    }

    /// The items that the state would iterate over, as far as they are known.
    private func items(of request: MapRunRequest) -> [(key: Text?, value: Value)]? {
        let source: Value? =
            if case .value(let value) = request.items { value } else { readItems(request) }
        switch source {
        case .array(let array): return array.map { (nil, $0) }
        case .object(let object): return object.map { ($0.key.text, $0.value) }
        default: return nil
        }
    }

    /// What the ItemReader is to have read, after its ItemsPointer.
    func readItems(_ request: MapRunRequest) -> Value? {
        guard case .reader(let reader) = request.items else { return nil }
        guard let text = reader.itemsPointer else { return prepared.itemReaderData }
        return prepared.itemReaderData.flatMap { JSONPointer(parsing: text)?.resolve(in: $0) }
    }

    /// An inline Map, which is tested as a distributed one, takes no objects.
    private func checkItems(_ request: MapRunRequest) throws(StateFault) {
        guard case .map(let map) = prepared.state.action, map.distribution == nil else { return }
        var scope = request.scope
        _ = try map.evaluateItems(in: &scope)
    }

    /// What the children would get: ItemSelector and ItemBatcher.
    private func select(_ request: MapRunRequest) throws(StateFault) {
        guard let items = items(of: request) else { return }
        var shaped = items.map { item in
            item.key.map { ["Key": .string($0), "Value": item.value] } ?? item.value
        }
        if let selector = request.itemSelector {
            var scope = request.scope
            for index in items.indices {
                scope.context.item = MapItem(
                    index: index, value: items[index].value, key: items[index].key)
                shaped[index] = try selector.evaluate(in: &scope)
            }
            probe.itemSelections = shaped
        }
        guard let limits = request.batcher else { return }
        var batcher = ItemBatcher(
            maxItemsPerBatch: limits.maxItems, maxInputBytesPerBatch: limits.maxBytes,
            batchInput: limits.input)
        for item in shaped {
            if let batch = batcher.add(item) { probe.batches.append(batch.input) }
        }
        if let batch = batcher.finish() { probe.batches.append(batch.input) }
    }

    /// AWS ignores failed iterations here unless the state tolerates a number of them.
    private func isTooMany(_ request: MapRunRequest) -> Bool {
        let (count, percentage) =
            (request.toleratedFailureCount, request.toleratedFailurePercentage)
        guard count != nil || percentage != nil else { return false }
        return Tolerance(count: count, percentage: percentage).isExceeded(
            failed: test.configuration.mapIterationFailureCount ?? 0,
            total: items(of: request)?.count)
    }
}
