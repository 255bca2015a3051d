/// Objects one after another: of a folder, or of an archive.
protocol ObjectSequence: AnyObject {
    /// What is listed, for messages.
    var name: String { get }
    /// The next object, or nil at the end.
    func next() throws(RecordsError) -> ListedObject?
    /// The bytes, as they are stored, of the object that came last.
    func open(_ object: ListedObject) throws(RecordsError) -> any ByteSource
}

/// The objects of a listing: the files of a folder in the order of their keys or, if the prefix
/// leads into an archive, its entries in the order of the archive.
func listObjects(
    _ configuration: ListingConfiguration
) throws(RecordsError) -> any ObjectSequence {
    try checkPrefix(configuration)
    if let archive = try archivePath(of: configuration) {
        return try ArchiveEntries(archive: archive, configuration)
    }
    return try FolderWalk(configuration)
}

private func checkPrefix(_ configuration: ListingConfiguration) throws(RecordsError) {
    let parts = configuration.prefix.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.contains("..") else { return }
    throw RecordsError(
        .unreadable, file: configuration.prefix,
        "a prefix must stay inside its bucket; write it without '..'")
}

/// The key of the file that the prefix leads into, if one of the folders in it is a file.
func archivePath(
    of configuration: ListingConfiguration
) throws(RecordsError) -> String? {
    var key = ""
    for part in configuration.prefix.split(separator: "/", omittingEmptySubsequences: false)
        .dropLast()
    {
        key += key.isEmpty ? String(part) : "/" + part
        guard let status = FileStatus(path: configuration.root + "/" + key) else { return nil }
        if status.isRegular { return key }
    }
    return nil
}
