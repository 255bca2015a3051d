import JSON

/// The order in which a Java HashMap gives its entries back: AWS prints some objects in it.
package enum HashMapOrder {
    /// Brings members that were put into the map in this order into the map's order.
    package static func sort<Element>(
        _ elements: [Element], by key: (Element) -> Key
    ) -> [Element] {
        var size: UInt32 = 16
        while elements.count > Int(size) / 4 * 3 { size *= 2 }
        let placed = elements.enumerated().map { offset, element in
            (bucket: spread(key(element)) & (size - 1), offset: offset, element: element)
        }
        return placed.sorted { ($0.bucket, $0.offset) < ($1.bucket, $1.offset) }.map(\.element)
    }

    /// `String.hashCode` with its upper half mixed into the lower.
    private static func spread(_ key: Key) -> UInt32 {
        var hash: UInt32 = 0
        for unit in key.string.utf16 { hash = hash &* 31 &+ UInt32(unit) }
        return hash ^ (hash >> 16)
    }
}
