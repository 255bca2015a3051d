import JSON
import Journal

#if canImport(Glibc)
import Glibc
#endif

/// Reads JSON Lines that a run has written.
public enum ResultReading {
    /// The size of a file in bytes, 0 where there is none.
    static func size(of path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : 0
    }

    /// Calls `body` with each line's value, in order; a missing file has no lines.
    public static func forEachLine(
        of path: String, _ body: (Value) throws(RunError) -> Void
    ) throws(RunError) {
        try forEachLine(of: path) { (line: UnsafeBufferPointer<UInt8>) throws(RunError) in
            try body(parse(line, path))
        }
    }

    /// Calls `body` with the bytes of each line, without its end.
    static func forEachLine(
        of path: String, _ body: (UnsafeBufferPointer<UInt8>) throws(RunError) -> Void
    ) throws(RunError) {
        guard let file = fopen(path, "r") else {
            if errno == ENOENT { return }
            throw RunError(
                .system, "cannot read '\(path)': \(String(cString: strerror(errno)))", path: path)
        }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while true {
            let count = getline(&line, &capacity, file)
            guard count > 0, let line else { return }
            // A line that is being written has no end yet.
            guard line[count - 1] == 0x0A else { return }
            let bytes = UnsafeRawBufferPointer(start: line, count: count - 1)
            try body(bytes.bindMemory(to: UInt8.self))
        }
    }

    private static func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, _ path: String
    ) throws(RunError) -> Value {
        do {
            return try Value.parse(bytes)
        } catch {
            throw RunError(
                .damaged,
                "'\(path)' has a line that is not JSON (\(error)); remove the file and "
                    + "resume the run to have it written anew", path: path)
        }
    }
}
