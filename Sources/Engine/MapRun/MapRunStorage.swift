import JSON
import Journal
import StatesLanguage

/// Keeps the outcomes of a Map Run's children and makes the Map state's result of them.
protocol MapRunStorage: AnyObject, Sendable {
    /// Whether an earlier process has finished any child.
    var hasFinished: Bool { get }
    /// Whether an earlier process has finished this child.
    func isFinished(_ index: Int) -> Bool
    /// What an earlier process recorded of a child that it did not finish.
    func replay(of index: Int) -> ReplayLog?
    /// How often children were redriven before; nil where none was.
    var redrives: ChildRedrives? { get }
    /// Notes that a child has begun something that a killed process leaves undone.
    func noteStarted(_ child: ExecutionFacts, _ identity: ItemIdentity)
    /// The same; calls `written` once it survives the process.
    func noteStarted(
        _ child: ExecutionFacts, _ identity: ItemIdentity, written: @escaping @Sendable () -> Void)
    /// How batches that fail were split before; nil where they are not split.
    var splits: BatchSplits? { get }
    /// Notes that a child has failed and that its halves are to be run.
    func noteSplit(_ first: Int, count: Int)
    /// Whether outcomes should carry the child's input.
    func needsInput(_ status: ItemStatus) -> Bool
    /// Whether an outcome's output may be text.
    var takesText: Bool { get }
    /// A place for the outcomes of one block, filled by one worker.
    func makeBatch() -> any OutcomeBatch
    /// Takes a filled batch. Tells whether there is room for more; if not, whoever has noted that
    /// asks for relief.
    func commit(_ batch: any OutcomeBatch) -> Bool
    /// Has `onRelief` called once there is room, which may be at once.
    func requestRelief()
    /// Notes that there are this many children in all.
    func seal(total: Int)
    /// Notes a change of the Map Run's settings; calls `written` once it survives the process.
    func note(_ update: MapRunUpdate, written: @escaping @Sendable () -> Void)
    /// How many children, and items, have their place in the result files.
    var resultsWritten: (children: Int, items: Int) { get }
    /// Ends the Map Run once everything committed is safe; gives the state's result.
    func finish(
        _ end: MapRunEnd, at time: Int,
        completion: @escaping @Sendable (Result<Value, StateFault>) -> Void)
}

/// Outcomes of one block of children.
protocol OutcomeBatch: AnyObject {
    func add(_ outcome: FinishedItem)
    var isEmpty: Bool { get }
}

/// Why a Map Run comes to its end.
enum MapRunEnd: Sendable {
    case completed
    case failed(StateFault)
    /// Stopped from outside.
    case aborted

    /// What others are told of it.
    var phase: MapRunProgress.Phase {
        switch self {
        case .completed: .succeeded
        case .failed: .failed
        case .aborted: .aborted
        }
    }
}
