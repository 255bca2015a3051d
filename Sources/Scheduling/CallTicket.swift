/// The leave to make one call, or the wait for it.
public final class CallTicket: @unchecked Sendable {
    // Proof: `state` is only touched under the gate's lock.

    enum State {
        case waiting(@Sendable () -> Void)
        case granted
        case returned
    }

    private let gate: CallGate
    var state = State.granted

    init(_ gate: CallGate) { self.gate = gate }

    /// Whether the call may be made.
    public var isGranted: Bool { gate.isGranted(self) }

    /// Gives the ticket back: the call has ended, or is not wanted any more.
    public func giveBack() { gate.takeBack(self) }
}
