/// Timers ordered by time, then by age: a binary heap with lazy removal of cancelled ones.
public struct TimerHeap<Action>: ~Copyable {
    private struct Entry {
        var time: Int
        var id: UInt64
    }

    private var entries: [Entry] = []
    private var actions: [UInt64: Action] = [:]
    private var lastID: UInt64 = 0

    /// No timers.
    public init() {}

    /// The time of the earliest timer.
    public mutating func nextTime() -> Int? {
        dropCancelled()
        return entries.first?.time
    }

    /// Adds a timer and returns the id that cancels it.
    public mutating func add(at time: Int, _ action: Action) -> UInt64 {
        lastID += 1
        actions[lastID] = action
        entries.append(Entry(time: time, id: lastID))
        siftUp(entries.count - 1)
        return lastID
    }

    /// Forgets a timer.
    public mutating func cancel(_ id: UInt64) { actions[id] = nil }

    /// Removes and returns the actions of all timers up to `time`, earliest first.
    public mutating func takeDue(at time: Int) -> [Action] {
        var due: [Action] = []
        while let first = entries.first, first.time <= time {
            removeFirst()
            if let action = actions.removeValue(forKey: first.id) { due.append(action) }
        }
        return due
    }

    private mutating func dropCancelled() {
        while let first = entries.first, actions[first.id] == nil { removeFirst() }
    }

    private mutating func removeFirst() {
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        siftDown(0)
    }

    private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        (left.time, left.id) < (right.time, right.id)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(entries[child], entries[parent]) else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && isBefore(entries[child], entries[smallest]) {
                smallest = child
            }
            if smallest == parent { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
