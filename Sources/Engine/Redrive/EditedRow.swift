import JSON
import Records

/// A row of a file of failed items that was edited, and the item that it makes.
///
/// The item is the one that failed with the row's values: its members stay in their order, and what
/// the row leaves as it was stays what it was. A file of rows from several inputs has columns that
/// this item does not have; those are to stay empty.
struct EditedRow {
    private let row: Value
    private let columns: Set<Key>
    /// What is wrong with the row.
    private(set) var problems: [String] = []
    /// Members of the item for which there is no column.
    private(set) var missing: [String] = []
    private static let own = Set(FailureColumns.names.map { Key($0) })
    private static let rest = Key(FailedRowWriter.restColumn)

    init(_ row: Value, columns: Set<Key>) {
        self.row = row
        self.columns = columns
    }

    /// The item as the row has it, of the one that failed.
    mutating func item(_ old: Value, _ index: Int) -> Value {
        guard let object = old.object else {
            let name = Key(FailedRowWriter.valueColumn)
            let item = value(of: name, old, index)
            refuseOthers(than: [name], index)
            return item
        }
        let rest = parsed(row[Self.rest])?.object
        var members: [Member] = []
        for member in object {
            if Self.own.contains(member.key) {
                members.append(member)
            } else if member.key != Self.rest, columns.contains(member.key) {
                members.append(Member(member.key, value(of: member.key, member.value, index)))
            } else if let value = rest?[member.key] {
                members.append(Member(member.key, value))
            } else {
                missing.append(member.key.string)
            }
        }
        refuseOthers(than: Set(object.keys), index)
        for key in rest?.keys ?? [] where !object.contains(key) { refuse(key, index) }
        return .object(members)
    }

    /// A field of the row in the place of a value: as text where that was one, else as JSON.
    private mutating func value(of column: Key, _ old: Value, _ index: Int) -> Value {
        guard let field = row[column]?.text else {
            missing.append(column.string)
            return old
        }
        if field == FailedRowWriter.text(of: old) { return old }
        if old.text != nil { return .string(field) }
        if let value = parsed(.string(field)) { return value }
        problems.append(
            "column '\(column.string)' of item \(index) was \(old.serialized) and '\(field.string)' "
                + "is no JSON; put a text in quotes of its own")
        return old
    }

    private func parsed(_ field: Value?) -> Value? {
        guard let text = field?.text else { return nil }
        return try? Value.parse(text.string)
    }

    private mutating func refuseOthers(than names: Set<Key>, _ index: Int) {
        guard let fields = row.object else { return }
        for field in fields where !names.contains(field.key) && !Self.own.contains(field.key) {
            if field.key == Self.rest || field.value.text?.isEmpty != false { continue }
            refuse(field.key, index)
        }
    }

    private mutating func refuse(_ name: Key, _ index: Int) {
        problems.append(
            "item \(index) has no column '\(name.string)'; leave it empty, or feed the item back "
                + "as JSON")
    }
}
