import Glibc
import JSON

/// The names that outputs have, as a tree, with the columns at its leaves: built in one pass over
/// the results and followed in the next. Records have their members mostly in one order, so that a
/// name is looked for first where it stood before.
final class ColumnTree {
    private let name: [UInt8]
    private unowned let parent: ColumnTree?
    private(set) var branches: [ColumnTree] = []
    /// The same for walks, in which nothing is counted.
    private var uncounted: [Unmanaged<ColumnTree>] = []
    /// The column of values that are no objects with members; -1 for none.
    var column = -1
    private var places: [[UInt8]: Int] = [:]

    init(_ name: some Sequence<UInt8>, in parent: ColumnTree? = nil) {
        self.name = Array(name)
        self.parent = parent
    }

    /// The branch of this name, which stood at `place` among the members.
    @inline(__always)
    func branch(_ name: UnsafeBufferPointer<UInt8>, at place: Int) -> ColumnTree? {
        if place < branches.count, branches[place].isNamed(name) { return branches[place] }
        return search(name)
    }

    @inline(never)
    private func search(_ name: UnsafeBufferPointer<UInt8>) -> ColumnTree? {
        // A few are compared sooner than they are hashed.
        if branches.count <= 16 { return branches.first { $0.isNamed(name) } }
        return places[Array(name)].map { branches[$0] }
    }

    @inline(__always)
    private func isNamed(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
        guard name.count == other.count else { return false }
        return name.withUnsafeBufferPointer { name in
            guard let left = name.baseAddress, let right = other.baseAddress else { return true }
            return memcmp(left, right, name.count) == 0
        }
    }

    /// Adds a name that is not there yet.
    @discardableResult
    func add(_ name: some Sequence<UInt8>) -> ColumnTree {
        let branch = ColumnTree(name, in: self)
        places[branch.name] = branches.count
        branches.append(branch)
        uncounted.append(.passUnretained(branch))
        return branch
    }

    /// The names on the way to it.
    var path: [String] {
        guard let parent else { return [] }
        return parent.path + [String(decoding: name, as: UTF8.self)]
    }

    /// The columns of the branch, what lies below one name together.
    var columns: [Int] {
        (column < 0 ? [] : [column]) + branches.flatMap(\.columns)
    }

    /// Gives columns the numbers that are listed at their old ones.
    func renumber(_ numbers: [Int]) {
        if column >= 0 { column = numbers[column] }
        for branch in branches { branch.renumber(numbers) }
    }

    /// Calls `found` with the column of each value of a line.
    @inline(__always)
    func place(_ value: ValueSpan, _ found: (Int, ValueSpan) -> Void) {
        if column >= 0 { found(column, value) }
        if value.hasMembers { placeMembers(of: value, found) }
    }

    private func placeMembers(of value: ValueSpan, _ found: (Int, ValueSpan) -> Void) {
        value.forEachMember { name, place, member in
            if place < uncounted.count {
                let isPlaced = uncounted[place]._withUnsafeGuaranteedRef { branch in
                    guard branch.isNamed(name) else { return false }
                    branch.place(member, found)
                    return true
                }
                if isPlaced { return }
            }
            search(name)?.place(member, found)
        }
    }
}
