import JSON
import Journal
import Records
import StatesLanguage

/// Makes, or opens again, the storage of a Map Run in its folder.
struct MapRunSetup {
    let request: MapRunRequest
    let machine: ExecutionFacts.Machine
    let folder: MapFolder
    let directory: RunDirectory
    let opening: ItemSourceOpening
    let configuration: MapRunner.Configuration
    /// The children, where the input is gone.
    let stored: StoredChildren?
    /// The present, in milliseconds since 1970.
    let now: Int

    func storage(_ reader: any ItemReader) throws(MapRunFailure) -> JournalStorage {
        // What the input was is to be known when it comes back.
        let identity = SourceIdentity(request, opening)
        let renewed = stored == nil ? renewed(identity) : folder.info
        if stored == nil, !folder.isNew, identity.isChanged(from: folder.info["input"]) {
            try rebase(renewed)
        } else {
            do throws(RunError) {
                if folder.isNew { noteMissingKey(reader) }
                if renewed != folder.info { try folder.write(renewed, flushing: flushes) }
            } catch {
                throw .machine(error)
            }
        }
        do throws(RunError) {
            let storage = try open(reader)
            if let time = redriveTime { storage.noteRedriven(at: time) }
            return storage
        } catch {
            throw .machine(error)
        }
    }

    /// When the Map Run of an item was redriven last, if it had begun before.
    private var redriveTime: Int? {
        guard request.parent.item != nil, let time = request.parent.redrives?.time,
            let started = folder.info["started"]?.number?.int, started < time
        else { return nil }
        return time
    }

    /// What `map.json` is to say: where the workflow was repaired, what it says now.
    private func renewed(_ identity: SourceIdentity) -> Value {
        let fresh = info(identity)
        guard !folder.isNew, case .object(var object) = identity.replacing(in: folder.info) else {
            return fresh
        }
        guard directory.definitionName != ExecutionHistory.firstDefinition else {
            return .object(object)
        }
        // A limit that a process was started with is not the workflow's.
        let isLimited = configuration.maxConcurrency != nil
        for key: Key in [
            "executionType", "toleratedFailureCount", "toleratedFailurePercentage", "csvDelimiter",
        ] + (isLimited ? [] : ["maxConcurrency"]) {
            object[key] = fresh[key]
        }
        return .object(object)
    }

    private var flushes: Bool { configuration.journal.durability != .write }

    /// Brings what is known of the items to where they stand now.
    private func rebase(_ info: Value) throws(MapRunFailure) {
        var rebase = Rebase(request: request, machine: machine, folder: folder, opening: opening)
        rebase.now = now
        rebase.usesIndex = try mapping(MapRunFailure.machine) { () throws(RunError) in
            try DefinitionText.read(directory.definitionPath)
                .selectorUsesIndex(of: request.state)
        }
        let counts = try rebase.perform(
            run: directory.id, options: configuration.journal, info: info)
        configuration.note("\(folder.name): the input has changed: \(counts.description)")
    }

    /// Items without their key are known by their content; where no row can have it that is
    /// hardly meant.
    private func noteMissingKey(_ reader: any ItemReader) {
        guard case .column(let column)? = request.key, let header = reader.csvHeader,
            !header.contains(column)
        else { return }
        configuration.note(
            "\(folder.name): its rows have no column '\(column)' to be known by, only "
                + "\(header.joined(separator: ", ")); they are known by their content")
    }

    private func open(_ reader: any ItemReader) throws(RunError) -> JournalStorage {
        var request = request
        request.edits = try ItemEdits.read(folder.path)
        let export = try export()
        let header = reader.csvHeader
        var delimiter = CSVDelimiter.comma
        if case .reader(let source) = request.items { delimiter = source.csvDelimiter }
        let path = folder.path
        return try JournalStorage(
            directory: folder.path, run: directory.id, request: request, export: export,
            pending: PendingChildren(
                request: request, machine: machine, opening: opening, directory: folder.path,
                stored: stored),
            makeSinks: { (state: MapRunState) throws(RunError) in
                var sinks: [any ResultSink] = [
                    FailedRowsSink(
                        path: path + "/failures.csv", header: header, delimiter: delimiter,
                        isBatched: request.batcher != nil)
                ]
                let redrives = ChildRedrives(request, state)
                if let export { sinks.append(export.makeSink(redrives)) }
                if request.usesResult, request.writer?.showsRecords ?? false {
                    sinks.append(RecordLines(folder: path, machine: machine, redrives: redrives))
                }
                return sinks
            }, options: configuration.journal,
            splitsBatches: configuration.splitsBatches && request.batcher != nil,
            edits: request.edits,
            surroundings: JournalStorage.Surroundings(
                largestResult: configuration.largestResult,
                isRepaired: directory.definitionName != ExecutionHistory.firstDefinition,
                note: configuration.note),
            failed: configuration.failed)
    }

    private func info(_ identity: SourceIdentity) -> Value {
        let info: Value = [
            "state": .string(request.state), "path": .string(request.path),
            "sequence": .int(request.sequence),
            "label": .string(request.label ?? request.state), "arn": .string(machine.mapRunARN),
            "executionType": .string(request.executionType.rawValue),
            "maxConcurrency": .int(request.maxConcurrency),
            "toleratedFailureCount": request.toleratedFailureCount.map { .int($0) } ?? .null,
            "toleratedFailurePercentage":
                request.toleratedFailurePercentage.map { .double($0) } ?? .null,
            "started": .int(request.scope.now), "input": identity.value,
            "csvDelimiter": csvDelimiter,
        ]
        guard let item = request.parent.item, case .object(var object) = info else { return info }
        // Whose Map Run it is.
        object["parent"] = [
            "arn": .string(request.parent.machine.mapRunARN), "item": .int(item),
            "executionArn": .string(request.parent.arn),
        ]
        return .object(object)
    }

    /// What separates the fields of rows, for those who edit failed ones.
    private var csvDelimiter: Value {
        guard case .reader(let source) = request.items else { return .null }
        return source.action.csvDelimiter.map { .string($0) } ?? .null
    }

    private func export() throws(RunError) -> ResultExport? {
        guard let writer = request.writer, let bucket = writer.bucket else { return nil }
        let root = opening.folder(bucket) ?? bucket
        return try ResultExport(
            folder: root, bucket: bucket, prefix: writer.prefix, mapRunID: machine.mapRunID,
            mapRunARN: machine.mapRunARN, configuration: writer.configuration, machine: machine)
    }
}

extension MapRunRequest.Writer {
    /// How the records are written.
    var configuration: WriterConfiguration {
        WriterConfiguration(
            outputType.flatMap(WriterConfiguration.OutputType.init) ?? .json,
            transformation.flatMap(WriterConfiguration.Transformation.init) ?? .none)
    }
}
