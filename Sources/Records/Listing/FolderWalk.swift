import Glibc

/// Walks over the files below a folder in the order of their keys, byte by byte, as S3 lists them.
/// Holds one folder's names a level in memory, never all keys.
final class FolderWalk: ObjectSequence {
    private let configuration: ListingConfiguration
    private let prefix: [UInt8]
    private let startAfter: [UInt8]
    private var folders: [Folder] = []

    private struct Folder {
        /// The key of the folder, with a slash at its end, or nothing for the bucket.
        var key: String
        /// Names, those of folders with a slash, in reverse order: the next one is the last.
        var names: [[UInt8]]
        var device: UInt64
        var inode: UInt64
    }

    init(_ configuration: ListingConfiguration) throws(RecordsError) {
        self.configuration = configuration
        prefix = Array(configuration.prefix.utf8)
        startAfter = Array(configuration.startAfter.utf8)
        guard FileStatus(path: configuration.root)?.isFolder == true else {
            throw RecordsError(
                .notFound, file: configuration.root,
                "there is no such folder for the bucket; make it, or bind the bucket to another")
        }
        let parts = configuration.prefix.split(separator: "/", omittingEmptySubsequences: false)
        let start = parts.dropLast().map { $0 + "/" }.joined()
        guard !parts.dropLast().contains(where: { $0.isEmpty || $0 == "." }) else { return }
        try enter(start)
    }

    var name: String { configuration.root }

    func next() throws(RecordsError) -> ListedObject? {
        while let folder = folders.last {
            guard let name = folders[folders.count - 1].names.popLast() else {
                folders.removeLast()
                continue
            }
            guard let text = String(validating: name, as: UTF8.self) else {
                throw RecordsError(
                    .invalidUTF8, file: path(folder.key + String(decoding: name, as: UTF8.self)),
                    "the file's name is not valid UTF-8; rename it")
            }
            if let object = try visit(folder.key + text) { return object }
        }
        return nil
    }

    func open(_ object: ListedObject) throws(RecordsError) -> any ByteSource {
        try FileBytes(path: path(object.key))
    }

    /// Goes down into a folder, or makes an object of a file that is wanted.
    private func visit(_ key: String) throws(RecordsError) -> ListedObject? {
        let bytes = Array(key.utf8)
        if bytes.last == 0x2F {
            let leads = bytes.starts(with: prefix) || prefix.starts(with: bytes)
            if leads && !isCutOff(bytes) { try enter(key) }
            return nil
        }
        guard bytes.starts(with: prefix), !isCutOff(bytes),
            startAfter.lexicographicallyPrecedes(bytes),
            let status = FileStatus(path: path(key)), status.isRegular
        else { return nil }
        return ListedObject(
            key: key, path: path(key), size: status.size, modified: status.modified,
            etagBytes: configuration.etagBytes)
    }

    /// Whether there is a delimiter behind the prefix.
    private func isCutOff(_ key: [UInt8]) -> Bool {
        let delimiter = Array(configuration.delimiter.utf8)
        guard !delimiter.isEmpty, key.count > prefix.count else { return false }
        let rest = key[prefix.count...]
        return rest.indices.contains { rest[$0...].starts(with: delimiter) }
    }

    private func path(_ key: String) -> String { configuration.root + "/" + key }

    private func enter(_ key: String) throws(RecordsError) {
        let path = path(key)
        guard let status = FileStatus(path: path), status.isFolder else { return }
        // A link to a folder above would be walked for ever.
        let isLoop = folders.contains { $0.device == status.device && $0.inode == status.inode }
        guard !isLoop else { return }
        let names = try names(in: path)
        folders.append(
            Folder(key: key, names: names, device: status.device, inode: status.inode))
    }

    private func names(in path: String) throws(RecordsError) -> [[UInt8]] {
        guard let folder = opendir(path) else { throw .system(errno, "list", path) }
        defer { closedir(folder) }
        var names: [[UInt8]] = []
        while let entry = readdir(folder) {
            var name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                Array(bytes.prefix { $0 != 0 })
            }
            if name == [0x2E] || name == [0x2E, 0x2E] { continue }
            if isFolder(entry.pointee.d_type, path, name) { name.append(0x2F) }
            names.append(name)
        }
        // With its slash a folder stands where the keys of its files do.
        names.sort { $1.lexicographicallyPrecedes($0) }
        return names
    }

    private func isFolder(_ type: UInt8, _ path: String, _ name: [UInt8]) -> Bool {
        if Int(type) == Int(DT_DIR) { return true }
        guard Int(type) == Int(DT_LNK) || Int(type) == Int(DT_UNKNOWN) else { return false }
        let file = path + "/" + String(decoding: name, as: UTF8.self)
        return FileStatus(path: file)?.isFolder ?? false
    }
}
