/// Where an object is, as `s3://bucket/key` says it.
public struct ObjectLocation: Sendable, Hashable {
    /// The bucket.
    public var bucket: String
    /// The key within it.
    public var key: String

    /// A location.
    public init(bucket: String, key: String) {
        self.bucket = bucket
        self.key = key
    }

    /// Reads an URL such as `s3://bucket/folder/file.csv`.
    public init?(url: some StringProtocol) {
        guard url.hasPrefix("s3://") else { return nil }
        let rest = url.dropFirst(5)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        bucket = String(rest[..<slash])
        key = String(rest[rest.index(after: slash)...])
        guard !bucket.isEmpty, !key.isEmpty else { return nil }
    }
}

/// Finds the file that stands for an object on this machine.
public typealias ObjectLocator =
    @Sendable (_ location: ObjectLocation) throws(RecordsError) -> String
