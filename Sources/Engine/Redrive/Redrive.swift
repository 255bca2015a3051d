import JSON
import Journal

/// Which children run again when a run is taken up after it has ended.
public enum Redrive: String, Sendable, Equatable {
    /// Those that were aborted or never started; failed ones keep their outcome.
    case pending
    /// Those that failed or timed out as well, from their failed state (STANDARD) or from the
    /// start (EXPRESS).
    case unsuccessful

    var statuses: Set<ItemStatus> {
        switch self {
        case .pending: [.aborted]
        case .unsuccessful: [.aborted, .failed, .timedOut]
        }
    }
}

/// What a redrive is to do. The run's journal keeps it until everything that runs again has been
/// made void, so that it is all done, whatever comes between.
public struct RedriveOrder: Sendable {
    /// Which successes stay where the workflow has changed.
    public enum Keep: String, Sendable, CaseIterable {
        /// All of them.
        case succeeded
        /// Those that surely have gone through no state that has changed.
        case unaffected
    }

    /// A workflow that takes the place of the run's own.
    public struct Repair: Sendable {
        /// The definition's text.
        public var text: String
        /// The file it was read from.
        public var path: String

        /// A repaired definition.
        public init(text: String, path: String) {
            self.text = text
            self.path = path
        }
    }

    /// Which children run again because of how they ended.
    public var children: Redrive
    /// Which successes stay.
    public var keep = Keep.succeeded
    /// The workflow to go on with, if it is another.
    public var repair: Repair?
    /// The repaired workflow's file in the run's folder, once it is there.
    var definitionFile: String?
    /// Edited items that run again, and besides them only what was aborted or never started.
    public var items: FedBackItems? {
        didSet { if items != nil { children = .pending } }
    }
    /// The file of those in the run's folder, once it is there, and their Map Run's folder.
    var edits: (file: String, map: String)?

    /// A redrive of these children.
    public init(_ children: Redrive) { self.children = children }

    /// Runs again what was aborted or never started.
    public static let pending = RedriveOrder(.pending)
    /// Runs again everything that did not succeed.
    public static let unsuccessful = RedriveOrder(.unsuccessful)

    /// The order as a note.
    func value(time: Int) -> Value {
        var object = ObjectValue([
            Member("time", .int(time)), Member("children", .string(children.rawValue)),
            Member("keep", .string(keep.rawValue)),
        ])
        if let definitionFile, var text = repair?.text {
            object["definition"] = [
                "file": .string(definitionFile), "path": .string(repair?.path ?? ""),
                "sha256": .string(text.withUTF8 { Digest.sha256($0) }),
            ]
        }
        if let edits {
            object["items"] = [
                "file": .string(edits.file), "map": .string(edits.map),
                "count": .int(items?.count ?? 0),
            ]
        }
        return .object(object)
    }

    /// The order that was noted.
    init(_ value: Value) {
        children = value["children"]?.string.flatMap(Redrive.init) ?? .unsuccessful
        keep = value["keep"]?.string.flatMap(Keep.init) ?? .succeeded
        definitionFile = value["definition"]?["file"]?.string
        if let file = value["items"]?["file"]?.string, let map = value["items"]?["map"]?.string {
            edits = (file, map)
        }
    }
}
