import JSON
import StatesLanguage

/// How a problem of a definition is shown.
extension Diagnostic {
    /// `file:line:column: error: message at /place (CODE); suggestion`, as compilers write it.
    public func line(file: String) -> String {
        let kind = severity == .error ? "error" : "warning"
        let advice = suggestion.map { "; \($0)" } ?? ""
        let message = message.split(separator: "\n").joined(separator: " ")
        let place = pointer.steps.isEmpty ? "" : " at \(pointer)"
        return "\(file):\(position): \(kind): \(message)\(place) (\(code.rawValue))\(advice)"
    }

    /// The same, and of an error in an expression its line of the definition `text` with a caret
    /// under the place, and JSONata's code.
    public func lines(file: String, text: String) -> [String] {
        guard let expressionCode else { return [line(file: file)] }
        var excerpt = CaretText.lines(text, offset: offset)
        excerpt[excerpt.count - 1] += " \(expressionCode)"
        return [line(file: file)] + excerpt
    }

    /// The problem as one object of a listing.
    public func value(file: String) -> Value {
        var object: ObjectValue = ObjectValue([
            Member("file", .string(file)), Member("line", .int(position.line)),
            Member("column", .int(position.column)), Member("offset", .int(offset)),
            Member("severity", .string(severity.rawValue)), Member("code", .string(code.rawValue)),
            Member("message", .string(message)), Member("pointer", .string(pointer.description)),
        ])
        if let location { object["location"] = .string(location) }
        if let suggestion { object["suggestion"] = .string(suggestion) }
        return .object(object)
    }
}
