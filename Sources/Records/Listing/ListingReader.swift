/// The items of `s3:listObjectsV2`: what is known about each object.
final class ListingReader: ItemReader, @unchecked Sendable {
    // Proof: one thread at a time uses it, as `ItemReader` demands.
    private let objects: any ObjectSequence
    private let maxItems: Int
    private var nextIndex = 0
    private var pendingError: RecordsError?
    private static let blockItems = 128

    init(_ objects: any ObjectSequence, maxItems: Int) {
        self.objects = objects
        self.maxItems = maxItems
    }

    var progress: ReadingProgress { ReadingProgress(bytesRead: 0, totalBytes: nil) }
    var notes: [String] { isEmpty ? ["\(objects.name) has no object with this prefix"] : [] }
    private var isEmpty = false

    func nextBlock() throws(RecordsError) -> ItemBlock? {
        let found = try collect(atMost: Self.blockItems)
        guard !found.isEmpty else {
            isEmpty = nextIndex == 0
            return nil
        }
        defer { nextIndex += found.count }
        return ItemBlock(objects: found, file: objects.name, firstIndex: nextIndex)
    }

    func skip(_ count: Int) throws(RecordsError) -> Int {
        let start = nextIndex
        while nextIndex - start < count {
            let found = try collect(atMost: count - (nextIndex - start))
            if found.isEmpty { break }
            nextIndex += found.count
        }
        return nextIndex - start
    }

    private func collect(atMost count: Int) throws(RecordsError) -> [ListedObject] {
        if let pendingError { throw pendingError }
        let limit = maxItems > 0 ? min(count, maxItems - nextIndex) : count
        var found: [ListedObject] = []
        do throws(RecordsError) {
            while found.count < min(limit, Self.blockItems), let object = try objects.next() {
                found.append(object)
            }
        } catch {
            // What was found before comes first, the error with the next call.
            guard !found.isEmpty else { throw error }
            pendingError = error
        }
        return found
    }
}

/// Opens the listing of a folder's files, or of an archive's entries if the prefix leads into one:
/// an item each, with `Etag`, `Key`, `LastModified`, `Size` and `StorageClass`.
public func openListing(
    _ configuration: ListingConfiguration
) throws(RecordsError) -> any ItemReader {
    ListingReader(try listObjects(configuration), maxItems: configuration.maxItems)
}

/// Opens all objects of a listing, one after another, as one dataset: `LOAD_AND_FLATTEN`.
public func openFlattened(
    _ listing: ListingConfiguration, _ configuration: ReaderConfiguration
) throws(RecordsError) -> any ItemReader {
    let objects = try listObjects(listing)
    let next = { () throws(RecordsError) -> ConcatenatedReader.Part? in
        guard let object = try objects.next() else { return nil }
        return ConcatenatedReader.Part(
            reader: try open(object, of: objects, configuration),
            source: listing.sourcePrefix + object.key)
    }
    return ConcatenatedReader(maxItems: configuration.maxItems, next)
}

private func open(
    _ object: ListedObject, of objects: any ObjectSequence, _ configuration: ReaderConfiguration
) throws(RecordsError) -> any ItemReader {
    guard configuration.inputType == .parquet else {
        let bytes = try decompressing(objects.open(object))
        return try makeReader(over: bytes, configuration: configuration)
    }
    guard let path = object.path else {
        throw RecordsError(
            .unsupported, file: object.key,
            "Parquet files cannot be read inside an archive; unpack it first")
    }
    return try openReader(path: path, configuration: configuration)
}
