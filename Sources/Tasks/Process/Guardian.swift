import CBytes
import Glibc

/// A tiny shell that outlives this process by a moment: when the pipe to it closes, however this
/// process ended, it kills every process group it was told of and not told to forget.
///
/// The kernel's parent-death signal reaches only the direct child; this reaches its children too.
struct Guardian: Sendable {
    let pipe: Int32?

    private static let script = """
        trap '' HUP INT TERM QUIT
        groups=' '
        while read -r change group; do
          case $change in
            +) groups="$groups$group " ;;
            -) groups="${groups%% $group *} ${groups#* $group }" ;;
          esac
        done
        for group in $groups; do kill -s KILL -- "-$group"; done 2>/dev/null
        """

    /// Starts the guardian; without a shell there is none, and only direct children are sure to die.
    init() {
        var ends: [Int32] = [-1, -1]
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0, cbytes_pipe(&ends, 0) == 0 else {
            pipe = nil
            return
        }
        let program = Program(path: "/bin/sh", arguments: ["-c", Self.script, "maprun-guardian"])
        let started = try? program.start(descriptors: [ends[0], null, null], diesWithParent: false)
        close(null)
        close(ends[0])
        pipe = started == nil ? nil : ends[1]
    }

    func add(_ group: pid_t) { tell("+ \(group)\n") }
    func remove(_ group: pid_t) { tell("- \(group)\n") }

    private func tell(_ line: String) {
        guard let pipe else { return }
        _ = line.utf8CString.withUnsafeBytes { write(pipe, $0.baseAddress, $0.count - 1) }
    }
}
