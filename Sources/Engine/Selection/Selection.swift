import JSON

/// Which children of a run's Map Run are run for now; the rest stays for later.
public struct Selection: Sendable, Equatable {
    /// At most so many, the first ones.
    public var limit: Int?
    /// So many at random.
    public var sample: Int?
    /// These, in order and apart from one another.
    public var items: [ClosedRange<Int>]?
    /// Those for which this JSONata expression is true of the item.
    public var condition: String?

    /// A selection of everything.
    public init() {}

    /// Whether nothing is left out.
    public var isEmpty: Bool { self == Selection() }

    /// The selection as it is kept; what is not asked for has no member.
    public var value: Value {
        var object = ObjectValue()
        object["limit"] = limit.map { .int($0) }
        object["sample"] = sample.map { .int($0) }
        object["items"] = items.map { .string($0.map(Self.text).joined(separator: ",")) }
        object["where"] = condition.map(Value.string)
        return .object(object)
    }

    /// The selection that was kept; nil if none was.
    public init?(_ value: Value?) {
        guard let value, !value.isNull else { return nil }
        limit = value["limit"]?.number?.int
        sample = value["sample"]?.number?.int
        items = value["items"]?.string.flatMap(Self.ranges)
        condition = value["where"]?.string
    }

    /// The selection as flags of the command line.
    public var flags: String {
        var flags: [String] = []
        for member in value.object?.members ?? [] {
            let text = member.value.string ?? member.value.serialized
            let isPlain = text.allSatisfy { $0.isASCII && ($0.isNumber || "-,".contains($0)) }
            let quoted =
                "'"
                + text.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
            flags.append("--\(member.key.string) \(isPlain ? text : quoted)")
        }
        return flags.joined(separator: " ")
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }

    /// The numbers of a list such as `5,17-20`, in order and merged; nil if it is none.
    public static func ranges(_ text: String) -> [ClosedRange<Int>]? {
        var ranges: [ClosedRange<Int>] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map(number)
            guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
                first <= last
            else { return nil }
            ranges.append(first...last)
        }
        return merged(ranges)
    }

    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// The same numbers in order, no two ranges touching.
    static func merged(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var merged: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound - 1 <= last.upperBound {
                merged[merged.count - 1] =
                    last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }
}
