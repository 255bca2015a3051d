import JSON
import JSONata
import Records

/// Tells of a child whether it is wanted: a JSONata expression over the item as it was read, or
/// where items are batched over `{"Items": […]}` with those of the batch.
struct ChildCondition: Sendable {
    private let text: String
    private let expression: Expression

    init(_ text: String) throws(RecordsError) {
        self.text = text
        do {
            // What is neither true nor false counts as JSONata's own conditions count it.
            expression = try Expression("$boolean((\(text)\n))")
        } catch {
            throw RecordsError(.malformed, file: "", "--where '\(text)': \(error.message)")
        }
    }

    /// As of every row of CSV.
    private static func isAllText(_ item: Value) -> Bool {
        item.object?.allSatisfy { $0.value.text != nil } ?? false
    }

    func holds(_ block: any ChildBlock, at offset: Int) throws(RecordsError) -> Bool {
        // A child that cannot be made is run, so that its failure is seen.
        guard case .success(let child) = try block.child(at: offset) else { return true }
        let item = child.source ?? child.input
        do {
            let seen = block is ItemChildBlock ? item : ["Items": item]
            return try expression.evaluate(seen) == .bool(true)
        } catch {
            let index = block.index(at: offset)
            throw RecordsError(
                .malformed, file: "",
                "--where '\(text)' cannot be told of item \(index): \(error.message); "
                    + (Self.isAllText(item)
                        ? "its fields are texts, $number(…) makes numbers; " : "")
                    + "run without it with --all, or start a run with another expression")
        }
    }
}
