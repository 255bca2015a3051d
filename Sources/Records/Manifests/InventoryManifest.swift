import JSON

/// Opens an S3 inventory by its `manifest.json`: an item for each row of its CSV files.
public func openInventory(
    path: String, sourcePrefix: String = "s3://", configuration: ReaderConfiguration,
    locate: @escaping ObjectLocator
) throws(RecordsError) -> any ItemReader {
    let manifest = try InventoryManifest(path: path)
    var configuration = configuration
    configuration.inputType = .csv
    configuration.csvDelimiter = .comma
    configuration.csvHeaders = manifest.columns
    let rows = configuration
    var remaining = manifest.files[...]
    return ConcatenatedReader(maxItems: configuration.maxItems) {
        () throws(RecordsError) -> ConcatenatedReader.Part? in
        guard let file = remaining.popFirst() else { return nil }
        return try openListed(file, in: path, rows, sourcePrefix, locate)
    }
}

/// The data files that the manifest of an S3 inventory names.
public func inventoryFiles(path: String) throws(RecordsError) -> [ObjectLocation] {
    try InventoryManifest(path: path).files
}

/// Opens a file that a manifest names.
func openListed(
    _ location: ObjectLocation, in manifest: String, _ configuration: ReaderConfiguration,
    _ sourcePrefix: String, _ locate: ObjectLocator
) throws(RecordsError) -> ConcatenatedReader.Part {
    do {
        return ConcatenatedReader.Part(
            reader: try openReader(path: locate(location), configuration: configuration),
            source: sourcePrefix + location.bucket + "/" + location.key)
    } catch {
        var error = error
        if error.kind == .notFound || error.kind == .unreadable {
            error.message += "; the manifest '\(manifest)' names it"
        }
        throw error
    }
}

/// What the `manifest.json` of an S3 inventory says.
struct InventoryManifest {
    let columns: [String]
    let files: [ObjectLocation]

    init(path: String) throws(RecordsError) {
        let value = try Self.parse(path)
        guard let format = value["fileFormat"]?.string, let schema = value["fileSchema"]?.string,
            let bucket = value["destinationBucket"]?.string, let list = value["files"]?.array
        else {
            throw RecordsError(
                .malformed, file: path,
                "no manifest of an S3 inventory: it needs 'fileFormat', 'fileSchema', "
                    + "'destinationBucket' and 'files'")
        }
        guard format == "CSV" else {
            throw RecordsError(
                .unsupported, file: path,
                "an inventory in the format \(format) cannot be read; let S3 write it as CSV")
        }
        columns = schema.split(separator: ",").map { String($0.drop { $0 == " " }) }
        let name = bucket.split(separator: ":").last.map(String.init) ?? bucket
        var files: [ObjectLocation] = []
        for file in list {
            guard let key = file["key"]?.string else {
                throw RecordsError(.malformed, file: path, "a member of 'files' has no 'key'")
            }
            files.append(ObjectLocation(bucket: name, key: key))
        }
        self.files = files
    }

    private static func parse(_ path: String) throws(RecordsError) -> Value {
        let bytes = try readAll(openBytes(path: path), limit: 64 << 20)
        do {
            return try bytes.withUnsafeBufferPointer { bytes throws(ParseError) in
                try Value.parse(bytes)
            }
        } catch {
            throw RecordsError(
                .malformed, file: path, "no valid JSON: \(error.message)",
                byteOffset: error.offset, line: error.position.line)
        }
    }
}
