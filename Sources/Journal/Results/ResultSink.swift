import JSON

/// Takes the outcomes of a Map Run in item order and writes them somewhere: what it wrote must be
/// the same bytes whatever the interruptions.
///
/// All calls come from one queue, one at a time.
public protocol ResultSink: AnyObject {
    /// Starts, or with `saved`, which an earlier `save` has returned, continues behind what had
    /// been taken then, forgetting what came after. False if that is not possible, as files are
    /// missing; then it is called again with nil. What was written after that, readers see until
    /// `oldEnd` says.
    func start(at saved: Value?, _ oldEnd: OldEnd) throws(RunError) -> Bool
    /// Takes the next outcome; its bytes are valid during the call only.
    func take(_ outcome: FinishedRecord) throws(RunError)
    /// Writes what is buffered, flushes it if asked to, and returns how to continue from here.
    func save(flushing: Bool) throws(RunError) -> Value
    /// Writes what belongs at the end. The sink may still be started again.
    func finish(flushing: Bool) throws(RunError)
}
