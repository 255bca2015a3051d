import JSON

/// A regular expression in JavaScript's syntax, for whoever has no JSONata expression around it.
package struct RegularExpression: Sendable {
    /// The expression as it was written.
    package let pattern: String
    private let program: Program

    /// Compiles an expression, or says what is wrong with it.
    package init(_ pattern: String) throws(JSONataError) {
        self.pattern = pattern
        do {
            program = try Program(pattern, flags: "")
        } catch let error as JSONataError {
            throw error
        } catch {
            throw JSONataError(.coded, "S0302", "Invalid regular expression: \(error)")
        }
    }

    /// Whether it matches anywhere in a text; nil if that takes too long to find out.
    package func matches(_ text: Text) -> Bool? {
        text.withUTF8 { bytes in
            var matcher = Matcher(program, bytes)
            do {
                return try matcher.search(from: 0)
            } catch {
                return nil
            }
        }
    }
}
