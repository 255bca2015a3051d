import JSON
import Journal
import Records
import Scheduling
import StatesLanguage
import Synchronization

/// Runs the distributed Maps of executions: finds the items, keeps the outcomes.
public final class MapRunner: MapRunLauncher {
    /// Where buckets live, how reading is done, and where outcomes are kept.
    public struct Configuration: Sendable {
        /// The folder that stands for a bucket, or nil if there is none.
        public var folder: @Sendable (_ bucket: String) -> String?
        /// Whether files are read on a thread of their own; virtual time wants it done in turn.
        public var prefetches = true
        /// The largest record in bytes as read.
        public var maximumRecordBytes = 64 << 20
        /// The most bytes of results in a file that become a Map state's result, which is kept in
        /// memory; more are States.DataLimitExceeded.
        public var largestResult = 256 << 20
        /// Where outcomes are kept; nil keeps them in memory.
        public var directory: RunDirectory?
        /// How journals are written.
        public var journal = JournalOptions()
        /// What items are known by besides their content.
        var key: ItemKey?
        /// Hears what the user should know, such as that an input has changed.
        public var note: @Sendable (String) -> Void = { _ in }
        /// A limit of children in flight that replaces the definition's.
        public var maxConcurrency: Int?
        /// Whether that limit also replaces one that was set while the run went on.
        public var insistsOnConcurrency = false
        /// Whether Map Runs find out below that limit how many children to have in flight.
        public var isAdaptive = false
        /// When items are set aside; nil for never.
        var quarantine: Quarantine.Rule?
        /// Whether a batch that fails is split, until the items that fail stand alone.
        var splitsBatches = false
        /// Which children of the run's own Map Runs are run; nil for all.
        public var selection: Selection?
        /// Whether the journal keeps what EXPRESS children get from outside, for their history.
        public var recordsExpress = false
        /// Hears of outcomes.
        public var observer: (any RunObserver)?
        /// Lets the run come to rest.
        public var control: RunControl?
        /// Keeps the calls of tasks to the run's rate.
        public var gate: CallGate?
        /// Called when items are selected that are not there.
        public var refused: @Sendable (RunError) -> Void = { _ in }
        /// Called when the machine or the disk fails.
        public var failed: @Sendable (RunError) -> Void = { _ in }

        /// A configuration with this place for buckets.
        public init(folder: @escaping @Sendable (_ bucket: String) -> String?) {
            self.folder = folder
        }
    }

    private struct Active {
        var run: MapRun
        var storage: JournalStorage?
        /// How many began before it in this process.
        var precursors: Int

        /// Where it is told of: those of the run's own execution as they began, then those of
        /// children, which begin in any order, by name.
        var place: Int { run.request.parent.item == nil ? precursors : .max }

        /// The name of its folder; the label where nothing is kept.
        var name: String {
            storage?.directory.split(separator: "/").last.map(String.init)
                ?? run.request.label ?? run.request.state
        }
    }

    let configuration: Configuration
    private let scheduler: any Scheduler
    private let tasks: any TaskHandler
    private let active = Mutex([ObjectIdentifier: Active]())
    private let opening: ItemSourceOpening
    private let ends = Mutex(Ends())

    /// Map Runs that have not come to their ends, and what is to be done when all have.
    private struct Ends {
        var open = 0
        var waiting: [@Sendable () -> Void] = []
    }

    /// A runner whose children use these workers and tasks.
    public init(
        scheduler: any Scheduler, tasks: any TaskHandler, configuration: Configuration
    ) {
        self.scheduler = scheduler
        self.tasks = tasks
        var configuration = configuration
        // Virtual time goes on when jobs are done, so there the journal keeps its own thread.
        if configuration.prefetches {
            configuration.journal.runWork = { scheduler.enqueue($0) }
        }
        self.configuration = configuration
        opening = ItemSourceOpening(
            folder: configuration.folder, maximumRecordBytes: configuration.maximumRecordBytes)
    }

    public func launch(
        _ request: MapRunRequest,
        onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) -> TaskCancellation? {
        do throws(MapRunFailure) {
            return try startOrTakeStored(request, onEnd)
        } catch {
            switch error {
            case .reading(let error):
                // AWS's words name neither file nor place.
                if error.awsCause != nil { configuration.note(error.description) }
                onEnd(.failure(error.readerFault))
            case .writing(let fault): onEnd(.failure(fault))
            case .machine(let error) where error.code == .notSelectable:
                configuration.refused(error)
            case .machine(let error): configuration.failed(error)
            }
            return nil
        }
    }

    /// Where the input is gone, children that run again do so with what is stored of them.
    private func startOrTakeStored(
        _ request: MapRunRequest,
        _ onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) throws(MapRunFailure) -> TaskCancellation? {
        do throws(MapRunFailure) {
            return try start(request, nil, onEnd)
        } catch {
            guard case .reading(let gone) = error, gone.kind == .notFound,
                let stored = try stored(request)
            else { throw error }
            configuration.note(
                "\(request.label ?? request.state): \(gone.file) is gone; items run again with the "
                    + "inputs that the run has kept")
            return try start(request, stored, onEnd)
        }
    }

    /// The children to run where all of them have ended before, under this workflow.
    private func stored(_ request: MapRunRequest) throws(MapRunFailure) -> StoredChildren? {
        guard let directory = configuration.directory,
            directory.definitionName == ExecutionHistory.firstDefinition
        else { return nil }
        return try mapping(MapRunFailure.machine) { () throws(RunError) in
            let folder = try MapFolder.find(request, in: directory)
            return folder.isNew ? nil : try StoredChildren(folder.path, request)
        }
    }

    private func start(
        _ request: MapRunRequest, _ stored: StoredChildren?,
        _ onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
    ) throws(MapRunFailure) -> TaskCancellation? {
        var request = request
        request.maxConcurrency = configuration.maxConcurrency ?? request.maxConcurrency
        request.key = configuration.key
        let reader = try mapping(MapRunFailure.reading) {
            () throws(RecordsError) -> any ItemReader in
            guard let stored else { return try opening.open(request) }
            return GoneReader(csvHeader: stored.csvHeader(request))
        }
        let isSplit = configuration.splitsBatches && request.batcher != nil
        var selected = try stored == nil ? selected(request, isSplit ? BatchSplits() : nil) : nil
        let machine = request.childMachine
        let storage = try storage(request, machine, reader, stored)
        request.edits = (storage as? JournalStorage)?.edits
        // Which they are is known before anything is written, but not in which parts they come.
        if stored == nil, request.edits != nil || storage.splits != nil {
            selected = try self.selected(request, storage.splits)
        }
        let children = try mapping(MapRunFailure.machine) { () throws(RunError) in
            try stored?.source()
        }
        let isStandard = request.executionType == .standard
        let checkpoints =
            isStandard || configuration.recordsExpress ? storage as? JournalStorage : nil
        let meter =
            configuration.isAdaptive && !request.plan.resources.isEmpty
            ? CallMeter(scheduler) : nil
        let environment = EngineEnvironment(
            scheduler: scheduler, tasks: tasks, mapRuns: self, checkpoints: checkpoints,
            isResumable: isStandard,
            control: configuration.control, gate: configuration.gate, meter: meter,
            quarantine: quarantine(storage as? JournalStorage, request.plan))
        let run = MapRun(
            request, machine: machine, environment: environment, storage: storage,
            observer: configuration.observer
        ) { [self, name = request.label ?? request.state] result in
            if case .success = result { tellNotes(of: reader, name) }
            onEnd(result)
            oneEnded()
        }
        if let meter { run.adapt(to: meter) }
        ends.withLock { $0.open += 1 }
        // Kept until the end of the run, for its counts.
        active.withLock {
            $0[ObjectIdentifier(run)] = Active(
                run: run, storage: storage as? JournalStorage, precursors: $0.count)
        }
        begin(run, selected, children, reader, request, storage as? JournalStorage)
        return { run.stop(.aborted) }
    }

    /// Tells what a reader that has come to its end has noticed.
    private func tellNotes(of reader: any ItemReader, _ name: String) {
        for note in reader.notes { configuration.note("\(name): \(note)") }
    }

    /// What watches over the items; where those have Map Runs of their own, these watch over theirs.
    private func quarantine(_ storage: JournalStorage?, _ plan: Plan) -> Quarantine? {
        guard let rule = configuration.quarantine, !plan.hasMapRuns else { return nil }
        return storage?.quarantine(rule)
    }

    private func begin(
        _ run: MapRun, _ selected: SelectedSource?, _ stored: (any ChildBlockSource)?,
        _ reader: any ItemReader, _ request: MapRunRequest, _ storage: JournalStorage?
    ) {
        storage?.onRelief { [weak run] in run?.relieved() }
        if let recovered = storage?.recovered {
            run.recover(recovered)
            run.recover(
                updates: recovered, insistsOnConcurrency: configuration.insistsOnConcurrency)
        }
        // Of a run that is to be stopped nothing more is started.
        if configuration.control?.isStopping ?? false { return run.stop(.aborted) }
        let source =
            selected ?? stored
            ?? request.childSource(
                reader, skip: storage?.itemsToSkip ?? 0, splits: storage?.splits)
        guard configuration.prefetches else {
            return run.begin(DirectFeed(source), selected: selected)
        }
        let workers = request.plan.neverWaits && request.isReadHere ? scheduler : nil
        let feed = PrefetchingFeed(source, workers: workers) { [weak run] in run?.wakePumps() }
        feed.start()
        run.begin(feed, selected: selected)
    }

    /// The children to run where those are not all.
    private func selected(
        _ request: MapRunRequest, _ splits: BatchSplits?
    ) throws(MapRunFailure) -> SelectedSource? {
        guard let selection = configuration.selection, request.parent.item == nil else {
            return nil
        }
        return try selection.source(seed: request.parent.machine.seed) {
            () throws(RecordsError) in
            request.childSource(try opening.open(request), splits: splits)
        }
    }

    private func storage(
        _ request: MapRunRequest, _ machine: ExecutionFacts.Machine, _ reader: any ItemReader,
        _ stored: StoredChildren?
    ) throws(MapRunFailure) -> any MapRunStorage {
        guard let directory = configuration.directory else {
            return MemoryStorage(writer: request.writer, machine: machine)
        }
        let folder = try mapping(MapRunFailure.machine) { () throws(RunError) in
            try MapFolder.find(request, in: directory)
        }
        let setup = MapRunSetup(
            request: request, machine: machine, folder: folder, directory: directory,
            opening: opening, configuration: configuration, stored: stored, now: scheduler.now)
        return try setup.storage(reader)
    }

    // MARK: - Coming to rest

    /// How far the Map Runs of this process have come.
    public var counts: [MapRunProgress] {
        active.withLock { Array($0.values) }
            .map { (place: $0.place, progress: $0.run.progress(name: $0.name)) }
            .sorted { ($0.place, $0.progress.name) < ($1.place, $1.progress.name) }
            .map(\.progress)
    }

    /// Changes the Map Run in the folder of this name, or the only one that goes on; `done` is
    /// called once a resume would keep that, or with the reason against it. False if there is none.
    func update(
        _ update: MapRunUpdate, of name: String?, done: @escaping @Sendable (ControlAnswer) -> Void
    ) -> Bool {
        let going = active.withLock { Array($0.values) }.filter {
            !$0.run.hasEnded && (name == nil || $0.name == name)
        }
        guard going.count < 2 else {
            let names = going.map { "'\($0.name)'" }.sorted().joined(separator: ", ")
            done(.refused("several Map Runs are running; choose one with --map: \(names)"))
            return true
        }
        return going.first?.run.update(update, written: { done(.done) }) ?? false
    }

    // MARK: - Coming to an end

    private func oneEnded() {
        let waiting = ends.withLock { ends in
            ends.open -= 1
            guard ends.open == 0 else { return [@Sendable () -> Void]() }
            defer { ends.waiting = [] }
            return ends.waiting
        }
        for action in waiting { action() }
    }

    /// Calls `action` once what all Map Runs have done is kept: also of those that were given up.
    func whenEnded(_ action: @escaping @Sendable () -> Void) {
        let isNow = ends.withLock { ends in
            if ends.open > 0 { ends.waiting.append(action) }
            return ends.open == 0
        }
        if isNow { action() }
    }

    /// Starts no more children.
    func drain() { for active in active.withLock({ Array($0.values) }) { active.run.drain() } }

    /// Whether nothing is under way that `drain` lets finish.
    var isQuiet: Bool { active.withLock { Array($0.values) }.allSatisfy { $0.run.isQuiet } }

    /// Writes everything that was handed to journals, then calls `done`.
    func pause(_ done: @escaping @Sendable () -> Void) {
        // From here on none comes to its end, not even one that was begun meanwhile.
        drain()
        let storages = active.withLock { $0.values }.filter { !$0.run.hasEnded }
            .compactMap(\.storage)
        guard !storages.isEmpty else { return done() }
        let left = Countdown(storages.count, done)
        for storage in storages { storage.pause { left.tick() } }
    }
}

/// Why a Map Run could not be started.
enum MapRunFailure: Error {
    case reading(RecordsError)
    case writing(StateFault)
    case machine(RunError)
}

/// Calls `body` and turns what it throws into a failure of the Map Run.
func mapping<R, E: Error>(
    _ make: (E) -> MapRunFailure, _ body: () throws(E) -> R
) throws(MapRunFailure) -> R {
    do throws(E) {
        return try body()
    } catch {
        throw make(error)
    }
}

/// Calls its action at the last of a number of ticks.
final class Countdown: Sendable {
    private let left: Mutex<Int>
    private let action: @Sendable () -> Void

    init(_ count: Int, _ action: @escaping @Sendable () -> Void) {
        left = Mutex(count)
        self.action = action
    }

    func tick() {
        let isLast = left.withLock { left in
            left -= 1
            return left == 0
        }
        if isLast { action() }
    }
}

extension MapRunRequest {
    /// The machine of which the children are executions.
    var childMachine: ExecutionFacts.Machine {
        var machine = parent.machine
        machine.name += "/" + (label ?? state)
        machine.iterations = iterations
        machine.mapState = state
        machine.isExpress = executionType == .express
        machine.seed = parent.seed(for: "\(path):\(sequence)")
        return machine
    }
}
