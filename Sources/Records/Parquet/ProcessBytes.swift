import Glibc

/// The standard output of a program; that it ended well is checked at the end.
final class ProcessBytes: ByteSource {
    let file: String
    private let output: CInt
    private let errors: CInt
    private let process: pid_t
    private var isReaped = false
    private var produced = 0
    private let ended: () throws(RecordsError) -> Void
    private let explain: (_ status: CInt, _ errors: String) -> RecordsError

    /// Starts `arguments`, whose first is looked up in PATH. `ended` is called when the program has
    /// ended, whatever its status; `explain` makes an error of an exit status and what the program
    /// wrote to standard error.
    init(
        _ arguments: [String], file: String,
        ended: @escaping () throws(RecordsError) -> Void = { () throws(RecordsError) in },
        explain: @escaping (_ status: CInt, _ errors: String) -> RecordsError
    ) throws(RecordsError) {
        self.file = file
        self.ended = ended
        self.explain = explain
        let output = try Pipe(file)
        let errors = try Pipe(file)
        self.output = output.reading
        self.errors = errors.reading
        var process: pid_t = 0
        let failure = Self.start(arguments, output.writing, errors.writing, &process)
        close(output.writing)
        close(errors.writing)
        self.process = process
        if failure != 0 {
            isReaped = true
            throw RecordsError(
                .unsupported, file: file,
                "cannot start '\(arguments[0])': \(String(cString: strerror(failure)))")
        }
    }

    deinit {
        close(output)
        close(errors)
        guard !isReaped else { return }
        kill(process, SIGKILL)
        _ = wait()
    }

    var progress: ReadingProgress { ReadingProgress(bytesRead: produced, totalBytes: nil) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(RecordsError) -> Int {
        while true {
            let count = Glibc.read(output, buffer.baseAddress, buffer.count)
            if count > 0 {
                produced += count
                return count
            }
            if count == 0 {
                try finish()
                return 0
            }
            guard errno == EINTR else { throw .system(errno, "read", file) }
        }
    }

    private func finish() throws(RecordsError) {
        guard !isReaped else { return }
        let text = readErrors()
        let status = wait()
        try ended()
        guard status != 0 else { return }
        throw explain(status, text)
    }

    private func readErrors() -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(errors, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }

    /// The exit status, or 128 and the signal's number as shells have it.
    private func wait() -> CInt {
        isReaped = true
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Starts the program in a process group of its own, so that Ctrl-C in the terminal leaves it alone.
    private static func start(
        _ arguments: [String], _ output: CInt, _ errors: CInt, _ process: inout pid_t
    ) -> CInt {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        return posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ)
    }
}

/// Both ends of a pipe that programs started later do not inherit.
private struct Pipe {
    let reading: CInt
    let writing: CInt

    init(_ file: String) throws(RecordsError) {
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(errno, "read", file) }
        reading = ends[0]
        writing = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
}
