/// Columns for people: as wide as their widest cell, numbers to the right.
public struct Table: Sendable {
    private let columns: [Column]
    private var rows: [[String]] = []

    /// A column.
    public struct Column: Sendable, ExpressibleByStringLiteral {
        let title: String
        let isNumber: Bool

        /// A column with this title.
        public init(_ title: String, isNumber: Bool = false) {
            self.title = title
            self.isNumber = isNumber
        }

        /// A column of text with this title.
        public init(stringLiteral title: String) { self.init(title) }
    }

    /// A table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row.
    public mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The titles, then the rows.
    public var lines: [String] {
        let all = [columns.map(\.title)] + rows
        let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            let cells = columns.indices.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return columns[column].isNumber ? padding + row[column] : row[column] + padding
            }
            let line = cells.joined(separator: "  ")
            return String(
                line.prefix(
                    line.lastIndex { $0 != " " }.map {
                        line.distance(from: line.startIndex, to: $0) + 1
                    } ?? 0))
        }
    }
}
