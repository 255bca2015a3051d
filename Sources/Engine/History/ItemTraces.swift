import JSON
import Journal

/// What the journal of a Map Run has of one attempt of an item.
struct ItemTraces {
    /// How often the item had been reopened before.
    var number = 0
    var started: Int?
    /// What it began with.
    var kept: [Event] = []
    var events: [Event] = []
    var finished: FinishedItem?

    /// An item that was interrupted has started more than once; its events began with the first.
    var startTime: Int { min(started ?? .max, finished?.startTime ?? .max) }

    /// The redrive that it began with, the first at which the item was run again being number 1;
    /// `times` are those of all redrives.
    func redrives(_ count: Int, _ times: [Int]) -> ExecutionFacts.Redrives {
        let time = times.last { $0 <= startTime }
        return ExecutionFacts.Redrives(count: count, time: time ?? startTime)
    }

    /// Whether it was begun at all.
    var hasBegun: Bool { started != nil || finished != nil }

    /// The attempts of an item that have been started, oldest first, and how often it was reopened.
    static func read(
        _ item: Int, in directory: String
    ) throws(RunError) -> (started: [ItemTraces], reopenings: Int) {
        var reading = Reading(item)
        var reader = try JournalReader(directory: directory)
        while let record = try reader.next() { try reading.take(record, in: directory) }
        return (reading.attempts.filter(\.hasBegun), reading.reopenings)
    }

    /// Puts the attempts of an item together from the records of a journal.
    struct Reading {
        private let item: Int
        private(set) var attempts = [ItemTraces()]

        var reopenings: Int { attempts.count - 1 }

        init(_ item: Int) { self.item = item }

        mutating func take(_ record: Record, in directory: String) throws(RunError) {
            // Its first part goes by the same number.
            if record.note?.splitItem == item { attempts = [ItemTraces()] }
            guard record.item == item else { return }
            if record.type == .reopened {
                return attempts.append(ItemTraces(number: attempts.count))
            }
            do {
                try attempts[attempts.count - 1].take(record)
            } catch {
                throw RunError(
                    .damaged, "a record of item \(item) in '\(directory)' is not JSON: \(error)",
                    path: directory)
            }
        }
    }

    fileprivate mutating func take(_ record: Record) throws(ParseError) {
        switch record.type {
        case .started:
            if started == nil { (started, kept) = (record.started?.time, events) }
        case .event: if let event = try record.event?.copied() { events.append(event) }
        case .finished:
            if finished == nil { finished = try record.finished?.copied() }
            if started == nil { kept = events }
        case .reopened, .sealed, .note, .announced, .checkpoint, .identified: break
        }
    }
}
