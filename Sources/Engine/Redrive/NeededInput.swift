import Journal
import Records
import StatesLanguage

/// Looks, before a redrive makes outcomes void, whether the input is there that it needs.
struct NeededInput {
    let ground: RedriveGround
    let order: RedriveOrder

    /// Refuses a redrive of items whose input is gone, unless all of them can be run with what the
    /// journal has. Later Maps may read what an earlier one writes, so it is that of the first Map
    /// in which something runs again; what a repaired workflow does before it nobody knows.
    func require(_ machine: StateMachine) throws(RunError) {
        guard order.repair == nil else { return }
        let maps = try ground.maps()
        for request in try ground.requests(machine) {
            guard let (path, info) = maps.first(where: { request.isOf($0.info) }) else { continue }
            let state = try RecoveredMapRun.read(path).state
            if ground.settled.isKept(info, state, order) { continue }
            let again = order.children.statuses.reduce(0) { $0 + state.counts[$1] }
            let isFedBack = order.items.map { path.hasSuffix("/\($0.map)") } ?? false
            guard again > 0 || isFedBack else { continue }
            return try require(request, state, isFedBack: isFedBack)
        }
    }

    private func require(
        _ request: MapRunRequest, _ state: MapRunState, isFedBack: Bool
    ) throws(RunError) {
        guard case .reader(let reader) = request.items else { return }
        do throws(RecordsError) {
            // Not opened: Parquet takes a process for that.
            switch try ground.opening.source(of: reader) {
            case .file(let path): _ = try InputIdentity(path: path)
            case .manifest(_, let files): for path in files { _ = try InputIdentity(path: path) }
            case .listing: break
            }
        } catch {
            let isStored =
                state.pending == 0 && state.batchSplits == nil
                && ground.directory.definitionName == ExecutionHistory.firstDefinition
                && !(isFedBack && request.itemSelector != nil)
            guard error.kind == .notFound, !isStored else { return }
            throw RunError(
                .notFound,
                "\(error.description)\nthe items that are to run again need it; put it back and "
                    + "redrive the run then; nothing was changed", path: error.file)
        }
    }
}
