import Engine

extension RedrivePlan {
    /// What is kept and what runs again, in words.
    public var lines: [String] {
        guard !maps.isEmpty else { return ["no item runs again"] }
        return maps.map { map in
            let pending = map.pending.map { "\(Quantity.grouped($0)) start" }
            let parts = [
                "\(Quantity.grouped(map.kept)) kept"
                    + (map.setAside > 0 ? " (\(Quantity.grouped(map.setAside)) set aside)" : ""),
                "\(Quantity.grouped(map.again)) run again",
                pending ?? "those that were not read start",
            ]
            let change = map.isChanged ? "; the input has changed since" : ""
            return "\(map.name): " + parts.joined(separator: ", ") + change
        }
    }
}
