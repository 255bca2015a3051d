import JSON
import Journal
import Records
import StatesLanguage

/// A run as it stands before a redrive, for questions about its Map Runs.
struct RedriveGround {
    let directory: RunDirectory
    let options: RunOptions
    let history: ExecutionHistory
    let opening: ItemSourceOpening
    /// The Map Runs that stay as they are.
    let settled: SettledMapRuns

    /// A workflow that the run has had.
    struct Version {
        var text: DefinitionText
        var machine: StateMachine
        var since: Int
    }

    init(
        _ directory: RunDirectory, _ options: RunOptions, _ history: ExecutionHistory,
        folder: @escaping @Sendable (_ bucket: String) -> String?
    ) {
        self.directory = directory
        self.options = options
        self.history = history
        settled = SettledMapRuns(history, name: options.name)
        opening = ItemSourceOpening(
            folder: folder, maximumRecordBytes: ItemSourceOpening.largestRecordBytes)
    }

    /// The workflows that the run has had so far, oldest first; with `pending` the one that a begun
    /// redrive goes on with is left out.
    func versions(without pending: String?) throws(RunError) -> [Version] {
        var found: [Version] = []
        for (file, since) in history.definitions where file != pending {
            found.append(try version(file, since: since))
        }
        return found
    }

    func version(_ file: String, since: Int) throws(RunError) -> Version {
        let path = "\(directory.path)/\(file)"
        guard let document = try SystemFiles().contents(of: path),
            let machine = decode(String(decoding: document.bytes, as: UTF8.self))
        else {
            throw RunError(
                .damaged, "'\(path)' is missing or no workflow; put a good copy back", path: path)
        }
        return Version(text: try DefinitionText.read(path), machine: machine, since: since)
    }

    private func decode(_ text: String) -> StateMachine? {
        let type: DecodingOptions.MachineType = options.isExpress ? .express : .standard
        return StateMachine.decode(text, options: DecodingOptions(machineType: type)).machine
    }

    /// The Map Runs that the execution has come to, as this machine starts them.
    func requests(_ machine: StateMachine) throws(RunError) -> [MapRunRequest] {
        try rehearse(machine).requests
    }

    /// The states that the execution itself has come to with this machine.
    func visitedStates(_ machine: StateMachine) throws(RunError) -> Set<String> {
        let entered = try rehearse(machine).events.filter { $0.type.hasSuffix("StateEntered") }
        return Set(entered.compactMap { $0["name"]?.string })
    }

    private func rehearse(
        _ machine: StateMachine
    ) throws(RunError) -> (requests: [MapRunRequest], events: [HistoryEvent]) {
        let past = Past(
            facts: options.facts(
                run: directory.id,
                startTime: directory.info["started"]?.number?.int ?? 0, notes: history.notes),
            events: ExecutionStore.counted(history.events), outcome: nil)
        let rehearsal = Rehearsal(past.log)
        let events = try past.events(
            of: Plan(machine.workflow), rehearsal, name: "run '\(directory.id)'")
        let requests = rehearsal.mapRuns.map { request in
            var request = request
            request.key = options.key.flatMap { ItemKey(parsing: $0) }
            return request
        }
        return (requests, events)
    }

    /// The Map Runs of the run's own execution: folder and `map.json`.
    func maps() throws(RunError) -> [(path: String, info: Value)] {
        var found: [(String, Value)] = []
        for path in try directory.mapPaths() {
            if let info = try MapFolder.info(at: path) { found.append((path, info)) }
        }
        return found
    }

    /// Whether a Map Run belongs to the run's own execution and not to one of its children.
    func isOwn(_ info: Value) -> Bool { settled.isOwn(info) }
}

extension MapRunRequest {
    /// Whether this is the Map Run of which a `map.json` tells.
    func isOf(_ info: Value) -> Bool {
        info["path"]?.string == path && info["sequence"]?.number?.int == sequence
            && info["state"]?.string == state && info["label"]?.string == label ?? state
    }
}
