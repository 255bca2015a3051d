import JSON

extension Item {
    /// Deep equality: no conversions, order of members of no account.
    func equals(_ other: Item) -> Bool {
        switch (self, other) {
        case (.number(let l), .number(let r)): l == r
        case (.text(let l), .text(let r)): l == r
        case (.bool(let l), .bool(let r)): l == r
        case (.null, .null): true
        case (.wide, _), (_, .wide): wideEquals(other)
        case (.array, _), (.list, _): other.isArray && NativeStack.run { elementsEqual(other) }
        case (.object, _), (.record, _): other.isObject && NativeStack.run { membersEqual(other) }
        case (.function(let l), .function(let r)): l === r
        default: false
        }
    }

    private func wideEquals(_ other: Item) -> Bool {
        if case .wide(let l) = self, case .wide(let r) = other, l == r { return true }
        guard let l = double, let r = other.double else { return false }
        return l == r
    }

    private func elementsEqual(_ other: Item) -> Bool {
        guard elementCount == other.elementCount else { return false }
        return zip(Elements(self), Elements(other)).allSatisfy { $0.equals($1) }
    }

    private func membersEqual(_ other: Item) -> Bool {
        let mine = members
        guard mine.count == other.members.count else { return false }
        return mine.allSatisfy { member in
            let value = other.member(member.key)
            return !value.isUndefined && member.value.equals(value)
        }
    }

    /// Identity as JavaScript's `===` has it: by value for scalars only.
    func isIdentical(to other: Item) -> Bool {
        switch self {
        case .array, .list, .object: return false
        case .record(let record):
            if case .record(let same) = other { return record === same }
            return false
        default: return equals(other)
        }
    }

    /// The cast to boolean; undefined counts as false.
    var isTrue: Bool {
        switch self {
        case .bool(let bool): bool
        case .number(let number): number != 0 && !number.isNaN
        case .text(let text): !text.isEmpty
        case .wide: true
        case .array, .list: NativeStack.run { Elements(self).contains { $0.isTrue } }
        case .object(let object): !object.isEmpty
        case .record(let record): !record.values.isEmpty
        case .undefined, .unassigned, .null, .function: false
        }
    }
}
