import CBytes

/// A cheap sign of which files were read and in which state: one more, one less, another or a
/// changed one makes it differ.
public struct FilesIdentity: Sendable, Hashable {
    private var hash: UInt64 = 0

    /// No files.
    public init() {}

    /// The hash of what was added.
    public var text: String { String(hash, radix: 16) }

    /// Adds the file at `path`; one that is missing counts as such.
    public mutating func add(path: String) {
        let file = try? InputIdentity(path: path)
        let state = file.map { "\($0.size) \($0.modified)" } ?? "missing"
        let text = Array("\(hash) \(state) \(path)".utf8)
        hash = cbytes_hash(text, text.count)
    }

    /// The files at these paths, in this order.
    public init(paths: [String]) {
        for path in paths { add(path: path) }
    }

    /// The files of a listing; of a prefix that leads into an archive, the archive.
    public init(listing: ListingConfiguration) throws(RecordsError) {
        if let archive = try archivePath(of: listing) {
            add(path: listing.root + "/" + archive)
            return
        }
        let files = try listObjects(listing)
        while let file = try files.next() { if let path = file.path { add(path: path) } }
    }
}
