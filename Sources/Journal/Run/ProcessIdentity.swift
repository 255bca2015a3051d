import JSON

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Which process on which machine; a process id alone is used again after a while.
struct ProcessIdentity: Sendable, Equatable {
    var host: String
    var pid: Int
    /// When the process was started, in clock ticks after boot; 0 where that cannot be told.
    var start: Int
    var boot: String
    /// The namespace the process id belongs to: containers have their own.
    var namespace: String

    enum Liveness: Sendable {
        case alive, dead
        /// On another machine or in another container.
        case unknown
    }

    /// This process.
    static func current(_ files: any FileSystem = SystemFiles()) -> ProcessIdentity {
        ProcessIdentity(
            host: hostName(), pid: Int(getpid()), start: start(of: Int(getpid()), files) ?? 0,
            boot: firstLine("/proc/sys/kernel/random/boot_id", files) ?? "",
            namespace: linkTarget("/proc/self/ns/pid"))
    }

    /// When a process was started.
    static func start(of pid: Int, _ files: any FileSystem = SystemFiles()) -> Int? {
        process(pid, files)?.start
    }

    /// Whether that process still runs, as seen from this one.
    func liveness(of other: ProcessIdentity) -> Liveness {
        guard other.host == host else { return .unknown }
        guard other.boot == boot else { return .dead }
        guard other.namespace == namespace else { return .unknown }
        if kill(pid_t(truncatingIfNeeded: other.pid), 0) != 0, errno == ESRCH { return .dead }
        guard let found = Self.process(other.pid, SystemFiles()) else { return .alive }
        return found.start == other.start && !found.hasEnded ? .alive : .dead
    }

    private static func hostName() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Fields 22 and 3 of /proc/PID/stat, counted from behind the command's closing parenthesis, as
    /// the command may hold blanks and parentheses itself. A process that has ended stays there until
    /// its parent asks for it.
    private static func process(
        _ pid: Int, _ files: any FileSystem
    ) -> (start: Int, hasEnded: Bool)? {
        guard let line = firstLine("/proc/\(pid)/stat", files),
            let end = line.lastIndex(of: ")")
        else { return nil }
        let fields = line[end...].split(separator: " ")
        guard fields.count > 20, let start = Int(fields[20]) else { return nil }
        return (start, ["Z", "X"].contains(fields[1]))
    }

    private static func linkTarget(_ path: String) -> String {
        var target = [CChar](repeating: 0, count: 256)
        let count = readlink(path, &target, target.count - 1)
        return String(
            decoding: target.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Files in /proc have no length, so they are read without asking for it.
    private static func firstLine(_ path: String, _ files: any FileSystem) -> String? {
        // Where there is no such file, as on macOS, the pid alone has to do.
        guard let file = try? files.open(path, .read) else { return nil }
        defer { files.close(file) }
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = bytes.withUnsafeMutableBytes { try? files.read(file, into: $0, at: 0) }
        guard let count else { return nil }
        return String(decoding: bytes.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self)
    }
}

extension ProcessIdentity {
    var value: Value {
        [
            "host": .string(host), "pid": .int(pid), "start": .int(start), "boot": .string(boot),
            "namespace": .string(namespace),
        ]
    }

    init?(_ value: Value) {
        guard let host = value["host"]?.string, let pid = value["pid"]?.number?.int else {
            return nil
        }
        self.init(
            host: host, pid: pid, start: value["start"]?.number?.int ?? 0,
            boot: value["boot"]?.string ?? "", namespace: value["namespace"]?.string ?? "")
    }
}
