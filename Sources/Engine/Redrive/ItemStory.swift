import JSON
import Journal
import Records
import StatesLanguage

/// Why an item of a Map Run ran, was kept, or will run again: what its run's journals know of it.
public struct ItemStory: Sendable {
    /// An end that the item came to.
    public struct Ending: Sendable {
        /// How it ended.
        public var outcome: FinishedItem
        /// When the redrive began that has made it void, if one has.
        public var voided: Int?
    }

    /// A change of the input that moved the item.
    public struct Move: Sendable {
        /// When that was noticed.
        public var time: Int
        /// Its index before and after.
        public var (from, to): (Int, Int)
    }

    /// How the item's row stands in the input as it is now.
    public enum Row: Sendable, Equatable {
        case same
        case moved(to: Int)
        case changed
        case gone
        /// The input cannot be read, or nobody knows how the Map Run begins.
        case unknown
    }

    /// A redrive of the run.
    public struct Redriven: Sendable {
        /// When it began.
        public var time: Int
        /// Whether it was a resume, which runs again nothing that failed.
        public var isResume: Bool
        /// Whether it went on with another workflow.
        public var hasRepair: Bool
        /// Whether the item was edited and fed back.
        public var hasEdit: Bool
    }

    /// The item's index.
    public var index: Int
    /// What it is known by, besides its content.
    public var key: String?
    /// The name of the Map Run's folder.
    public var map: String
    /// Whether it is executed as STANDARD, and so continues where it was.
    public var isStandard: Bool
    /// Its ends, oldest first, since its row is what it is.
    public var endings: [Ending] = []
    /// Those before its row was another, oldest first.
    public var endingsBefore: [Ending] = []
    /// Whether it has been started since the last of them.
    public var hasBegun = false
    /// The state that it goes on with, if it is not its first.
    public var nextState: String?
    /// Changes of the input that moved it, oldest first.
    public var moves: [Move] = []
    /// When the input changed so that its row was another than before, or new.
    public var appeared: (time: Int, hasChanged: Bool)?
    /// How its row stands now.
    public var row = Row.same
    /// Redrives of the run, oldest first.
    public var redrives: [Redriven] = []
    /// Whether it is set aside.
    public var isSetAside = false
    /// Whether the run has come to its end.
    public var runHasEnded: Bool

    /// The end that counts.
    public var outcome: FinishedItem? {
        endings.last.flatMap { $0.voided == nil ? $0.outcome : nil }
    }
}

/// Finds an item, by index or key, and what happened to it.
public struct ItemStoryReading {
    private let recorded: (directory: RunDirectory, options: RunOptions)
    private let machine: StateMachine
    private let folder: @Sendable (String) -> String?
    private let ground: RedriveGround
    private let path: String
    private let name: String
    private let info: Value

    /// Stories of items of the Map Run in the folder `map`.
    public init(
        _ recorded: (directory: RunDirectory, options: RunOptions), machine: StateMachine,
        map path: String, folder: @escaping @Sendable (_ bucket: String) -> String?
    ) throws(RunError) {
        self.recorded = recorded
        self.machine = machine
        self.folder = folder
        self.path = path
        name = path.split(separator: "/").last.map(String.init) ?? path
        info = try MapFolder.info(at: path) ?? [:]
        ground = RedriveGround(
            recorded.directory, recorded.options,
            try ExecutionHistory.read(recorded.directory.journalPath), folder: folder)
    }

    private func request() throws(RunError) -> MapRunRequest? {
        guard ground.isOwn(info) else { return nil }
        return try ground.requests(machine).first { $0.isOf(info) }
    }

    /// The index of the item with this key; nil if there is none.
    public func index(ofKey key: String) throws(RunError) -> Int? {
        var found: Int?
        let wanted = Text(key)
        var reader = try JournalReader(directory: path)
        while let record = try reader.next() {
            guard let identity = record.identified, Text(utf8: identity.key) == wanted else {
                continue
            }
            found = record.item
        }
        if let found { return found }
        // One that has never been started stands in the input alone.
        guard let request = try request() else { return nil }
        let rebase = Rebase(
            request: request, machine: request.childMachine,
            folder: MapFolder(path: path, name: name, info: info, isNew: false),
            opening: ground.opening)
        do throws(MapRunFailure) {
            let splits = try mapping(MapRunFailure.machine) { () throws(RunError) in
                try RecoveredMapRun.read(path).state.batchSplits
            }
            try rebase.forEachIdentity(splits) { (index, identity) throws(RunError) in
                if found == nil, identity.key == wanted { found = index }
            }
        } catch {
            if case .machine(let error) = error { throw error }
        }
        return found
    }

    /// The story of the item with this index; nil if there is no such item.
    public func story(of index: Int) throws(RunError) -> ItemStory? {
        let state = try RecoveredMapRun.read(path).state
        let request = try request()
        var story = ItemStory(
            index: index, map: name, isStandard: info["executionType"]?.string != "EXPRESS",
            runHasEnded: ground.history.outcome != nil)
        story.isSetAside = state.strikes.setAside.contains(index)
        let past = try follow(&story)
        story.redrives = try redrives(of: story)
        take(past, into: &story)
        try readJournal(into: &story)
        let isKnown = story.hasBegun || !story.endings.isEmpty
        if !isKnown, let total = state.total, index >= total, story.row != .unknown {
            guard try isInInput(index, request) else { return nil }
        }
        try lookAtInput(request, isKnown: isKnown, &story)
        if story.outcome == nil { story.nextState = nextState(story) }
        return story
    }

    private func redrives(of story: ItemStory) throws(RunError) -> [ItemStory.Redriven] {
        let isEdited = try ItemEdits.read(path)?.contains(story.index) ?? false
        let wasAt = Set([story.index] + story.moves.map(\.from))
        var found: [ItemStory.Redriven] = []
        for note in ground.history.notes where note.kind == ExecutionHistory.redriveKind {
            var redriven = ItemStory.Redriven(
                time: note.payload["time"]?.number?.int ?? 0,
                isResume: note.payload["children"] == "pending" && note.payload["items"] == nil,
                hasRepair: note.payload["definition"] != nil, hasEdit: false)
            if isEdited, let items = note.payload["items"], items["map"]?.string == name,
                let file = items["file"]?.string,
                let fed = try ItemEdits(
                    file: "\(recorded.directory.path)/\(file)", scratch: path)
            {
                redriven.hasEdit = wasAt.contains(where: fed.contains)
            }
            found.append(redriven)
        }
        return found
    }

    private func readJournal(into story: inout ItemStory) throws(RunError) {
        var reader = try JournalReader(directory: path)
        while let record = try reader.next() {
            guard record.item == story.index else { continue }
            switch record.type {
            case .started: story.hasBegun = story.outcome == nil
            case .identified:
                let key = record.identified.map { Text(utf8: $0.key) } ?? ""
                if !key.isEmpty { story.key = key.string }
            case .finished where story.outcome == nil:
                guard let outcome = try? record.finished?.copied() else { continue }
                story.endings.append(ItemStory.Ending(outcome: outcome))
                story.hasBegun = false
            case .reopened:
                guard let last = story.endings.indices.last else { continue }
                let stop = story.endings[last].outcome.stopTime
                story.endings[last].voided =
                    story.redrives.first { $0.time >= stop }?.time ?? stop
            default: break
            }
        }
    }

    /// How the item ended before a change of its input, and how its row was changed by that.
    private struct Past {
        var endings: [PastEnding]
        var time: Int
        /// Whether it, or a later change, made the row another.
        var isBefore: Bool
    }

    /// Goes back over the changes of the input; the last one comes first.
    private func follow(_ story: inout ItemStory) throws(RunError) -> [Past] {
        var past: [Past] = []
        var index = story.index
        for log in try RebaseLog.all(in: path).reversed() {
            switch try log.origin(of: index) {
            case .was(let before):
                if before != index, story.appeared == nil {
                    story.moves.insert(
                        ItemStory.Move(time: log.time, from: before, to: index), at: 0)
                }
                index = before
            case .changed(let before):
                story.appeared = story.appeared ?? (log.time, true)
                guard let before else { return past }
                index = before
            case .new:
                story.appeared = story.appeared ?? (log.time, false)
                return past
            }
            past.append(
                Past(
                    endings: try log.endings(of: index), time: log.time,
                    isBefore: story.appeared != nil))
        }
        return past
    }

    private func take(_ past: [Past], into story: inout ItemStory) {
        for change in past.reversed() {
            for ending in change.endings {
                let stop = ending.outcome.stopTime
                let redrive = story.redrives.first { $0.time >= stop }?.time
                let found = ItemStory.Ending(
                    outcome: ending.outcome, voided: (ending.isVoid ? redrive : nil) ?? change.time)
                if change.isBefore {
                    story.endingsBefore.append(found)
                } else {
                    story.endings.append(found)
                }
            }
        }
    }

    private func isInInput(_ index: Int, _ request: MapRunRequest?) throws(RunError) -> Bool {
        let splits = try RecoveredMapRun.read(path).state.batchSplits
        guard let request,
            let source = try? request.childSource(
                ground.opening.open(request), splits: splits)
        else { return false }
        while let block = try? source.next() {
            guard index > block.index(at: block.count - 1) else {
                return (0..<block.count).contains { block.index(at: $0) == index }
            }
        }
        return false
    }

    private func lookAtInput(
        _ request: MapRunRequest?, isKnown: Bool, _ story: inout ItemStory
    ) throws(RunError) {
        guard let request else { return story.row = .unknown }
        let identity = SourceIdentity(request, ground.opening)
        guard isKnown, identity.isChanged(from: info["input"]) else { return }
        var rebase = Rebase(
            request: request, machine: request.childMachine,
            folder: MapFolder(path: path, name: name, info: info, isNew: false),
            opening: ground.opening)
        rebase.usesIndex = try DefinitionText.read(recorded.directory.definitionPath)
            .selectorUsesIndex(of: request.state)
        var place: Int?
        let item = story.index
        do throws(MapRunFailure) {
            let matches = try rebase.match { (found, index) throws(RunError) in
                if found.item == item { place = index }
            }
            if let place {
                story.row = place == item ? .same : .moved(to: place)
            } else {
                story.row = matches.changedItems.contains(item) ? .changed : .gone
            }
        } catch {
            if case .machine(let error) = error { throw error }
            story.row = .unknown
        }
    }

    /// The state at which an item goes on that has begun.
    private func nextState(_ story: ItemStory) -> String? {
        guard story.isStandard else { return nil }
        guard story.hasBegun else {
            guard let last = story.endings.last?.outcome, last.status != .succeeded,
                let state = last.state?.string,
                let file = try? DefinitionText.read(recorded.directory.definitionPath),
                file.state(state) != nil
            else { return nil }
            return state
        }
        let replay = HistoryReplay(recorded, machine: machine)
        // What cannot be gone through again is not known.
        let events = try? replay.events(
            ofItem: story.index, in: name, fromTheFirst: false, folder: folder)
        let entered = events?.last { $0.type.hasSuffix("StateEntered") }
        return entered?.details.first { $0.key == "name" }?.value.string
    }
}
