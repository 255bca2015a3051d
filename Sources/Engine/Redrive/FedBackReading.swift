import JSON
import Journal
import Records
import StatesLanguage

/// Reads edited items and finds out which of a Map Run's items they are.
struct FedBackReading {
    private let file: String
    private let request: MapRunRequest
    private let index: ItemIndex
    private let setAside: ItemSet
    /// Whether batches are split where they fail.
    private let isSplit: Bool
    private let known: KnownItems?
    private let items: FedBackItems
    private var problems: [String] = []
    private static let mostProblems = 20

    /// What is wrong with the file, all of it together.
    private func refuse() throws(RunError) {
        guard !problems.isEmpty else { return }
        let shown = problems.prefix(Self.mostProblems).joined(separator: "\n")
        let more = problems.count - Self.mostProblems
        let rest = more > 0 ? "\n… and \(more) more" : ""
        throw RunError(.notSelectable, shown + rest + "\nnothing was changed", path: file)
    }

    init(_ file: String, _ request: MapRunRequest, folder: MapFolder) throws(RunError) {
        self.file = file
        self.request = request
        let state = try RecoveredMapRun.read(folder.path).state
        setAside = state.strikes.setAside
        isSplit = state.batchSplits != nil
        index = try ItemIndex(folder.path, scratch: folder.path)
        known = request.key == nil ? nil : try KnownItems(folder.path)
        items = try FedBackItems(map: folder.name, scratch: folder.path)
    }

    /// Reads the whole file, or throws all that is wrong with it.
    mutating func read() throws(RunError) -> FedBackItems {
        if try beginsWithBrace() { try readLines() } else { try readRows() }
        items.sort()
        for number in 1..<max(1, items.places.count)
        where items.places[number].index == items.places[number - 1].index {
            let (first, second) = (items.places[number - 1], items.places[number])
            note("item \(second.index) is there twice, first in line \(first.line)", second.line)
        }
        try refuse()
        guard items.count > 0 else {
            throw RunError(
                .notSelectable, "'\(file)' has no items; nothing was changed", path: file)
        }
        return items
    }

    private mutating func note(_ problem: String, _ line: Int) {
        problems.append("\(file):\(line): \(problem)")
    }

    /// Whether the file holds JSON, as no header of rows begins so.
    private func beginsWithBrace() throws(RunError) -> Bool {
        let files = SystemFiles()
        var bytes = [UInt8](repeating: 0, count: 4096)
        do {
            let opened = try files.open(file, .read)
            defer { files.close(opened) }
            let count = try bytes.withUnsafeMutableBytes { (memory) throws(SystemFault) in
                try files.read(opened, into: memory, at: 0)
            }
            bytes.removeLast(bytes.count - count)
        } catch {
            throw RunError(
                .notFound, "cannot read '\(file)'; check the name", path: file)
        }
        return bytes.first { $0 > 0x20 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF } == 0x7B
    }

    private func reader(_ type: ReaderConfiguration.InputType) throws(RecordsError)
        -> any ItemReader
    {
        var configuration = ReaderConfiguration(type)
        if case .reader(let reader) = request.items {
            configuration.csvDelimiter = reader.csvDelimiter
        }
        return try openReader(path: file, configuration: configuration)
    }

    private mutating func forEach(
        _ type: ReaderConfiguration.InputType,
        _ body: (inout Self, Value, _ line: Int) throws(RunError) -> Void
    ) throws(RunError) {
        do {
            let reader = try reader(type)
            while let block = try reader.nextBlock() {
                for offset in 0..<block.count {
                    let line = block.line(at: offset) ?? 0
                    if let (found, expected) = block.raggedness(at: offset) {
                        note("the row has \(found) fields, the header \(expected)", line)
                    }
                    try body(&self, try block.item(at: offset).value, line)
                }
            }
        } catch let error as RunError {
            throw error
        } catch let error as RecordsError {
            note(error.message, error.line ?? 1)
        } catch {
            throw RunError(.system, "\(error)", path: file)
        }
    }

    // MARK: - Rows

    private mutating func readRows() throws(RunError) {
        guard request.batcher == nil else {
            throw RunError(
                .notSelectable,
                "the items of Map Run '\(items.map)' are run in batches; feed them back as JSON "
                    + "Lines, which `maprun failures --json` gives, with an edited \"input\"",
                path: file)
        }
        guard let columns = try columns() else { return }
        var missing: Set<String> = []
        try forEach(.csv) { (reading, row, line) throws(RunError) in
            guard let index = try reading.item(of: row, line) else { return }
            let outcome = try reading.index.outcome(of: index)
            guard let old = outcome?.source ?? outcome?.input else {
                return reading.note("item \(index) has no row of its own to be mended", line)
            }
            var edit = EditedRow(row, columns: columns)
            let item = edit.item(old, index)
            for problem in edit.problems { reading.note(problem, line) }
            for column in edit.missing where missing.insert(column).inserted {
                reading.note(
                    "column '\(column)' of the input is missing; rows are fed back whole", 1)
            }
            try reading.items.append(
                ["index": .int(index), "item": item], index: index, line: line)
        }
    }

    /// The columns of the file, if there is a sign of which item each row is.
    private mutating func columns() throws(RunError) -> Set<Key>? {
        let found: [String]
        do throws(RecordsError) {
            found = try reader(.csv).csvHeader ?? []
        } catch {
            note(error.message, error.line ?? 1)
            return nil
        }
        guard found.contains("maprun_index") || keyColumn.map(found.contains) == true else {
            note(
                "there is neither the column 'maprun_index' nor the run's key to tell which item "
                    + "a row is", 1)
            return nil
        }
        return Set(found.map { Key($0) })
    }

    private var keyColumn: String? {
        if case .column(let name)? = request.key { return name }
        return nil
    }

    /// The item that a row is: the one of its key, since rows may have moved, else of its index.
    private mutating func item(of row: Value, _ line: Int) throws(RunError) -> Int? {
        if let key = request.key?.text(of: row),
            let found = try known?.take(-1, contentHash: 0, key: key)
        {
            return try check(found.item, line)
        }
        guard let index = FailureColumns.index(of: row) else {
            let text = row["maprun_index"]?.string ?? request.key?.text(of: row)?.string ?? ""
            note("'\(text)' names no item of the run, or one that another row has named", line)
            return nil
        }
        return try check(index, line)
    }

    /// The item, if it is one that failed.
    private mutating func check(_ index: Int, _ line: Int) throws(RunError) -> Int? {
        if setAside.contains(index) {
            note("item \(index) is set aside; release it first: maprun quarantine --release", line)
            return nil
        }
        if isSplit, index >= 0, try self.index.outcome(of: index)?.itemCount ?? 1 > 1 {
            note("item \(index) is the first of a batch that was aborted; redrive it first", line)
            return nil
        }
        switch index < 0 ? nil : try self.index.status(of: index) {
        case nil: note("there is no item \(index), or it has not ended", line)
        case .succeeded: note("item \(index) has succeeded, which stays; remove the line", line)
        case .aborted:
            items.abortedCount += 1
            return index
        case .failed, .timedOut: return index
        }
        return nil
    }

    // MARK: - Lines

    private mutating func readLines() throws(RunError) {
        let isBatched = request.batcher != nil
        try forEach(.jsonLines) { (reading, value, line) throws(RunError) in
            guard let number = value["index"]?.number?.int else {
                return reading.note("there is no \"index\" to tell which item it is", line)
            }
            guard let index = try reading.check(number, line) else { return }
            var edit = ObjectValue([Member("index", .int(index))])
            if let item = value["item"], !isBatched {
                edit["item"] = item
            } else if let input = value["input"] {
                edit["input"] = input
            } else {
                return reading.note(
                    "there is no \"input\" to run item \(index) with"
                        + (isBatched ? "" : ", nor an \"item\""), line)
            }
            try reading.items.append(.object(edit), index: index, line: line)
        }
    }
}
