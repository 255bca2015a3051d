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
                    + "run without it with --all, or start a run with another expression")
        }
    }
}
