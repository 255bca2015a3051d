import Glibc

/// Writes files that the command line names.
enum OutputFile {
    /// Gives a file this text.
    static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "we") else { throw unwritable(path) }
        let count = fputs(text, file)
        guard fclose(file) == 0, count >= 0 else { throw unwritable(path) }
    }

    /// Writes a file piece by piece; it takes its place, or that of an old one, once it is whole.
    static func stream(
        to path: String, _ body: ((UnsafeBufferPointer<UInt8>) throws -> Void) throws -> Void
    ) throws {
        let draft = path + ".new"
        guard let file = fopen(draft, "we") else { throw unwritable(path) }
        do {
            try body { bytes in
                guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else {
                    throw unwritable(path)
                }
            }
        } catch {
            fclose(file)
            unlink(draft)
            throw error
        }
        guard fclose(file) == 0, rename(draft, path) == 0 else { throw unwritable(path) }
    }

    private static func unwritable(_ path: String) -> UsageError {
        UsageError("cannot write '\(path)': \(String(cString: strerror(errno))); check the name")
    }
}
