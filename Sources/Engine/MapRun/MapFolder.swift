import JSON
import Journal
import Synchronization

/// The folder of one Map Run within its run, found again by where the Map state stands.
struct MapFolder: Sendable {
    let path: String
    /// The folder's name, which is also what users call the Map Run by.
    let name: String
    /// What `map.json` says; empty for a new one.
    let info: Value
    let isNew: Bool

    /// Finds the folder of a Map Run, or chooses one: the label; a number is added where the same
    /// Map state is visited again, and the item where it belongs to a child.
    static func find(_ request: MapRunRequest, in run: RunDirectory) throws(RunError) -> MapFolder {
        try chosen.withLock { chosen throws(RunError) in try find(request, in: run, &chosen) }
    }

    /// The Map Runs, by their ARNs, for which folders have been chosen that are not written yet:
    /// another one that begins at the same time must not choose the same.
    private static let chosen = Mutex<[String: String]>([:])

    private static func find(
        _ request: MapRunRequest, in run: RunDirectory, _ chosen: inout [String: String]
    ) throws(RunError) -> MapFolder {
        let label = request.label ?? request.state
        let place = request.parent.item.map { "\(label)~\($0)~\(request.path)~\(request.sequence)" }
        var number = 1
        while true {
            let base = place ?? label
            let name = number == 1 ? base : "\(base)~\(number)"
            if let folder = try open(name, request, in: run) {
                if folder.isOf(request) { return folder }
            } else {
                let (folder, arn) = (new(name, in: run), request.childMachine.mapRunARN)
                if chosen[folder.path, default: arn] == arn {
                    chosen[folder.path] = arn
                    return folder
                }
            }
            number += 1
        }
    }

    /// The item that a child belongs to may have others of its number, in other Map Runs.
    private func isOf(_ request: MapRunRequest) -> Bool {
        guard request.parent.item == nil else {
            return info["arn"]?.string == request.childMachine.mapRunARN
        }
        return info["path"]?.string == request.path
            && info["sequence"]?.number?.int == request.sequence
            && info["state"]?.string == request.state
    }

    private static func open(
        _ name: String, _ request: MapRunRequest, in run: RunDirectory
    ) throws(RunError) -> MapFolder? {
        let path = run.mapPath(name)
        guard let info = try info(at: path) else { return nil }
        return MapFolder(path: path, name: name, info: info, isNew: false)
    }

    /// What `map.json` in a Map Run's folder says; nil if there is none.
    static func info(at path: String) throws(RunError) -> Value? {
        guard let document = try SystemFiles().contents(of: path + "/map.json") else { return nil }
        do throws(ParseError) {
            return try Value.parse(document)
        } catch {
            throw RunError(
                .damaged, "'\(path)/map.json' is not JSON: \(error); put back a good copy",
                path: path, offset: error.offset)
        }
    }

    /// Whether a `map.json` is that of a Map Run of the run's own execution, and not of one of its
    /// children; the run is known by its name.
    static func isOwn(_ info: Value, ofRun name: String) -> Bool {
        let place = "mapRun:\(name)/"
        guard let arn = info["arn"]?.string, let start = arn.firstRange(of: place) else {
            return false
        }
        let label = arn[start.upperBound...].prefix { $0 != ":" }
        return label == (info["label"]?.string ?? "")
    }

    private static func new(_ name: String, in run: RunDirectory) -> MapFolder {
        MapFolder(path: run.mapPath(name), name: name, info: [:], isNew: true)
    }

    /// Writes `map.json`.
    func write(_ info: Value, flushing: Bool) throws(RunError) {
        let files = SystemFiles()
        try files.makeDirectories(path)
        var text = ByteBuffer()
        text.append(string: info.prettyPrinted)
        text.append(0x0A)
        try files.replace(
            path + "/map.json", with: UnsafeRawBufferPointer(text.bytes), flushing: flushing)
        _ = Self.chosen.withLock { $0.removeValue(forKey: path) }
    }
}
