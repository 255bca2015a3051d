import JSON
import StatesLanguage

/// AWS's quota on payloads, kept to when a workflow is to be proved portable.
public struct PayloadLimits: Sendable {
    /// The largest payload in bytes of JSON text.
    public var bytes = 262_144

    /// AWS's limits.
    public init() {}

    /// Fails a state or task whose result is too large.
    func check(_ payload: Value, of name: String) throws(StateFault) {
        guard payload.serializedSize > bytes else { return }
        throw Self.exceeded(by: name)
    }

    /// The fault of a state or task whose result is too large.
    static func exceeded(by name: String) -> StateFault {
        StateFault(
            error: "States.DataLimitExceeded",
            cause: "The state/task '\(name)' returned a result with a size exceeding the maximum "
                + "number of bytes service limit.", origin: .service)
    }
}
