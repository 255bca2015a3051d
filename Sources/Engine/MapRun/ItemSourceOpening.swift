import JSON
import Records
import StatesLanguage

/// Finds and opens what the `ItemReader` of a Map names.
struct ItemSourceOpening: Sendable {
    let folder: @Sendable (_ bucket: String) -> String?
    let maximumRecordBytes: Int

    /// The limit where records are read again that were not too large before.
    static let largestRecordBytes = 1 << 30

    /// The items of a Map Run.
    func open(_ request: MapRunRequest) throws(RecordsError) -> any ItemReader {
        switch request.items {
        case .value(let value): return try ValueReader(value)
        case .reader(let reader): return try open(reader, detaching: !request.plan.neverWaits)
        }
    }

    private func path(of reader: MapRunRequest.Reader) throws(RecordsError) -> String {
        let bucket = try text("Bucket", of: reader)
        return try objectPath(bucket, try text("Key", of: reader))
    }

    private func text(
        _ name: Key, of reader: MapRunRequest.Reader
    ) throws(RecordsError) -> String {
        let found = reader.parameters[name]
        if let text = found?.string, !text.isEmpty { return text }
        throw RecordsError(
            .malformed, file: "ItemReader",
            "its \(name.string) must be a text that is not empty, but is "
                + (found.map(\.serialized) ?? "missing"))
    }

    private func objectPath(_ bucket: String, _ key: String) throws(RecordsError) -> String {
        guard !key.split(separator: "/").contains("..") else {
            throw RecordsError(
                .unreadable, file: key, "a key must stay inside its bucket; write it without '..'")
        }
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
        if let maxItems = reader.maxItems, maxItems < 0 {
            throw RecordsError(
                .malformed, file: reader.parameters["Key"]?.string ?? "",
                "MaxItems must not be negative", awsCause: "field MaxItems must be positive")
        }
        if let version = reader.parameters["VersionId"]?.string {
            throw RecordsError(
                .unsupported, file: reader.parameters["Key"]?.string ?? "",
                "files on this machine have no versions, so 'VersionId' '\(version)' cannot be "
                    + "read; remove VersionId")
        }
        let configuration = try configuration(reader, detaching)
        if reader.resource.hasSuffix(":listObjectsV2") {
            return try openList(reader, configuration)
        }
        let path = try path(of: reader)
        if let manifest = reader.action.manifestType ?? reader.inventory {
            return try openManifest(
                manifest, of: reader.action.inputType ?? "", path, configuration)
        }
        return try openReader(path: path, configuration: configuration)
    }

    private func openList(
        _ reader: MapRunRequest.Reader, _ configuration: ReaderConfiguration
    ) throws(RecordsError) -> any ItemReader {
        let listing = try listing(of: reader)
        guard reader.action.transformation == "LOAD_AND_FLATTEN" else {
            return try openListing(listing)
        }
        return try openFlattened(listing, configuration)
    }

    private func listing(
        of reader: MapRunRequest.Reader
    ) throws(RecordsError) -> ListingConfiguration {
        let bucket = try text("Bucket", of: reader)
        var listing = ListingConfiguration(root: try folderPath(bucket))
        listing.prefix = reader.parameters["Prefix"]?.string ?? ""
        listing.startAfter = reader.parameters["StartAfter"]?.string ?? ""
        listing.delimiter = reader.parameters["Delimiter"]?.string ?? ""
        listing.maxItems = reader.maxItems ?? 0
        listing.sourcePrefix = "S3://\(bucket)/"
        return listing
    }

    /// What is read: a file, the files that it names, or those of a listing.
    func source(of reader: MapRunRequest.Reader) throws(RecordsError) -> Source {
        if reader.resource.hasSuffix(":listObjectsV2") { return .listing(try listing(of: reader)) }
        let path = try path(of: reader)
        guard let manifest = reader.action.manifestType ?? reader.inventory else {
            return .file(path)
        }
        let files =
            manifest == "ATHENA_DATA"
            ? try athenaFiles(path: path) : try inventoryFiles(path: path)
        return .manifest(
            path,
            files: try files.map { location throws(RecordsError) in
                try objectPath(location.bucket, location.key)
            })
    }

    /// What a reader reads.
    enum Source {
        case file(String)
        case manifest(String, files: [String])
        case listing(ListingConfiguration)
    }

    private func openManifest(
        _ type: String, of inputType: String, _ path: String, _ configuration: ReaderConfiguration
    ) throws(RecordsError) -> any ItemReader {
        let locate: ObjectLocator = { [self] location throws(RecordsError) in
            try objectPath(location.bucket, location.key)
        }
        guard type != "ATHENA_DATA" || ReaderConfiguration.InputType(rawValue: inputType) != nil
        else {
            throw RecordsError(
                .unsupported, file: path,
                "of an ATHENA_DATA manifest InputType names the format of the data files: CSV, "
                    + "JSONL or PARQUET, not \(inputType)")
        }
        guard type == "ATHENA_DATA" else {
            return try openInventory(
                path: path, sourcePrefix: "S3://", configuration: configuration, locate: locate)
        }
        return try openAthenaManifest(
            path: path, sourcePrefix: "S3://", configuration: configuration, locate: locate)
    }

    private func configuration(
        _ reader: MapRunRequest.Reader, _ detaching: Bool
    ) throws(RecordsError) -> ReaderConfiguration {
        let type = reader.action.inputType.flatMap(ReaderConfiguration.InputType.init) ?? .json
        var result = ReaderConfiguration(type)
        result.csvHeaders = reader.action.headersAreGiven ? reader.csvHeaders ?? [] : nil
        result.csvDelimiter = reader.csvDelimiter
        result.maxItems = reader.maxItems ?? 0
        if let text = reader.itemsPointer {
            guard let pointer = JSONPointer(parsing: text) else {
                throw RecordsError(
                    .pointer, file: reader.parameters["Key"]?.string ?? "",
                    "ItemsPointer '\(text)' is no JSON Pointer; write '/a/b/0', with ~0 for '~' "
                        + "and ~1 for '/'")
            }
            result.itemsPointer = pointer
        }
        result.maximumRecordBytes = maximumRecordBytes
        result.detachRows = detaching
        return result
    }
}

extension MapRunRequest.Reader {
    /// The type of a manifest that names none.
    var inventory: String? { action.inputType == "MANIFEST" ? "S3_INVENTORY" : nil }

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
