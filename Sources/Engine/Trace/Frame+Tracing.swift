import StatesLanguage

extension Frame {
    /// Runs states as `advance` does and tells of each.
    mutating func advance(_ session: inout Session, tracedBy tracer: ExecutionTracer) -> Progress {
        while true {
            let planned = state
            let before = self
            session.raised = nil
            tracer.begins(before, planned)
            let progress = turn(of: planned, &session)
            tracer.ended(
                before, self, planned, progress, raised: session.raised, now: session.now)
            session.raised = nil
            if let progress { return progress }
        }
    }
}
