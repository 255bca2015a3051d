import Journal
import StatesLanguage

extension Run {
    /// Carries out a redrive that an earlier process has begun, then the one that is ordered now;
    /// returns the folder and options as they are after that.
    static func redriven(
        _ directory: RunDirectory, _ options: RunOptions, _ machine: StateMachine,
        _ order: RedriveOrder?, _ journal: JournalOptions, _ surroundings: Surroundings
    ) throws(RunError) -> (RunDirectory, RunOptions) {
        let time = surroundings.scheduler.now
        func complete(_ directory: RunDirectory) throws(RunError) -> RunDirectory {
            var directory = directory
            let history = try ExecutionHistory.read(directory.journalPath)
            directory.definitionName = history.definitionFile
            guard let pending = history.pendingRedrive else { return directory }
            let ground = RedriveGround(
                directory, options, history, folder: surroundings.folder)
            try RedriveWork(ground, RedriveOrder(pending), journal, time: time).perform()
            return directory
        }
        let directory = try complete(directory)
        guard let order else { return (directory, options) }
        let history = try ExecutionHistory.read(directory.journalPath)
        let ground = RedriveGround(directory, options, history, folder: surroundings.folder)
        try NeededInput(ground: ground, order: order).require(machine)
        _ = try RedriveWork.begin(order, of: directory, journal, time: time)
        var options = options
        if let repair = order.repair { options.definition = repair.text }
        return (try complete(directory), options)
    }

    /// Makes void the outcomes of children that were set aside and released from that.
    static func reopenReleased(
        _ directory: RunDirectory, _ options: JournalOptions
    ) throws(RunError) {
        for path in try directory.mapPaths()
        where try RecoveredMapRun.read(path).state.strikes.released.count > 0 {
            try reopenChildren(at: path, in: directory, statuses: [], options)
        }
    }

    /// Makes void the outcomes of children that are to run again.
    static func reopenChildren(
        at path: String, in directory: RunDirectory, statuses: Set<ItemStatus>,
        _ options: JournalOptions
    ) throws(RunError) {
        let reopening = MapRunReopening(directory: path, run: directory.id, options: options)
        _ = try reopening.reopen(statuses, keeps: { $1.kept })
    }
}
