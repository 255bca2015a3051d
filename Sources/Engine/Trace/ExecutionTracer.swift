import JSON
import StatesLanguage
import Synchronization

/// Follows one execution from state to state and tells what it does there.
///
/// The execution is the real one: its workflow is an observed one, so that expressions are told
/// where they are evaluated, and its frames tell of their turns.
package final class ExecutionTracer: EvaluationObserver {
    private struct State: ~Copyable {
        /// Visits that have not ended, by the path of their workflow.
        var open: [String: TraceNote.Visit] = [:]
        /// The visits that are being advanced, outermost first.
        var current: [TraceNote.Visit] = []
        /// What was evaluated outside of any state: the ItemSelector of the item's Map.
        var unplaced: [Evaluation] = []
        /// The field whose expression failed last.
        var failedField: String?
    }

    private let state = Mutex(State())
    private let item: @Sendable () -> Int?
    private let numbers: TraceNumbers
    private let tell: @Sendable (TraceNote) -> Void

    /// A tracer of the execution itself, or of the child execution for an item.
    init(
        item: @escaping @Sendable () -> Int?, numbers: TraceNumbers,
        tell: @escaping @Sendable (TraceNote) -> Void
    ) {
        self.item = item
        self.numbers = numbers
        self.tell = tell
    }

    /// Numbers for the visits of a trace.
    final class TraceNumbers: Sendable {
        private let last = Atomic<Int>(0)

        func next() -> Int { last.wrappingAdd(1, ordering: .relaxed).newValue }
    }

    package func evaluated(_ evaluation: Evaluation) {
        let visit = state.withLock { state in
            if case .failure = evaluation.result { state.failedField = evaluation.field }
            if state.current.isEmpty { state.unplaced.append(evaluation) }
            return state.current.last
        }
        if let visit { tell(TraceNote(visit: visit, content: .evaluated(evaluation))) }
    }

    /// What was evaluated outside of any state since this was last asked.
    func takeUnplaced() -> [Evaluation] {
        state.withLock { state in
            defer { state.unplaced = [] }
            return state.unplaced
        }
    }

    // MARK: - What frames tell

    /// A turn begins; where the state is entered with it that is a new visit.
    func begins(_ frame: Frame, _ planned: PlannedState) {
        let isNew = if case .enter = frame.stage { true } else { false }
        let visit = state.withLock { state in
            let open = isNew ? nil : state.open[frame.path]
            let visit = open ?? newVisit(of: frame, planned, beside: state.open)
            state.open[frame.path] = visit
            state.current.append(visit)
            state.failedField = nil
            return visit
        }
        if isNew { tell(TraceNote(visit: visit, content: .entered(frame.rawInput))) }
        for content in TurnNotes(frame, planned).atBegin {
            tell(TraceNote(visit: visit, content: content))
        }
    }

    private func newVisit(
        of frame: Frame, _ planned: PlannedState, beside open: [String: TraceNote.Visit]
    ) -> TraceNote.Visit {
        TraceNote.Visit(
            number: numbers.next(), state: planned.state.name.string, type: planned.state.typeName,
            around: Self.around(frame.path, open), item: item())
    }

    /// `3.0/1.7` is child 7 of the state that child 0 of a state of the execution is in.
    private static func around(_ path: String, _ open: [String: TraceNote.Visit]) -> [String] {
        guard !path.isEmpty else { return [] }
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        let slot = path[cut...].split(separator: ".").last ?? ""
        guard let parent = open[String(path[..<cut])] else { return [] }
        return parent.around + ["\(parent.state)[\(slot)]"]
    }

    /// A turn has ended: the frame before and after it, and the fault that was raised, if one was.
    func ended(
        _ before: Frame, _ after: Frame, _ planned: PlannedState, _ progress: Progress?,
        raised: StateFault?, now: Int
    ) {
        let (visit, failedField) = state.withLock { state in
            (state.current.popLast(), state.failedField)
        }
        guard let visit else { return }
        let notes = TurnNotes(before, planned)
        for content in notes.atEnd(
            after, progress, raised: raised, failedField: failedField, now: now)
        {
            tell(TraceNote(visit: visit, content: content))
        }
    }
}
