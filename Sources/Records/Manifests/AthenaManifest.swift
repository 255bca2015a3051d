/// Opens the data files that an Athena `UNLOAD` lists in its manifest, one URL a line, as one
/// dataset of the format in `configuration`.
public func openAthenaManifest(
    path: String, sourcePrefix: String = "s3://", configuration: ReaderConfiguration,
    locate: @escaping ObjectLocator
) throws(RecordsError) -> any ItemReader {
    var remaining = try athenaFiles(path: path)[...]
    return ConcatenatedReader(maxItems: configuration.maxItems) {
        () throws(RecordsError) -> ConcatenatedReader.Part? in
        guard let file = remaining.popFirst() else { return nil }
        return try openListed(file, in: path, configuration, sourcePrefix, locate)
    }
}

/// The data files that an Athena manifest names.
public func athenaFiles(path: String) throws(RecordsError) -> [ObjectLocation] {
    let bytes = try readAll(openBytes(path: path), limit: 64 << 20)
    var files: [ObjectLocation] = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        .enumerated()
    {
        var text = Substring(String(decoding: line, as: UTF8.self))
        if text.hasSuffix("\r") { text.removeLast() }
        if text.hasPrefix("\"") && text.hasSuffix("\"") { text = text.dropFirst().dropLast() }
        if text.isEmpty { continue }
        guard let location = ObjectLocation(url: text) else {
            throw RecordsError(
                .malformed, file: path, "expected s3://bucket/key, found '\(text.prefix(100))'",
                line: number + 1)
        }
        files.append(location)
    }
    return files
}
