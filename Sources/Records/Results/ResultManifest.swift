import Glibc
import JSON

/// The `manifest.json` of a Map Run's exported results.
public struct ResultManifest: Sendable {
    /// The bucket that the definition names.
    public var bucket: String
    /// The Map Run.
    public var mapRunArn: String
    /// What stands before the files' names in their keys: `<prefix>/<uuid>`.
    public var keyPrefix: String
    /// The files of each category.
    public var files: [ResultCategory: [ResultFile]]

    /// A manifest.
    public init(
        bucket: String, mapRunArn: String, keyPrefix: String,
        files: [ResultCategory: [ResultFile]]
    ) {
        self.bucket = bucket
        self.mapRunArn = mapRunArn
        self.keyPrefix = keyPrefix
        self.files = files
    }

    /// The manifest as AWS writes it.
    public var value: Value {
        let members = ResultCategory.allCases.map { category in
            Member(Key(category.rawValue), .array((files[category] ?? []).map(entry)))
        }
        return [
            "DestinationBucket": .string(bucket), "MapRunArn": .string(mapRunArn),
            "ResultFiles": .object(members),
        ]
    }

    /// The result of the Map state when results are exported.
    public var stateResult: Value {
        [
            "MapRunArn": .string(mapRunArn),
            "ResultWriterDetails": [
                "Bucket": .string(bucket), "Key": .string(keyPrefix + "/manifest.json"),
            ],
        ]
    }

    private func entry(_ file: ResultFile) -> Value {
        ["Key": .string(keyPrefix + "/" + file.name), "Size": .int(file.size)]
    }

    /// Writes `manifest.json`: under another name first, so that nobody sees half of it.
    public func write(toDirectory directory: String) throws(RecordsError) {
        let path = directory + "/manifest.json"
        let temporary = path + ".new"
        do {
            var file = try AppendFile(path: temporary)
            try file.append { value.write(to: &$0) }
            try file.synchronize()
        }
        guard rename(temporary, path) == 0 else { throw .writing(errno, path) }
    }
}
