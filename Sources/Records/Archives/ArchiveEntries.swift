import CArchive

#if canImport(Glibc)
import Glibc
#endif

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
        Self.namesAreUTF8
        guard let archive = archive_read_new() else {
            throw RecordsError(.unreadable, file: name, "no memory to read the archive")
        }
        self.archive = archive
        archive_read_support_filter_all(archive)
        archive_read_support_format_tar(archive)
        archive_read_support_format_zip(archive)
        guard archive_read_open_filename(archive, name, 256 << 10) == ARCHIVE_OK else {
            throw notAnArchive()
        }
    }

    deinit { archive_read_free(archive) }

    /// libarchive puts names into the characters of the process's locale, which is ASCII unless
    /// somebody has said otherwise: zip archives could have no names beyond that.
    private static let namesAreUTF8: Void = {
        guard let codes = nl_langinfo(CInt(CODESET)), String(cString: codes) != "UTF-8" else {
            return
        }
        _ = setlocale(LC_CTYPE, "C.UTF-8")
    }()

    func next() throws(RecordsError) -> ListedObject? {
        var entry: OpaquePointer?
        while !hasEnded {
            let status = archive_read_next_header(archive, &entry)
            if status == ARCHIVE_EOF {
                // Asked once more, libarchive calls it an internal error.
                hasEnded = true
                try checkUnchanged()
                try checkTrailer()
                try checkDirectory()
                return nil
            }
            guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else {
                try checkUnchanged()
                var error = failure(.corrupt, "damaged archive")
                error.byteOffset = Int(archive_filter_bytes(archive, 0))
                throw error
            }
            if let object = try object(of: entry) { return object }
        }
        return nil
    }

    /// Refuses a tar archive that ends between two entries: libarchive takes that for its end, but
    /// only a block of zeros is.
    private func checkTrailer() throws(RecordsError) {
        let start = archive_read_header_position(archive)
        guard archive_format(archive) & 0xFF0000 == 0x30000,
            archive_filter_bytes(archive, 0) - start < 512
        else { return }
        throw RecordsError(
            .truncated, file: name,
            "unexpected end of the tar archive: no block of zeros ends it, so entries may be "
                + "missing; fetch the file again, or if it is whole append 1024 zero bytes to the "
                + "archive", byteOffset: Int(start))
    }

    /// Refuses a zip archive that ends before or within its directory: libarchive then goes from
    /// entry to entry, and takes what there is for all.
    private func checkDirectory() throws(RecordsError) {
        guard archive_format(archive) & 0xFF0000 == 0x50000, archive_filter_count(archive) == 1,
            try !ZipEnd.isThere(in: name, size: identity.size)
        else { return }
        throw RecordsError(
            .truncated, file: name,
            "the zip archive ends too early, at byte \(identity.size): its directory of entries is "
                + "not whole, so entries may be missing; fetch the file again",
            byteOffset: Int(archive_filter_bytes(archive, 0)))
    }

    private func checkUnchanged() throws(RecordsError) {
        try identity.check(against: InputIdentity(path: name), file: name)
    }

    func open(_ object: ListedObject) throws(RecordsError) -> any ByteSource {
        EntryBytes(archive, file: root + "/" + object.key, end: identity.size)
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

    private func notAnArchive() -> RecordsError {
        let hint = "a prefix leads into it, but it is no tar or zip archive"
        let size = identity.size
        if size == 0 { return RecordsError(.empty, file: name, hint + ": it is empty") }
        if let error = cutStream() { return error }
        let bytes = size == 1 ? "byte" : "bytes"
        return failure(
            .unsupported, size < 512 ? hint + ": it has only \(size) \(bytes)" : hint)
    }

    /// The trouble of a short compressed stream that is cut within its header or its end, of which
    /// libarchive knows nothing.
    private func cutStream() -> RecordsError? {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 1)
        defer { buffer.deallocate() }
        do throws(RecordsError) {
            let bytes = try openBytes(path: name)
            var left = 1 << 20
            while left > 0 {
                let count = try bytes.read(into: buffer)
                if count == 0 { return nil }
                left -= count
            }
        } catch {
            if error.kind == .truncated { return error }
        }
        return nil
    }

    private func failure(_ kind: RecordsError.Kind, _ message: String) -> RecordsError {
        archiveFailure(archive, kind, file: name, message, end: identity.size)
    }
}

/// What libarchive says of its trouble; a file that ends too early is told as such.
private func archiveFailure(
    _ archive: OpaquePointer, _ kind: RecordsError.Kind, file: String, _ message: String, end: Int
) -> RecordsError {
    let text = archive_error_string(archive).map { String(cString: $0) }
    let reason = text.map { " (\($0))" } ?? ""
    // Of a zip file that ends between two entries, or soon after, it says nothing.
    let isTruncated =
        text.map { $0.lowercased().contains("truncated") || $0.contains("No progress") }
        ?? (Int(archive_filter_bytes(archive, 0)) + 30 > end)
    guard isTruncated else { return RecordsError(kind, file: file, message + reason) }
    return RecordsError(
        .truncated, file: file,
        "the archive ends too early, at byte \(end) of the file; fetch it again\(reason)")
}

/// The bytes of the entry that an archive stands at.
final class EntryBytes: ByteSource {
    let file: String
    private let archive: OpaquePointer
    /// How many bytes the archive's file has.
    private let end: Int
    private var produced = 0

    init(_ archive: OpaquePointer, file: String, end: Int) {
        self.archive = archive
        self.file = file
        self.end = end
    }

    var progress: ReadingProgress { ReadingProgress(bytesRead: produced, totalBytes: nil) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
        guard count >= 0 else {
            var error = archiveFailure(
                archive, .corrupt, file: file, "damaged archive", end: end)
            error.byteOffset = produced
            throw error
        }
        produced += count
        return count
    }
}
