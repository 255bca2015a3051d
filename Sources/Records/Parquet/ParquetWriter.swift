import Glibc

/// Writes a Parquet file to standard output through a Python process with pyarrow.
///
/// It is fed lines: first `[["name","type"],…]`, then a row each, as an array of JSON.
public final class ParquetWriter {
    private let process: pid_t
    private let input: CInt
    private let python: String
    private var hasEnded = false

    /// Starts the writer.
    public init(python: String) throws(RecordsError) {
        self.python = python
        var ends: [CInt] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(errno, "write", Self.name) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var process: pid_t = 0
        let failure = Self.start([python, "-c", parquetWritingScript], ends[0], &process)
        close(ends[0])
        input = ends[1]
        self.process = process
        guard failure == 0 else {
            hasEnded = true
            close(input)
            throw RecordsError(
                .unsupported, file: Self.name,
                "cannot start '\(python)': \(String(cString: strerror(failure))); install Python "
                    + "with pyarrow, or name one in MAPRUN_PYTHON")
        }
    }

    private static let name = "standard output"

    deinit {
        guard !hasEnded else { return }
        close(input)
        kill(process, SIGKILL)
        _ = wait()
    }

    /// Hands over bytes of lines.
    public func write(_ bytes: UnsafeBufferPointer<UInt8>) throws(RecordsError) {
        var rest = UnsafeRawBufferPointer(bytes)[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                input, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EPIPE {
                // It has gone, and its status tells why.
                try finish()
                throw RecordsError(.unwritable, file: Self.name, "pyarrow ended too early")
            } else if errno != EINTR {
                throw .system(errno, "write", Self.name)
            }
        }
    }

    /// Waits until the file is complete.
    public func finish() throws(RecordsError) {
        guard !hasEnded else { return }
        close(input)
        switch wait() {
        case 0: return
        case 3:
            throw RecordsError(
                .unsupported, file: Self.name,
                "writing Parquet needs pyarrow, which \(python) does not have: pip install pyarrow")
        case let status:
            throw RecordsError(
                .unwritable, file: Self.name,
                "pyarrow cannot write it (status \(status)); its message is above")
        }
    }

    private func wait() -> CInt {
        hasEnded = true
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    private static func start(
        _ arguments: [String], _ input: CInt, _ process: inout pid_t
    ) -> CInt {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { words.forEach { free($0) } }
        words.append(nil)
        return posix_spawnp(&process, arguments[0], &actions, nil, words, environ)
    }
}

// Part of the program's text rather than a file beside it, so that the executable is all there is.
private let parquetWritingScript = """
    import json, os, sys
    try:
        import pyarrow as pa, pyarrow.parquet as pq
    except ImportError:
        sys.exit(3)

    class Out:
        # Standard output may be a pipe, which cannot tell where it is.
        closed = False
        def __init__(self):
            self.place = 0
        def write(self, data):
            rest = memoryview(data).cast("B")
            self.place += len(rest)
            count = len(rest)
            while len(rest):
                rest = rest[os.write(1, rest):]
            return count
        def tell(self):
            return self.place
        def flush(self):
            pass
        def close(self):
            pass
        def writable(self):
            return True
        def readable(self):
            return False
        def seekable(self):
            return False

    def main():
        head = json.loads(sys.stdin.buffer.readline())
        types = {"null": pa.null(), "bool": pa.bool_(), "int64": pa.int64(),
                 "double": pa.float64(), "string": pa.string()}
        schema = pa.schema([(name, types[kind]) for name, kind in head])
        reals = [kind == "double" for _, kind in head]
        with pq.ParquetWriter(Out(), schema) as writer:
            def put(rows):
                columns = [
                    [None if v is None else float(v) for v in column] if real else list(column)
                    for column, real in zip(zip(*rows), reals)]
                arrays = [pa.array(c, f.type) for c, f in zip(columns, schema)]
                writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            rows = []
            for line in sys.stdin.buffer:
                rows.append(json.loads(line))
                if len(rows) == 16384:
                    put(rows)
                    rows = []
            if rows:
                put(rows)

    try:
        main()
    except BrokenPipeError:
        sys.exit(4)
    except Exception as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\\n")
        sys.exit(1)
    """
