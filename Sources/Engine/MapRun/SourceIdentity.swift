import JSON
import Journal
import Records

/// A cheap sign of which items a Map Run has read: the file's path, size and time, and what of it
/// was selected.
struct SourceIdentity {
    /// What `map.json` keeps of it.
    let value: Value

    init(_ request: MapRunRequest, _ opening: ItemSourceOpening) {
        var object = ObjectValue()
        switch request.items {
        case .value(let value): object["selection"] = .string(Self.hex(hash(of: value)))
        case .reader(let reader):
            // What is missing is told by whoever opens it.
            if let source = try? opening.source(of: reader) { Self.add(source, to: &object) }
            object["selection"] = .string(Self.hex(hash(of: reader.selection)))
        }
        object["batches"] = .string(Self.hex(hash(of: request.batching)))
        value = .object(object)
    }

    private static func add(_ source: ItemSourceOpening.Source, to object: inout ObjectValue) {
        switch source {
        case .file(let path): add(path, to: &object)
        case .manifest(let path, let files):
            add(path, to: &object)
            object["named"] = .array(files.map { .string($0) })
            object["files"] = .string(FilesIdentity(paths: files).text)
        case .listing(let listing):
            object["listing"] = listing.place
            object["files"] = (try? FilesIdentity(listing: listing)).map { .string($0.text) }
        }
    }

    private static func add(_ path: String, to object: inout ObjectValue) {
        guard let file = try? InputIdentity(path: path) else { return }
        object["path"] = .string(path)
        object["size"] = .int(file.size)
        object["modified"] = .int(file.modified)
    }

    private static func hex(_ hash: UInt64) -> String { String(hash, radix: 16) }

    /// Whether other items may be read now than when `map.json` was written. What an older
    /// version did not keep is not compared.
    func isChanged(from before: Value?) -> Bool {
        guard let before = before?.object else { return false }
        return before.contains { value[$0.key] != nil && value[$0.key] != $0.value }
    }

    /// The same `map.json` with this identity.
    func replacing(in info: Value) -> Value {
        guard case .object(var object) = info else { return info }
        object["input"] = value
        return .object(object)
    }

    /// Whether the files that a Map Run has read are others by now; a file that is gone is not.
    static func isFileChanged(_ info: Value) -> Bool {
        guard let before = info["input"] else { return false }
        if let files = before["files"]?.string, let now = state(of: before), now != files {
            return true
        }
        guard let path = before["path"]?.string, let now = try? InputIdentity(path: path)
        else { return false }
        return before["size"]?.number?.int != now.size
            || before["modified"]?.number?.int != now.modified
    }

    /// What `files` would be now.
    private static func state(of before: Value) -> String? {
        if let named = before["named"]?.array {
            return FilesIdentity(paths: named.compactMap(\.string)).text
        }
        guard let listing = before["listing"].flatMap(ListingConfiguration.init(place:)) else {
            return nil
        }
        return (try? FilesIdentity(listing: listing))?.text
    }
}

extension ListingConfiguration {
    /// What `map.json` keeps, besides the root.
    private static let fields: [(name: Key, path: WritableKeyPath<Self, String> & Sendable)] = [
        ("prefix", \.prefix), ("startAfter", \.startAfter), ("delimiter", \.delimiter),
    ]

    /// Which files are listed.
    fileprivate var place: Value {
        let fields = Self.fields.map { Member($0.name, .string(self[keyPath: $0.path])) }
        return .object([Member("root", .string(root))] + fields)
    }

    /// The listing of that place.
    fileprivate init?(place: Value) {
        guard let root = place["root"]?.string else { return nil }
        self.init(root: root)
        for field in Self.fields {
            self[keyPath: field.path] = place.object?[field.name]?.string ?? ""
        }
    }
}

extension MapRunRequest {
    /// How items make up batches, which are what is run.
    fileprivate var batching: Value {
        guard let batcher else { return .null }
        return [
            "items": batcher.maxItems.map { .int($0) } ?? .null,
            "bytes": batcher.maxBytes.map { .int($0) } ?? .null,
            // What is in every batch counts where their size is limited.
            "input": batcher.maxBytes == nil && batcher.maxItems != nil
                ? .null : .int(batcher.input?.serializedSize ?? 0),
        ]
    }
}

extension MapRunRequest.Reader {
    /// What of the file, or of which files, is read, and how it is cut into items.
    fileprivate var selection: Value {
        [
            "resource": .string(resource), "parameters": parameters,
            "type": action.inputType.map { .string($0) } ?? .null,
            "maxItems": maxItems.map { .int($0) } ?? .null,
            "pointer": itemsPointer.map { .string($0) } ?? .null,
            "transformation": action.transformation.map { .string($0) } ?? .null,
            "manifest": action.manifestType.map { .string($0) } ?? .null,
            "headersAreGiven": .bool(action.headersAreGiven),
        ]
    }
}
