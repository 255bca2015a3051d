import CArchive

/// The files in a tar or zip archive, compressed or not, in the order of the archive.
final class ArchiveEntries: ObjectSequence {
    let name: String
    private let archive: OpaquePointer
    private let keyOfArchive: String
    private let prefix: String
    private let startAfter: String
    private let root: String
    private let identity: InputIdentity
    private var hasEnded = false

    /// Opens the archive with this key; of the prefix what is behind that key is for its entries.
    init(archive key: String, _ configuration: ListingConfiguration) throws(RecordsError) {
        root = configuration.root
        name = root + "/" + key
        keyOfArchive = key + "/"
        prefix = configuration.prefix
        startAfter = configuration.startAfter
        identity = try InputIdentity(path: name)
        guard let archive = archive_read_new() else {
            throw RecordsError(.unreadable, file: name, "no memory to read the archive")
        }
        self.archive = archive
        archive_read_support_filter_all(archive)
        archive_read_support_format_tar(archive)
        archive_read_support_format_zip(archive)
        guard archive_read_open_filename(archive, name, 256 << 10) == ARCHIVE_OK else {
            throw failure(
                .unsupported, "a prefix leads into it, but it is no tar or zip archive")
        }
    }

    deinit { archive_read_free(archive) }

    func next() throws(RecordsError) -> ListedObject? {
        var entry: OpaquePointer?
        while !hasEnded {
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF {
                // Asked once more, libarchive calls it an internal error.
                hasEnded = true
                try checkUnchanged()
                return nil
            }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
                try checkUnchanged()
                throw failure(.corrupt, "damaged archive")
            }
            if let object = try object(of: entry) { return object }
        }
        return nil
    }

    private func checkUnchanged() throws(RecordsError) {
        try identity.check(against: InputIdentity(path: name), file: name)
    }

    func open(_ object: ListedObject) throws(RecordsError) -> any ByteSource {
        EntryBytes(archive, file: root + "/" + object.key)
    }

    /// The entry as an object, or nil if it is no file or not wanted.
    private func object(of entry: OpaquePointer) throws(RecordsError) -> ListedObject? {
        guard let bytes = archive_entry_pathname(entry),
            let path = String(validatingCString: bytes)
        else { throw failure(.malformed, "an entry's name is not valid UTF-8") }
        try check(path, entry)
        let key = keyOfArchive + path
        guard UInt32(archive_entry_filetype(entry)) == 0o100000,
            archive_entry_hardlink(entry) == nil, key.utf8.starts(with: prefix.utf8),
            startAfter.utf8.lexicographicallyPrecedes(key.utf8)
        else { return nil }
        return ListedObject(
            key: key, path: nil, size: Int(archive_entry_size(entry)),
            modified: archive_entry_mtime(entry))
    }

    /// Refuses names that lead out of the archive, and what cannot be read without a password.
    private func check(_ path: String, _ entry: OpaquePointer) throws(RecordsError) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        if path.hasPrefix("/") || parts.contains("..") {
            throw failure(
                .malformed, "the entry '\(path)' would lie outside of the archive; refused")
        }
        if archive_entry_is_encrypted(entry) != 0 {
            throw failure(
                .unsupported, "the entry '\(path)' is encrypted; unpack the archive first")
        }
    }

    private func failure(_ kind: RecordsError.Kind, _ message: String) -> RecordsError {
        let reason = archive_error_string(archive).map { String(cString: $0) }
        return RecordsError(
            reason?.lowercased().contains("truncated") == true ? .truncated : kind, file: name,
            reason.map { "\(message) (\($0))" } ?? message)
    }
}

/// The bytes of the entry that an archive stands at.
final class EntryBytes: ByteSource {
    let file: String
    private let archive: OpaquePointer
    private var produced = 0

    init(_ archive: OpaquePointer, file: String) {
        self.archive = archive
        self.file = file
    }

    var progress: ReadingProgress { ReadingProgress(bytesRead: produced, totalBytes: nil) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            let reason = archive_error_string(archive).map { String(cString: $0) } ?? ""
            throw RecordsError(
                reason.lowercased().contains("truncated") ? .truncated : .corrupt, file: file,
                "damaged archive (\(reason))", byteOffset: produced)
        }
        produced += count
        return count
    }
}
