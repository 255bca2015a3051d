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

    func storage(_ reader: any ItemReader) throws(RunError) -> JournalStorage {
        let identity = inputIdentity
        if folder.isNew {
            try folder.write(
                info(identity), flushing: configuration.journal.durability != .write)
        } else {
            try checkInput(identity)
        }
        let hasChanged = !folder.isNew && folder.info["input"] != identity
        let export = try export()
        let header = reader.csvHeader
        var delimiter = CSVDelimiter.comma
        if case .reader(let source) = request.items { delimiter = source.csvDelimiter }
        let path = folder.path
        return try JournalStorage(
            directory: folder.path, run: directory.id, request: request, export: export,
            pending: PendingChildren(
                request: request, machine: machine, opening: opening, directory: folder.path),
            makeSinks: { () throws(RunError) in
                var sinks: [any ResultSink] = [
                    FailedRowsSink(
                        path: path + "/failures.csv", header: header, delimiter: delimiter)
                ]
                if let export { sinks.append(export.makeSink()) }
                return sinks
            }, options: configuration.journal, comparesFinished: hasChanged,
            failed: configuration.failed)
    }

    private var inputIdentity: Value {
        guard case .reader(let reader) = request.items,
            let path = try? opening.path(of: reader), let identity = try? InputIdentity(path: path)
        else { return .null }  // No file of its own: there is nothing to compare.
        return [
            "path": .string(path), "size": .int(identity.size),
            "modified": .int(identity.modified),
        ]
    }

    private func info(_ identity: Value) -> Value {
        [
            "state": .string(request.state), "path": .string(request.path),
            "sequence": .int(request.sequence),
            "label": .string(request.label ?? request.state), "arn": .string(machine.mapRunARN),
            "executionType": .string(request.executionType.rawValue),
            "maxConcurrency": .int(request.maxConcurrency),
            "toleratedFailureCount": request.toleratedFailureCount.map { .int($0) } ?? .null,
            "toleratedFailurePercentage":
                request.toleratedFailurePercentage.map { .double($0) } ?? .null,
            "started": .int(request.scope.now), "input": identity,
        ]
    }

    /// Finished items are known by their position, so the input must be the one they came from.
    private func checkInput(_ identity: Value) throws(RunError) {
        guard let before = folder.info["input"], !before.isNull, before != identity,
            !configuration.acceptsChangedInput
        else { return }
        let path = before["path"]?.string ?? ""
        throw RunError(
            .damaged,
            "'\(path)' has changed since this run read it; put the old file back, or "
                + "start a new run with `maprun run`", path: path)
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
