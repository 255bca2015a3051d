import Dispatch
import Glibc

/// A folder with files that is gone when the test is.
final class TestFolder: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) {
        var template = Array("/tmp/maprun-tasks-XXXXXX".utf8CString)
        path = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/nowhere"
        }
        for (name, contents) in files { write(name, contents) }
    }

    deinit {
        guard let names = try? contents() else { return }
        for name in names { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    func write(_ name: String, _ contents: String) {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        defer { close(file) }
        var contents = contents
        let written = contents.withUTF8 { Glibc.write(file, $0.baseAddress, $0.count) }
        precondition(written == contents.utf8.count)
    }

    /// Another process writes it: a child that another test starts meanwhile would have the file
    /// open for writing until it has become its program, and what is open so cannot be started.
    func writeProgram(_ name: String, _ contents: String) {
        write("\(name).text", contents)
        let status = system("install -m 755 '\(path)/\(name).text' '\(path)/\(name)'")
        precondition(status == 0)
    }

    func read(_ name: String) -> String {
        let file = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        return readAll(file)
    }

    /// Makes a pipe with a name.
    func makePipe(_ name: String) { mkfifo("\(path)/\(name)", 0o600) }

    private func contents() throws -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}

func readAll(_ file: Int32) -> String {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(file, &block, block.count)
        guard count > 0 else { break }
        bytes.append(contentsOf: block[..<count])
    }
    return String(decoding: bytes, as: UTF8.self)
}

/// Runs `body`, which blocks, on a thread that no other test needs.
func blocking<R: Sendable>(_ body: @escaping @Sendable () -> R) async -> R {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "blocking").async { continuation.resume(returning: body()) }
    }
}

/// A named pipe that processes hold open for writing, so that their ends can be waited for.
final class HeldPipe: Sendable {
    private let path: String
    private let reader: Int32

    init(_ name: String, in folder: TestFolder) {
        folder.makePipe(name)
        path = "\(folder.path)/\(name)"
        // Opened at once, so that no writer has to wait for the reader.
        reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    }

    deinit { close(reader) }

    func waitUntilReadable() async { await waitForReadability(reader) }

    /// Waits until every process that held the pipe has ended; what they wrote.
    func waitUntilReleased() async -> String {
        // A writer of our own: without any writer so far there would be no end to wait for.
        close(open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC))
        _ = fcntl(reader, F_SETFL, 0)
        return await blocking { [reader] in readAll(reader) }
    }
}

/// Waits until there is something to read, or the other side is gone.
func waitForReadability(_ fd: Int32) async {
    await blocking {
        var state = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        poll(&state, 1, -1)
    }
}
