import Engine
import JSON
import Journal
import StatesLanguage

/// All that is known of one item of a Map Run.
public struct ItemReport: Sendable {
    /// The item's position, from 0.
    public let item: Int
    /// How it ended, if it has.
    public let outcome: FinishedItem?
    /// When a child execution was started that could be continued.
    public let startTime: Int?
    /// What its execution got from outside.
    public let events: [Event]
    /// What its tasks printed.
    public let log: [Value]
    /// What has taken its place, if it was edited and fed back.
    public let edited: Value?

    /// Reads the Map Run's journal in `directory`, and the log of its run.
    public init(_ item: Int, in directory: String, logs: String) throws {
        self.item = item
        var outcome: FinishedItem?
        var startTime: Int?
        var events: [Event] = []
        var reader = try JournalReader(directory: directory)
        while let record = try reader.next() {
            if record.note?.splitItem == item { (outcome, startTime, events) = (nil, nil, []) }
            guard record.item == item else { continue }
            switch record.type {
            case .started: startTime = record.started?.time
            case .event: if let event = try record.event?.copied() { events.append(event) }
            case .finished: outcome = try outcome ?? record.finished?.copied()
            case .reopened: outcome = nil
            case .sealed, .note, .announced, .checkpoint, .identified: break
            }
        }
        self.outcome = outcome
        self.startTime = startTime
        self.events = events
        log = try Self.log(of: item, in: logs)
        edited = try EditedItem.read(item, in: directory)
    }

    private static func log(of item: Int, in folder: String) throws -> [Value] {
        var entries: [Value] = []
        try LineFile(folder + "/tasks.jsonl").forEachLine { line in
            // A line that a dying process has cut short is no reason to show nothing.
            if let entry = try? Value.parse(line), entry["item"]?.number?.int == item {
                entries.append(entry)
            }
            return true
        }
        return entries
    }

    /// Whether anything is known of the item.
    public var isKnown: Bool { outcome != nil || startTime != nil || !events.isEmpty }

    /// The report as JSON.
    public var value: Value {
        var object = ObjectValue([Member("index", .int(item))])
        object["status"] = .string(outcome.map { "\($0.status.name)" } ?? "RUNNING")
        object["started"] = (outcome?.startTime ?? startTime).map(Self.time)
        object["stopped"] = outcome.map { Self.time($0.stopTime) }
        object["attempts"] = outcome.map { .int($0.attempts) }
        // Inputs of items that succeeded are kept only where results need them.
        if let input = outcome?.input, !input.isNull { object["input"] = input }
        object["edited"] = edited
        object["output"] = outcome?.output
        object["error"] = outcome?.error.map { .string($0) }
        object["cause"] = outcome?.cause.map { .string($0) }
        object["state"] = outcome?.state.map { .string($0) }
        object["events"] = .array(events.map(\.payload))
        object["log"] = .array(log)
        return .object(object)
    }

    private static func time(_ milliseconds: Int) -> Value {
        .string(Timestamp(milliseconds: milliseconds).text)
    }

    /// The report in words.
    public var lines: [String] {
        (value.object?.members ?? []).flatMap { member -> [String] in
            let name =
                member.key.string + String(repeating: " ", count: 10 - member.key.string.count)
            switch member.value {
            case .string(let text): return [name + text.string]
            case .array(let elements) where elements.isEmpty: return []
            case .array(let elements): return elements.map { name + $0.serialized }
            default: return [name + member.value.serialized]
            }
        }
    }
}
