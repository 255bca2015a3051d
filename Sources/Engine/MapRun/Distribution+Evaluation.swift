import JSON
import StatesLanguage

extension ItemReaderAction {
    /// The reader with its parameters evaluated.
    func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> MapRunRequest.Reader {
        MapRunRequest.Reader(
            resource: resource,
            parameters: try parameters?.evaluate(in: &scope) ?? .object([]),
            action: self,
            maxItems: try maxItems?.evaluateInteger("MaxItems", in: &scope),
            csvHeaders: try headers(in: &scope),
            itemsPointer: try itemsPointer?.evaluateString("ItemsPointer", in: &scope))
    }

    private func headers(in scope: inout EvaluationScope) throws(StateFault) -> [String]? {
        guard let csvHeaders else { return nil }
        let value = try csvHeaders.evaluate(in: &scope)
        guard let names = value.array?.map(\.string), !names.contains(nil) else {
            throw .runtime("CSVHeaders must be an array of strings.")
        }
        return names.compactMap { $0 }
    }
}

extension ItemBatcherAction {
    /// The batcher with its limits and input evaluated.
    func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> MapRunRequest.Batcher {
        MapRunRequest.Batcher(
            maxItems: try limit(maxItemsPerBatch, "MaxItemsPerBatch", in: &scope),
            maxBytes: try limit(maxInputBytesPerBatch, "MaxInputBytesPerBatch", in: &scope),
            input: try batchInput?.evaluate(in: &scope))
    }

    private func limit(
        _ setting: Setting?, _ field: String, in scope: inout EvaluationScope
    ) throws(StateFault) -> Int? {
        guard let limit = try setting?.evaluateInteger(field, in: &scope) else { return nil }
        guard limit > 0 else { throw .runtime("\(field) must be positive.") }
        return limit
    }
}

extension ResultWriterAction {
    /// The writer with its parameters evaluated.
    func evaluate(in scope: inout EvaluationScope) throws(StateFault) -> MapRunRequest.Writer {
        let place = try parameters?.evaluate(in: &scope)
        return MapRunRequest.Writer(
            bucket: resource == nil ? nil : place?["Bucket"]?.string,
            prefix: place?["Prefix"]?.string, outputType: outputType,
            transformation: transformation)
    }
}
