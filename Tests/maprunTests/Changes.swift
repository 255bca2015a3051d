import Foundation

/// The changes in a folder, with the folders in it, and of a file, as the kernel tells them.
final class Changes {
    private let handle: Int32
    private let folder: String
    private let ignored: String

    /// Changes from now on, but for those in the folder `ignored`, unless they are the file's.
    init(in folder: String, ignoring ignored: String, orOf file: String) throws {
        (self.folder, self.ignored) = (folder, ignored)
        handle = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        guard handle >= 0 else { throw Untold(path: folder, code: errno) }
        _ = try watches(file)
        try watchAll(in: folder)
    }

    deinit { close(handle) }

    /// Waits for a change since the last wait, for something to read from `other`, or for the time.
    func wait(or other: FileHandle, until deadline: Date) throws {
        let milliseconds = max(0, deadline.timeIntervalSinceNow * 1000).rounded(.up)
        var states = [handle, other.fileDescriptor].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        poll(&states, 2, Int32(milliseconds))
        var told = [UInt8](repeating: 0, count: 4096)
        while read(handle, &told, told.count) > 0 {}
        try watchAll(in: folder)
    }

    /// Watches a folder before it lists it, so that no folder comes up in between unseen.
    private func watchAll(in folder: String) throws {
        guard try watches(folder, IN_ONLYDIR | IN_DONT_FOLLOW) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name != ignored { try watchAll(in: folder + "/" + name) }
    }

    /// False if there is no such thing, or no longer.
    private func watches(_ path: String, _ options: Int32 = 0) throws -> Bool {
        let kinds = Int32(IN_CREATE | IN_MODIFY | IN_MOVE | IN_DELETE) | options
        if inotify_add_watch(handle, path, UInt32(bitPattern: kinds)) >= 0 { return true }
        guard errno == ENOENT || errno == ENOTDIR else { throw Untold(path: path, code: errno) }
        return false
    }

    struct Untold: Error, CustomStringConvertible {
        var path: String
        var code: Int32
        var description: String { "inotify, \(path): \(String(cString: strerror(code)))" }
    }
}
