import Engine
import Journal
import Reporting
import StatesLanguage

/// Carries on with a run that an earlier process began.
struct Continuation {
    let directory: RunDirectory
    /// How the execution ended, if it did.
    let outcome: ExecutionOutcome?
    private let options: RunOptions
    private let history: ExecutionHistory
    private let runsFolder: RunsFolder

    init(_ name: String, in runsFolder: RunsFolder, salvages: Bool = false) throws {
        self.runsFolder = runsFolder
        let id = try runsFolder.find(name)
        if salvages { try Self.salvage(RunDirectory.open(root: runsFolder.path, id: id)) }
        (directory, options) = try Run.recorded(root: runsFolder.path, id: id)
        guard options.durability != .off else {
            throw UsageError(
                "run '\(directory.id)' was made without a journal; start a new one")
        }
        history = try ExecutionHistory.read(directory.journalPath)
        outcome = history.outcome.map { ExecutionOutcome($0) }
    }

    /// The selection of items that the run is one of, unless it goes on with all by now.
    var selection: Selection? { history.isWhole ? nil : Launch(options.launch).selection }

    /// Whether there are items that a selection left out and that may be run now.
    func hasMore(else runsFolder: RunsFolder) throws -> Bool {
        guard Launch(options.launch).selection != nil else {
            throw UsageError(
                "run '\(directory.id)' was started with all items; continue it with\n"
                    + runsFolder.command("resume", directory.id))
        }
        guard !history.isWhole else { return false }
        guard let outcome, outcome.error != Run.refusedSelection else { return true }
        return try !RedrivePlan(directory, .pending).maps.isEmpty
    }

    /// Refuses a run that another process works on.
    static func requireFree(_ directory: RunDirectory) throws {
        guard let holder = try RunOwner.holder(of: directory.path) else { return }
        throw RunError(
            .inUse, "the run is in use by \(holder); wait for it, or stop it",
            path: directory.path)
    }

    /// Refuses a run whose journals have lost what they once told of finished items.
    func requireWhole() throws {
        for path in try directory.mapPaths() { try RecoveredMapRun.requireWhole(path) }
    }

    /// Refuses to redrive a run whose selected items were not there and still are not.
    func requireSelected(_ definition: Definition) throws {
        guard let selection else { return }
        let folders = try folders()
        do throws(RunError) {
            try selection.requireThere(
                in: (directory, options), machine: definition.machine,
                splitsBatches: Launch(options.launch).bisectsBatches,
                folder: { folders.folder($0) })
        } catch {
            guard error.code == .notSelectable else { throw error }
            throw UsageError("run '\(directory.id)' cannot be redriven: \(error.message)")
        }
    }

    /// Ends what a killed process has left of the swap of two folders.
    func settle() throws {
        guard try directory.isUnsettled() else { return }
        let owner = try RunOwner(directory.path)
        try directory.settle()
        try owner.release()
    }

    /// Sets damaged parts of journals aside; what they held runs again.
    private static func salvage(_ directory: RunDirectory) throws {
        try requireFree(directory)
        // Nothing would run again what is cut off here. Where the execution's own journal is the
        // damaged one, nobody can tell that it has ended, and that is what is to be mended.
        if let history = try? ExecutionHistory.read(directory.journalPath),
            let outcome = history.outcome
        {
            throw UsageError(
                "run '\(directory.id)' has ended: \(outcome.status.name); its result files are "
                    + "complete, and nothing of its journals is set aside")
        }
        for folder in [directory.journalPath] + (try directory.mapPaths()) {
            guard let damage = try Salvage.run(folder) else { continue }
            let place = damage.offset.map { " from byte \($0) on" } ?? ""
            Console.note("set aside '\(damage.path ?? folder)'\(place)")
        }
    }

    /// The workflow that the run has, or one that it is to go on with.
    func definition(repaired path: String? = nil) throws -> Definition {
        let decoding = DecodingOptions(machineType: options.isExpress ? .express : .standard)
        if let path { return try Definition.load(path, options: decoding) }
        return try Definition(
            options.definition, path: directory.definitionPath, options: decoding,
            showsWarnings: false)
    }

    /// What a redrive is going to do with this workflow.
    func outlook(
        _ order: RedriveOrder, _ definition: Definition, followsItems: Bool
    ) throws -> RedriveOutlook {
        let folders = try folders()
        return try RedriveOutlook(
            (directory, options), machine: definition.machine, order: order,
            followsItems: followsItems, isSelection: selection != nil,
            folder: { folders.folder($0) })
    }

    /// Edited items of the Map Run in this folder.
    func fedBack(_ file: String, map: String) throws -> FedBackItems {
        let folders = try folders()
        return try FedBackItems.read(
            file, of: (directory, options), machine: definition().machine, map: map,
            folder: { folders.folder($0) })
    }

    /// Stories of items of the Map Run in this folder.
    func stories(of map: String) throws -> ItemStoryReading {
        let folders = try folders()
        return try ItemStoryReading(
            (directory, options), machine: definition().machine, map: map,
            folder: { folders.folder($0) })
    }

    private func folders() throws -> BucketFolders {
        let launch = Launch(options.launch)
        return BucketFolders(
            try Equipment.bindings(options.definitionPath, launch),
            definitionPath: options.definitionPath, launch: launch)
    }

    /// Runs what is left, and with `redrive` what has ended but is to run again, with `widens` also
    /// what was not selected.
    func perform(
        _ machinery: Machinery, redrive: RedriveOrder? = nil, with definition: Definition? = nil,
        widens: Bool = false, prepare: (Run) -> Void = { _ in }
    ) throws -> ExecutionOutcome {
        try requireWhole()
        let definition = try definition ?? self.definition()
        var launch = Launch(options.launch)
        launch.maxConcurrency = machinery.maxConcurrency ?? launch.maxConcurrency
        launch.maximumRecordBytes =
            machinery.recordLimit.maximum?.bytes ?? launch.maximumRecordBytes
        launch.quarantineAfter = machinery.quarantineAfter ?? launch.quarantineAfter
        launch.isAdaptive = machinery.isAdaptive || launch.isAdaptive
        launch.rate = machinery.rate ?? launch.rate
        let equipment = try Equipment(
            for: definition.machine, definitionPath: options.definitionPath, launch: launch,
            workers: machinery.workers, isQuiet: machinery.isQuiet)
        var surroundings = equipment.surroundings
        surroundings.insistsOnConcurrency = machinery.maxConcurrency != nil
        surroundings.insistsOnRate = machinery.rate != nil
        var options = options
        options.launch = launch.value
        if let given = machinery.expressions.given { options.expressionLimits = given.limits }
        let hasPlan = redrive.map { $0.children == .unsuccessful || $0.items != nil } ?? false
        let findings = try ResumeFindings(
            directory, history, redrive: redrive, tellsKept: !hasPlan)
        let run = try Run.resume(
            (directory, options), machine: definition.machine,
            surroundings: surroundings, redrive: redrive, widens: widens)
        prepare(run)
        if !machinery.isQuiet {
            for line in run.findings + findings.lines { Console.note(line) }
        }
        return try equipment.perform(
            run, runsFolder: runsFolder, isQuiet: machinery.isQuiet, endedBefore: findings.ended)
    }
}
