/// What to list: the members of `s3:listObjectsV2` that matter on a file system, and where.
public struct ListingConfiguration: Sendable {
    /// The folder that stands for the bucket.
    public var root: String
    /// Only keys that start with this.
    public var prefix = ""
    /// Only keys behind this one.
    public var startAfter = ""
    /// Only keys that have none of these behind the prefix; usually a slash: no files of subfolders.
    public var delimiter = ""
    /// Stop after this many objects; 0 is no limit.
    public var maxItems = 0
    /// Objects up to this size get the MD5 of their bytes as ETag, as single uploads to S3 have it.
    /// The ETag of larger ones is made of size and time.
    public var etagBytes = 8 << 20
    /// What `Map.Item.Source` of an object is, before its key.
    public var sourcePrefix = ""

    /// A listing of everything in the folder.
    public init(root: String) { self.root = root }
}
