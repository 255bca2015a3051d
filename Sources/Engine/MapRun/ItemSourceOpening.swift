import JSON
import Records
import StatesLanguage

/// Finds and opens what the `ItemReader` of a Map names.
struct ItemSourceOpening: Sendable {
    let folder: @Sendable (_ bucket: String) -> String?
    let maximumRecordBytes: Int

    /// The items of a Map Run.
    func open(_ request: MapRunRequest) throws(RecordsError) -> any ItemReader {
        switch request.items {
        case .value(let value): return try ValueReader(value)
        case .reader(let reader): return try open(reader, detaching: !request.plan.neverWaits)
        }
    }

    /// The file that a reader reads, if it is one.
    func path(of reader: MapRunRequest.Reader) throws(RecordsError) -> String {
        let bucket = reader.parameters["Bucket"]?.string ?? ""
        let key = reader.parameters["Key"]?.string ?? ""
        return try folderPath(bucket) + "/" + key
    }

    private func folderPath(_ bucket: String) throws(RecordsError) -> String {
        if let path = folder(bucket) { return path }
        throw RecordsError(
            .notFound, file: bucket,
            "there is no folder for bucket '\(bucket)'; create a folder of that name beside the "
                + "definition, or name one under 'buckets' in maprun.yaml")
    }

    private func open(
        _ reader: MapRunRequest.Reader, detaching: Bool
    ) throws(RecordsError) -> any ItemReader {
        let path = try path(of: reader)
        if let maxItems = reader.maxItems, maxItems < 0 {
            throw RecordsError(
                .malformed, file: path, "MaxItems must not be negative",
                awsCause: "field MaxItems must be positive")
        }
        return try openReader(path: path, configuration: configuration(reader, detaching))
    }

    private func configuration(
        _ reader: MapRunRequest.Reader, _ detaching: Bool
    ) -> ReaderConfiguration {
        let type = reader.action.inputType.flatMap(ReaderConfiguration.InputType.init) ?? .json
        var result = ReaderConfiguration(type)
        result.csvHeaders = reader.action.headersAreGiven ? reader.csvHeaders ?? [] : nil
        result.csvDelimiter = reader.csvDelimiter
        result.maxItems = reader.maxItems ?? 0
        result.itemsPointer = reader.itemsPointer.flatMap(JSONPointer.init(parsing:))
        result.maximumRecordBytes = maximumRecordBytes
        result.detachRows = detaching
        return result
    }
}

extension MapRunRequest.Reader {
    /// What separates the fields of a CSV file.
    var csvDelimiter: CSVDelimiter { action.csvDelimiter.flatMap(CSVDelimiter.init) ?? .comma }
}

extension MapRunRequest {
    /// What `Map.Item.Source` says of the items.
    var source: String {
        guard case .reader(let reader) = items else { return "STATE_DATA" }
        let bucket = reader.parameters["Bucket"]?.string ?? ""
        guard let key = reader.parameters["Key"]?.string else { return "S3://\(bucket)" }
        return "S3://\(bucket)/\(key)"
    }
}

extension RecordsError {
    /// The fault of a Map whose items cannot be read.
    var readerFault: StateFault {
        StateFault(error: "States.ItemReaderFailed", cause: cause, origin: .service)
    }
}
