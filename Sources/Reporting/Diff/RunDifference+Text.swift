import JSON

extension RunDifference.Entry {
    /// The difference as an object of a listing.
    public var value: Value {
        var object = ObjectValue()
        let kind = old == nil ? "added" : new == nil ? "removed" : "changed"
        object["difference"] = .string(kind)
        object["index"] = (indices.old ?? indices.new).map { .int($0) }
        if let old = indices.old, let new = indices.new, old != new {
            object["newIndex"] = .int(new)
        }
        if kind == "changed" { object["changes"] = .array(changes.map { .string($0) }) }
        object["old"] = old.map(Self.withoutIndex)
        object["new"] = new.map(Self.withoutIndex)
        if changes.contains("duration"), let milliseconds {
            object["milliseconds"] = [.int(milliseconds.old), .int(milliseconds.new)]
        }
        return .object(object)
    }

    private static func withoutIndex(_ result: Value) -> Value {
        guard var object = result.object else { return result }
        object["index"] = nil
        return .object(object)
    }

    /// The difference for people.
    public var lines: [String] {
        let name: String
        switch indices {
        case (let old?, let new?): name = old == new ? "item \(old)" : "item \(old), now \(new)"
        case (let index?, nil): name = "item \(index)"
        case (nil, let index?): name = "item \(index)"
        case (nil, nil): name = "the execution"
        }
        guard let new else { return ["- \(name): only in the old run, \(Self.outcome(old))"] }
        guard let old else { return ["+ \(name): only in the new run, \(Self.outcome(new))"] }
        let edited = changes.contains("input") ? " (its input has changed)" : ""
        var lines: [String] = []
        if changes.contains("status") {
            lines.append("~ \(name): \(Self.outcome(old)) → \(Self.outcome(new))\(edited)")
        } else if changes.contains("output") {
            lines.append("~ \(name): another outcome\(edited)")
            lines += Self.differences(old, new)
        }
        if changes.contains("duration"), let milliseconds {
            lines.append(
                "~ \(name): \(Quantity.duration(milliseconds: milliseconds.old)) → "
                    + Quantity.duration(milliseconds: milliseconds.new))
        }
        return lines
    }

    private static func outcome(_ result: Value?) -> String {
        let status = result?["status"]?.string ?? ""
        guard let error = result?["error"]?.string else { return status }
        return "\(status) \(error)" + (result?["cause"]?.string.map { ": " + $0.excerpt } ?? "")
    }

    private static func differences(_ old: Value, _ new: Value) -> [String] {
        ["output", "error", "cause", "state"].flatMap { name in
            ValueDifference.changes(from: old[Key(name)], to: new[Key(name)], at: name)
                .map { "    " + $0 }
        }
    }
}

extension RunDifference.Counts {
    /// All in one line.
    public var line: String {
        guard changed + onlyOld + onlyNew + same > 0 else { return "neither run has results" }
        var parts = [Quantity.count(same, "item") + " the same"]
        if changed > 0 {
            let kinds = [
                (status, "status"), (output, "output"), (duration, "duration"),
                (input, "edited input"),
            ].filter { $0.0 > 0 }.map { "\($0.1) \(Quantity.grouped($0.0))" }
            parts.append("\(Quantity.grouped(changed)) changed (\(kinds.joined(separator: ", ")))")
        }
        if onlyOld > 0 { parts.append("\(Quantity.grouped(onlyOld)) only in the old run") }
        if onlyNew > 0 { parts.append("\(Quantity.grouped(onlyNew)) only in the new run") }
        if moved > 0 { parts.append("\(Quantity.grouped(moved)) moved") }
        return parts.joined(separator: ", ")
    }
}
