import JSON

/// The folder of one run: what was asked, what was done, and all that is needed to continue.
///
/// ```
/// <root>/<id>/run.json  definition.json  status.json  journal/  maps/<label>/  logs/
/// ```
public struct RunDirectory: Sendable {
    /// The run's id: the folder's name.
    public let id: String
    /// The folder.
    public let path: String
    /// What was asked, from `run.json`.
    public let info: Value
    let files: any FileSystem

    /// Makes the folder of a new run. `time` is in milliseconds since 1970; `luck` makes ids
    /// differ that would be the same otherwise.
    public static func create(
        root: String, name: String, time: Int, info: Value,
        definition: UnsafeBufferPointer<UInt8>, durability: Durability = .standard,
        files: any FileSystem = SystemFiles(),
        luck: () -> UInt16 = { UInt16.random(in: 0...UInt16.max) }
    ) throws(RunError) -> RunDirectory {
        try files.makeDirectories(root)
        let id = try makeFolder(root, name, time, files, luck)
        let run = RunDirectory(id: id, path: "\(root)/\(id)", info: info, files: files)
        for folder in ["journal", "maps", "logs"] {
            try files.makeDirectories("\(run.path)/\(folder)")
        }
        try files.create(
            run.definitionPath, with: UnsafeRawBufferPointer(definition),
            flushing: durability.flushes)
        // Last, as a folder without it is no run: whoever sees it finds the rest complete. Folders
        // are flushed after that only, as every flush costs milliseconds.
        try run.write(info, to: "run.json", flushing: durability.flushes)
        if durability.flushes { try files.flushDirectory(root) }
        return run
    }

    private static func makeFolder(
        _ root: String, _ name: String, _ time: Int, _ files: any FileSystem,
        _ luck: () -> UInt16
    ) throws(RunError) -> String {
        while true {
            let id = RunName.id(name, time: time, luck: luck())
            do {
                try files.makeDirectory("\(root)/\(id)")
                return id
            } catch {
                guard error.isTaken else { throw error.error("make", "\(root)/\(id)") }
            }
        }
    }

    /// Opens the folder of an existing run.
    public static func open(
        root: String, id: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> RunDirectory {
        let path = "\(root)/\(id)"
        guard let info = try read("\(path)/run.json", files) else {
            throw RunError(
                .notFound,
                "there is no run '\(id)' in '\(root)'; list those there are with "
                    + "`maprun list`", path: path)
        }
        return RunDirectory(id: id, path: path, info: info, files: files)
    }

    /// The ids of the runs in a folder, oldest first.
    public static func list(
        root: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> [String] {
        do {
            return try files.entries(of: root).filter { $0.first?.isNumber == true }.sorted()
        } catch {
            if error.isMissing { return [] }
            throw error.error("list", root)
        }
    }

    /// The journal of the parent execution.
    public var journalPath: String { "\(path)/journal" }
    /// Where tasks' standard error goes, by item.
    public var logsPath: String { "\(path)/logs" }
    /// The workflow as it runs.
    public var definitionPath: String { "\(path)/\(definitionName)" }
    /// The file of the workflow in the folder: another one once a repaired workflow has been taken.
    public var definitionName = ExecutionHistory.firstDefinition

    /// The folder of the Map Run with this label.
    public func mapPath(_ label: String) -> String { "\(path)/maps/\(RunName.folder(label))" }

    /// The name of the Map Run that has this folder.
    public static func mapName(ofFolder folder: String) -> String { RunName.label(of: folder) }

    /// The folders of all Map Runs, by name.
    public func mapPaths() throws(RunError) -> [String] {
        let maps = "\(path)/maps"
        let names: [String]
        do {
            // A label's folder never begins with a full stop.
            names = try files.entries(of: maps).filter { $0.first != "." }
        } catch {
            throw error.error("list", maps)
        }
        let waiting = try Generation.complete(in: maps, files).filter { !names.contains($0) }
        return
            (names.map { "\(maps)/\($0)" }
            + waiting.map { "\(maps)/\(Generation.new)/\($0)" })
            .sorted { $0.lastPathPart < $1.lastPathPart }
    }

    /// Whether a killed process has left a swap of folders undone.
    public func isUnsettled() throws(RunError) -> Bool {
        try Generation.isUnsettled("\(path)/maps", files)
    }

    /// Ends what a killed process has left of the swap of a Map Run's old folder for a new one.
    public func settle() throws(RunError) { try Generation.settle("\(path)/maps", files) }

    /// The same run with these members of `run.json`, which is replaced in one step; nil removes one.
    public func noting(
        _ members: [(Key, Value?)], _ durability: Durability
    ) throws(RunError) -> RunDirectory {
        guard case .object(var object) = info else { return self }
        for (key, value) in members { object[key] = value }
        guard Value.object(object) != info else { return self }
        let noted = RunDirectory(id: id, path: path, info: .object(object), files: files)
        try noted.write(noted.info, to: "run.json", flushing: durability.flushes)
        return noted
    }

    /// Replaces `status.json` in one step: others see the old status or the new one.
    public func writeStatus(_ status: Value) throws(RunError) {
        try write(status, to: "status.json", flushing: false)
    }

    /// The latest status that was written.
    public func status() throws(RunError) -> Value? { try Self.read("\(path)/status.json", files) }

    private func write(_ value: Value, to name: String, flushing: Bool) throws(RunError) {
        var text = ByteBuffer()
        text.append(string: value.prettyPrinted)
        text.append(0x0A)
        try files.replace(
            "\(path)/\(name)", with: UnsafeRawBufferPointer(text.bytes), flushing: flushing)
    }

    private static func read(_ path: String, _ files: any FileSystem) throws(RunError) -> Value? {
        guard let document = try files.contents(of: path) else { return nil }
        do {
            return try Value.parse(document)
        } catch {
            throw RunError(
                .damaged, "'\(path)' is not JSON: \(error); put back a good copy of the file",
                path: path, offset: error.offset)
        }
    }

    /// The state machine's name, which the ARNs of the run are made of.
    public var name: String { info["name"]?.string ?? id }
}
