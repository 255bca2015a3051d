import Glibc
import JSON
import Synchronization

/// Standard output, for data only, and standard error, for everything else.
enum Console {
    /// Whoever read standard output has gone: no error, there is just nothing more to say.
    struct ReaderHasGone: Error {}

    /// Whether a progress line stands on the terminal without a line break.
    private static let hasProgress = Mutex(false)

    /// Whether progress can be shown in place.
    static let showsProgress = isatty(STDERR_FILENO) == 1

    /// Writes a line of data.
    static func print(_ line: String) throws {
        try write(line + "\n")
    }

    /// Writes a value on a line of its own.
    static func print(_ value: Value) throws {
        try print(value.serialized)
    }

    /// Writes text as it is.
    static func write(_ text: String) throws {
        var text = text
        try text.withUTF8 { try write($0) }
    }

    /// Writes bytes of data as they are.
    static func write(_ bytes: UnsafeBufferPointer<UInt8>) throws {
        try write(UnsafeRawBufferPointer(bytes), to: STDOUT_FILENO)
    }

    /// Tells the user something, on a line of its own.
    static func note(_ line: String) {
        let text = hasProgress.withLock { hasProgress in
            defer { hasProgress = false }
            return (hasProgress ? eraseLine : "") + line + "\n"
        }
        writeError(text)
    }

    /// Shows how a run gets on, in place of what was shown before.
    static func progress(_ line: String) {
        hasProgress.withLock { $0 = true }
        writeError(eraseLine + line.prefix(max(terminalWidth - 1, 20)))
    }

    /// Removes the progress line.
    static func endProgress() {
        let hadProgress = hasProgress.withLock { hasProgress in
            defer { hasProgress = false }
            return hasProgress
        }
        if hadProgress { writeError(eraseLine) }
    }

    private static let eraseLine = "\r\u{1B}[2K"

    private static var terminalWidth: Int { width(of: STDERR_FILENO) ?? 80 }

    /// How wide lines of data may be: as the terminal, else 100.
    static var outputWidth: Int { max(width(of: STDOUT_FILENO) ?? 100, 40) }

    private static func width(of file: Int32) -> Int? {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Standard output takes no more, as on a full disk.
    struct CannotWrite: Error {
        var reason: String
    }

    private static func writeError(_ text: String) {
        var text = text
        // Where standard error cannot be written there is nobody to tell.
        text.withUTF8 { try? write(UnsafeRawBufferPointer($0), to: STDERR_FILENO) }
    }

    private static func write(_ bytes: UnsafeRawBufferPointer, to file: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                throw ReaderHasGone()
            } else if errno == EAGAIN {
                waitUntilWritable(file)
            } else if errno != EINTR {
                throw CannotWrite(reason: String(cString: strerror(errno)))
            }
        }
    }

    /// A terminal or pipe that somebody else has made non-blocking.
    private static func waitUntilWritable(_ file: Int32) {
        var wanted = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
        poll(&wanted, 1, -1)
    }
}
