import JSON
import Journal
import Records
import Synchronization

/// The exported files of a Map Run: where they go, and the manifest at the end.
final class ResultExport: @unchecked Sendable {
    // Proof: `sink` is made and used by the journal's results queue; `complete` and `addPending`
    // run after that queue has finished.
    let configuration: WriterConfiguration
    private let directory: String
    private var manifest: ResultManifest
    private let machine: ExecutionFacts.Machine
    private var sink: ResultWriterSink?

    init(
        folder: String, bucket: String, prefix: String?, mapRunID: String, mapRunARN: String,
        configuration: WriterConfiguration, machine: ExecutionFacts.Machine
    ) throws(RunError) {
        let parts = [prefix?.trimmingSlashes, mapRunID].compactMap { $0 }.filter { !$0.isEmpty }
        let keyPrefix = parts.joined(separator: "/")
        directory = folder + "/" + keyPrefix
        self.configuration = configuration
        self.machine = machine
        manifest = ResultManifest(
            bucket: bucket, mapRunArn: mapRunARN, keyPrefix: keyPrefix, files: [:])
        try SystemFiles().makeDirectories(directory)
    }

    func makeSink(_ redrives: ChildRedrives?) -> ResultWriterSink {
        let made = ResultWriterSink(
            directory: directory, configuration: configuration, machine: machine,
            redrives: redrives)
        sink = made
        return made
    }

    /// Writes the children that were never started.
    func addPending(
        _ inputs: (inout ResultFileWriter) throws(RecordsError) -> Void
    ) throws(RunError) {
        do throws(RecordsError) {
            let position = try ResultDrafts(directory, .pending)
                .position(from: ResultPosition(), keepsOld: true)
            var writer = try ResultFileWriter(
                directory: directory, category: .pending, configuration: configuration,
                position: position ?? ResultPosition())
            try inputs(&writer)
            manifest.files[.pending] = try writer.finish()
        } catch {
            throw error.runError
        }
    }

    /// Writes the manifest; gives the state's result.
    func complete() throws(RunError) -> Value {
        for (category, files) in sink?.files ?? [:] { manifest.files[category] = files }
        do throws(RecordsError) {
            try manifest.write(toDirectory: directory)
            guard manifest.files[.pending] == nil else { return manifest.stateResult }
            // What an earlier end left pending has been run.
            var pending = try ResultFileWriter(
                directory: directory, category: .pending, configuration: configuration)
            _ = try pending.finish()
        } catch {
            throw error.runError
        }
        return manifest.stateResult
    }
}

extension String {
    fileprivate var trimmingSlashes: String {
        var text = self[...]
        while text.hasPrefix("/") { text.removeFirst() }
        while text.hasSuffix("/") { text.removeLast() }
        return String(text)
    }
}
