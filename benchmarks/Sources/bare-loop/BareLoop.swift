import Dispatch
import Glibc

/// Calls Python handlers that share processes over the same pipes and frames as maprun does, and does
/// nothing else.
///
///     bare-loop PYTHON BOOTSTRAP TASK-ROOT PROCESSES (HANDLER EVENTS.jsonl)…
///
/// Each process gets the first event of every handler, then the second of every one, and so on.
/// Prints the seconds from the first request to the last answer.
@main enum BareLoop {
    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count >= 7, arguments.count % 2 == 1, let count = Int(arguments[4]),
            count > 0
        else {
            exit(message: "usage: bare-loop PYTHON BOOTSTRAP ROOT PROCESSES (HANDLER EVENTS)…")
        }
        setenv("LAMBDA_TASK_ROOT", arguments[3], 1)
        let functions = stride(from: 5, to: arguments.count, by: 2).map { arguments[$0] }
        let events = stride(from: 6, to: arguments.count, by: 2).enumerated().map {
            frames(of: arguments[$1], function: $0)
        }
        let longest = events.map(\.count).max() ?? 0
        let requests = (0..<longest).flatMap { index in
            events.compactMap { index < $0.count ? $0[index] : nil }
        }
        let instances = (0..<count).map { _ in
            Instance(python: arguments[1], bootstrap: arguments[2], handlers: functions)
        }
        let started = now()
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let start = requests.count * number / count
            instances[number].call(Array(requests[start..<requests.count * (number + 1) / count]))
        }
        print(now() - started)
        for instance in instances { instance.end() }
    }

    /// One request frame for each line of the file.
    private static func frames(of path: String, function: Int) -> [[UInt8]] {
        let bytes = contents(of: path)
        return bytes.split(separator: 0x0A).map { line in
            var frame: [UInt8] = []
            withUnsafeBytes(of: UInt16(function).littleEndian) { frame += $0 }
            withUnsafeBytes(of: UInt32(line.count).littleEndian) { frame += $0 }
            withUnsafeBytes(of: UInt32(0)) { frame += $0 }
            // The request's identifier and its idempotency key.
            for _ in 0..<2 { frame += Array("00000000-0000-4000-8000-000000000000".utf8) }
            return frame + line
        }
    }

    private static func contents(of path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { exit(message: "cannot open \(path)") }
        defer { close(descriptor) }
        var status = stat()
        fstat(descriptor, &status)
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var count = 0
        while count < bytes.count {
            let step = bytes.withUnsafeMutableBytes {
                read(descriptor, $0.baseAddress! + count, $0.count - count)
            }
            guard step > 0 else { exit(message: "cannot read \(path)") }
            count += step
        }
        return bytes
    }

    private static func now() -> Double {
        Double(DispatchTime.now().uptimeNanoseconds) / 1e9
    }
}

func exit(message: String) -> Never {
    _ = (message + "\n").withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(1)
}
