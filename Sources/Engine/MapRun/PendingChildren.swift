import JSON
import Journal
import Records

/// The children of a Map Run that has failed which were never started: found by going through the
/// items once more.
struct PendingChildren {
    var request: MapRunRequest
    let machine: ExecutionFacts.Machine
    let opening: ItemSourceOpening
    let directory: String
    /// The children, where the input is gone.
    let stored: StoredChildren?

    /// Writes a record for each into the `PENDING_n.json` files.
    func write(to export: ResultExport) throws(RunError) {
        let state = try RecoveredMapRun.read(directory).state
        let finished = state.finished
        try export.addPending { (writer: inout ResultFileWriter) throws(RecordsError) in
            let source = try source(state)
            while let block = try readable({ () throws(RecordsError) in try source.next() }) {
                for offset in 0..<block.count
                where !finished.contains(block.index(at: offset)) {
                    guard
                        case .success(let child) = try block.child(at: offset)
                    else { continue }
                    try writer.append(record(child, block.index(at: offset)))
                }
            }
        }
    }

    private func source(_ state: MapRunState) throws(RecordsError) -> any ChildBlockSource {
        guard let stored else {
            return request.childSource(try opening.open(request), splits: state.batchSplits)
        }
        do throws(RunError) {
            return try stored.source()
        } catch {
            throw RecordsError(.unreadable, file: directory, error.message)
        }
    }

    /// Where the input cannot be read any further, no more is known to be pending.
    private func readable(
        _ next: () throws(RecordsError) -> (any ChildBlock)?
    ) throws(RecordsError) -> (any ChildBlock)? {
        do throws(RecordsError) {
            return try next()
        } catch {
            if error.kind == .unwritable { throw error }
            return nil
        }
    }

    private func record(_ child: ChildInput, _ index: Int) -> ChildRecord {
        let name =
            child.name(machine, index) ?? ExecutionFacts.childName(machine, item: index)
        return ChildRecord(
            .pending, name: Text(name), executionArn: Text(ExecutionFacts.arn(of: name, machine)),
            stateMachineArn: Text(machine.arn), input: .value(child.input))
    }
}

extension MapRunRequest {
    /// What makes children of the items that `reader` reads, after the first `skip`.
    /// With `splits` batches are numbered by their first item, and come in the parts they have become.
    func childSource(
        _ reader: any ItemReader, skip: Int = 0, splits: BatchSplits? = nil
    ) -> any ChildBlockSource {
        let shaper = ItemShaper(self, key: key, edits: edits)
        guard let batcher else { return ItemChildSource(reader, shaper, skip: skip) }
        return BatchSource(reader, shaper, batcher, splits: splits)
    }
}
