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
        var writer = MapRunRequest.Writer(
            outputType: outputType, transformation: transformation)
        guard resource != nil else { return writer }
        writer.bucket = try text("Bucket", place?["Bucket"])
        if let prefix = place?["Prefix"], prefix != .null {
            writer.prefix = try text("Prefix", prefix, mayBeEmpty: true)
        }
        return writer
    }

    /// A member of the parameters that leads nowhere outside of the bucket.
    private func text(
        _ name: String, _ value: Value?, mayBeEmpty: Bool = false
    ) throws(StateFault) -> String {
        guard let text = value?.string, mayBeEmpty || !text.isEmpty else {
            throw fault(
                "its \(name) must be a text, but is \(value.map(\.serialized) ?? "missing")")
        }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), name != "Bucket" || parts.count == 1 else {
            throw fault("its \(name) '\(text)' would lead out of the bucket")
        }
        return text
    }

    private func fault(_ what: String) -> StateFault {
        StateFault(
            error: "States.ResultWriterFailed", cause: "ResultWriter: \(what)", origin: .service)
    }
}
