import Glibc

/// Writes files that the command line names.
enum OutputFile {
    /// Gives a file this text.
    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "we") else { throw unwritable(path) }
        let count = fputs(text, file)
        guard fclose(file) == 0, count >= 0 else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> UsageError {
        UsageError("cannot write '\(path)': \(String(cString: strerror(errno))); check the name")
    }
}
