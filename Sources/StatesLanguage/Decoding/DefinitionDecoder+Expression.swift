import JSON
import JSONata

extension Place {
    /// Whether the value is a string that starts with `{%` and ends with `%}`.
    var isExpression: Bool {
        guard let text = node.value.string?.utf8, text.count >= 4 else { return false }
        return text.starts(with: "{%".utf8) && text.suffix(2).elementsEqual("%}".utf8)
    }
}

extension DefinitionDecoder {
    /// Compiles the expression of a string.
    mutating func expression(_ place: Place) -> QueryExpression? {
        guard let written = place.value.string else { return nil }
        let inner = written.dropFirst(2).dropLast(2)
        let leading = inner.prefix(while: \.isWhitespace)
        let text = String(
            inner.dropFirst(leading.count).reversed().drop(while: \.isWhitespace).reversed())
        let start = 2 + leading.utf8.count
        do {
            let expression = try Expression(text)
            for name in expression.freeVariables where name != "states" {
                mention(name, at: place)
            }
            let bound = QueryExpression(expression, text: text, field: place.field)
            checkStatesMembers(bound.states, at: place)
            return bound
        } catch {
            report(
                .invalidExpression, error.message, at: place,
                offset: place.offset(of: start + max(error.offset, 0)))
            return nil
        }
    }

    /// `$states.result` exists only where there is a result, `$states.errorOutput` in catchers.
    private mutating func checkStatesMembers(_ reference: StatesReference, at place: Place) {
        let isCatcher = place.field.hasPrefix("Catch[")
        let isOutcome = place.field.hasPrefix("Output") || place.field.hasPrefix("Assign")
        let hasResult = ["Task", "Parallel", "Map"].contains(state.type) && isOutcome
        for (member, isAvailable) in [("result", hasResult), ("errorOutput", isCatcher)]
        where reference.members.contains(member) && !isAvailable {
            report(
                .unsupportedExpression, "Reference to '$states.\(member)' is not supported here.",
                at: place,
                suggestion: member == "result"
                    ? "use it in Output or Assign of a Task, Parallel or Map state"
                    : "use it in Output or Assign of a catcher")
        }
    }
}
