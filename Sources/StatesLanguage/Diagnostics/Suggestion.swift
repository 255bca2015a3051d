/// Finds the name that was probably meant.
enum Suggestion {
    /// "did you mean 'X'?" for the nearest candidate, of those equally near the first by name, if
    /// one is near enough.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let written = Array(name.lowercased().utf8.prefix(100))
        let limit = max(1, written.count / 3)
        let best =
            candidates
            .map {
                (name: $0, distance: distance(written, Array($0.lowercased().utf8.prefix(100))))
            }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }
        guard let best, best.distance <= limit else { return nil }
        return "did you mean '\(best.name)'?"
    }

    /// The number of insertions, deletions and substitutions between two texts.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (index, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let cost = diagonal + (byte == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(cost, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
