#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The error number of a failed system call.
public struct SystemFault: Error, Sendable, Equatable {
    /// The value of `errno`.
    public var number: Int32

    /// A fault with this error number.
    public init(_ number: Int32) { self.number = number }

    /// The fault of the system call that has just failed on this thread.
    static var last: SystemFault { SystemFault(errno) }

    /// Whether the file or folder does not exist.
    public var isMissing: Bool { number == ENOENT || number == ENOTDIR }

    /// Whether the file was replaced by another machine while it was read here.
    var isStale: Bool { number == ESTALE }

    /// Whether the name is taken.
    public var isTaken: Bool { number == EEXIST }

    /// The error users see: what was tried on which file, and what to do.
    func error(_ action: String, _ path: String) -> RunError {
        let (code, advice) = meaning
        let reason = String(cString: strerror(number))
        return RunError(code, "cannot \(action) '\(path)': \(reason); \(advice)", path: path)
    }

    private var meaning: (RunError.Code, String) {
        switch number {
        case ENOSPC, EDQUOT, EFBIG:
            (.storageFull, "free some space, then resume the run")
        case EACCES, EPERM:
            (.noPermission, "make it accessible to this user, then try again")
        case EROFS:
            (.readOnly, "mount the file system writable or choose another folder for runs")
        case EIO:
            (.inputOutput, "check the disk (dmesg), then resume the run")
        case ENOENT, ENOTDIR:
            (.notFound, "check that the path is right")
        case EMFILE, ENFILE:
            (.system, "raise the limit on open files (ulimit -n), then try again")
        default:
            (.system, "remove the cause, then try again")
        }
    }
}
