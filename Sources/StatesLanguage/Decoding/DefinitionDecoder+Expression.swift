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
    /// A text of a JSONata state that begins an expression and does not end it.
    mutating func refuseHalf(_ place: Place) {
        guard let text = place.value.string, text.hasPrefix("{%") else { return }
        refuse(
            "JSONata string must start with {% and end with %}", at: place,
            suggestion: text.hasSuffix("%}") ? nil : "write %} at its very end")
    }

    /// Compiles the expression of a string.
    mutating func expression(_ place: Place) -> QueryExpression? {
        guard let written = place.value.string else { return nil }
        let inner = written.dropFirst(2).dropLast(2)
        let text = inner.drop(while: \.isWhitespace)
        let start = 2 + inner.utf8.count - text.utf8.count
        do {
            var options = CompileOptions()
            options.variables = visibleVariables
            options.separateMembers = ["states": ["input"]]
            let expression = try Expression(Self.trimmed(text), options: options)
            check(expression.references, at: place, start: start)
            return QueryExpression(expression, field: place.field)
        } catch {
            report(
                .invalidExpression, error.message, at: place,
                offset: place.offset(of: start + max(error.offset, 0)),
                expressionCode: error.code)
            return nil
        }
    }

    /// All variables that are assigned somewhere around here: they hide functions of their names.
    private var visibleVariables: Set<String> {
        var visible: Set<String> = []
        for scope in scopes.reversed() {
            visible.formUnion(scope.assigned.keys)
            if scope.isIsolated { break }
        }
        return visible
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Checks names that an expression uses; `start` is where its text begins in the string.
    private mutating func check(_ references: References, at place: Place, start: Int) {
        for name in references.topLevel {
            report(
                .unsupportedExpression,
                "Reference to '\(name.text)' at the top level is not supported.", at: place,
                offset: place.offset(of: start + name.offset),
                suggestion: "write $states.input\(name.text.hasPrefix("$") ? "" : "." + name.text)")
        }
        let functions = Set(references.unknownFunctions.map(\.offset))
        for use in references.variables where !functions.contains(use.offset) {
            let offset = place.offset(of: start + use.offset)
            if use.variable == "states" {
                check(use.path.first, at: place, offset: offset)
            } else {
                mention(use.variable, at: place, offset: offset)
            }
        }
        for function in references.unknownFunctions {
            warn(
                .unknownFunction, "Function '\(function.text)' does not exist", at: place,
                offset: place.offset(of: start + function.offset))
        }
        for symbol in references.newerOperators {
            warn(
                .differsOnAWS, "AWS does not know the operator '\(symbol.text)'", at: place,
                offset: place.offset(of: start + symbol.offset),
                suggestion: "use a conditional with $exists()")
        }
    }

    /// `$states.result` exists only where there is a result, `$states.errorOutput` in catchers.
    private mutating func check(_ member: String?, at place: Place, offset: Int) {
        guard let member else { return }
        let isCatcher = place.field.hasPrefix("Catch[")
        let isOutcome = place.field.hasPrefix("Output") || place.field.hasPrefix("Assign")
        let hasResult = ["Task", "Parallel", "Map"].contains(state.type) && isOutcome
        switch member {
        case "input", "context": return
        case "result" where hasResult, "errorOutput" where isCatcher: return
        case "result", "errorOutput":
            report(
                .unsupportedExpression, "Reference to '$states.\(member)' is not supported here.",
                at: place, offset: offset,
                suggestion: member == "result"
                    ? "use it in Output or Assign of a Task, Parallel or Map state"
                    : "use it in Output or Assign of a catcher")
        default:
            warn(
                .unknownVariable, "'$states' has no member '\(member)'", at: place, offset: offset,
                suggestion: Suggestion.nearest(to: member, among: StatesMembers.names.keys))
        }
    }
}
