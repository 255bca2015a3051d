/// The order in which a `java.util.HashMap` with these keys walks over its entries.
///
/// AWS builds CSV rows and payload templates in such maps, so their members come out in this
/// order; it matters for nothing but the bytes of the output.
public enum HashMapOrder {
    /// The places of `names` (all different) in the order of the map's walk.
    public static func places(of names: [String]) -> [Int] {
        var size = 16
        // The map doubles as soon as it is more than three quarters full.
        while names.count * 4 > size * 3 { size *= 2 }
        let buckets = names.map { Int(spread(hash($0))) & (size - 1) }
        // Within a bucket entries stay as they were put in; so the sort has to be stable.
        return names.indices.sorted { (buckets[$0], $0) < (buckets[$1], $1) }
    }

    private static func hash(_ name: String) -> UInt32 {
        name.utf16.reduce(0) { $0 &* 31 &+ UInt32($1) }
    }

    private static func spread(_ hash: UInt32) -> UInt32 { hash ^ (hash >> 16) }
}
