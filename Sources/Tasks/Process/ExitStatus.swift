import CBytes

/// How a program ended.
enum ExitStatus: Sendable, Equatable {
    case exited(Int)
    case signalled(Int)

    init(_ status: cbytes_exit) {
        self = status.signalled != 0 ? .signalled(Int(status.code)) : .exited(Int(status.code))
    }

    /// The name of a signal as `kill -l` prints it, with `SIG` in front.
    static func signalName(_ number: Int) -> String {
        guard let name = cbytes_signal_name(Int32(number)) else { return "signal \(number)" }
        return "SIG" + String(cString: name)
    }
}
