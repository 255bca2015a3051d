import JSON

/// What the journal of a Map Run of an item tells of itself, as no execution's journal that others
/// read does.
extension MapRunState {
    /// The kind of the note that it has come to its end.
    static let endedKind: Text = "ended"
    /// The kind of the note that it goes on in a redrive.
    static let redrivenKind: Text = "redriven"

    /// The note that it has come to its end, at this time in milliseconds since 1970.
    public static func ended(_ status: String, at time: Int) -> Note {
        Note(kind: endedKind, payload: ["status": .string(status), "time": .int(time)])
    }

    /// The note that it goes on in the redrive of this time.
    public static func redriven(at time: Int) -> Note {
        Note(kind: redrivenKind, payload: ["time": .int(time)])
    }

    /// How and when it has ended; nil if it has not, or goes on.
    public var ending: (status: String, time: Int)? {
        let last = notes.last { $0.kind == Self.endedKind || $0.kind == Self.redrivenKind }
        guard let last, let status = last.payload["status"]?.string,
            let time = last.payload["time"]?.number?.int
        else { return nil }
        return (status, time)
    }

    /// When the redrives were in which it went on, oldest first.
    public var redriveTimes: [Int] {
        notes.filter { $0.kind == Self.redrivenKind }.compactMap { $0.payload["time"]?.number?.int }
    }
}
