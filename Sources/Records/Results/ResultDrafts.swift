import Glibc

/// Decides where the files of a category go on: in place, or in drafts while the old ones stay.
public struct ResultDrafts {
    private let directory: String
    private let category: ResultCategory

    /// The files of a category in a folder.
    public init(_ directory: String, _ category: ResultCategory) {
        self.directory = directory
        self.category = category
    }

    /// Where to go on from a saved position, so that complete files from before stay until there are
    /// new ones; nil if what is there does not fit it.
    /// `keepsOld` tells that what comes behind the position may be other bytes than it was.
    public func position(
        from saved: ResultPosition, keepsOld: Bool
    ) throws(RecordsError) -> ResultPosition? {
        var position = saved
        if let first = saved.drafts {
            let open = saved.closedSizes.count
            let numbers = first..<open + (saved.bytes > 0 ? 1 : 0)
            let there = numbers.filter { size($0, isDraft: true) != nil }
            if there.count == numbers.count, !numbers.isEmpty || !hasManifest { return position }
            guard there.isEmpty else { return nil }
            // They have taken their places after that was saved.
            position.drafts = nil
        }
        let next = position.closedSizes.count
        guard size(next, isDraft: false) != nil, keepsOld || hasManifest else { return position }
        if position.bytes > 0 { try copy(next, position.bytes) }
        position.drafts = next
        return position
    }

    /// Without one the files were never complete.
    private var hasManifest: Bool { access(directory + "/manifest.json", F_OK) == 0 }

    private func path(_ number: Int, isDraft: Bool) -> String {
        "\(directory)/\(category.rawValue)_\(number).json"
            + (isDraft ? ResultFileWriter.draftEnding : "")
    }

    private func size(_ number: Int, isDraft: Bool) -> Int? {
        var status = stat()
        guard stat(path(number, isDraft: isDraft), &status) == 0 else { return nil }
        return Int(status.st_size)
    }

    /// Begins a draft with the first bytes of the file.
    private func copy(_ number: Int, _ count: Int) throws(RecordsError) {
        let (source, target) = (path(number, isDraft: false), path(number, isDraft: true))
        let file = open(source, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .writing(errno, source) }
        defer { close(file) }
        var draft = try AppendFile(path: target)
        var memory = [UInt8](repeating: 0, count: 1 << 20)
        var left = count
        while left > 0 {
            let read = read(file, &memory, min(memory.count, left))
            guard read > 0 else {
                throw RecordsError(
                    .unwritable, file: source, "is shorter than it was; it was changed from outside"
                )
            }
            try memory.withUnsafeBufferPointer { (bytes) throws(RecordsError) in
                try draft.append(UnsafeBufferPointer(rebasing: bytes[..<read]))
            }
            left -= read
        }
        try draft.flush()
    }
}
