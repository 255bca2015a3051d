import JSON
import JSONPath

extension DefinitionDecoder {
    /// A field that is an integer, a path (`…Path`) to one, or an expression for one.
    mutating func integerSetting(
        _ name: String, of place: Place, _ range: ClosedRange<Int>
    ) -> Setting? {
        if let path = numericPath(name, of: place) { return path }
        guard let member = place[name] else { return nil }
        if let expression = expressionSetting(member) { return expression }
        return integer(member, range).map { .literal(.int($0)) }
    }

    /// A field that is a number, a path to one, or an expression for one.
    mutating func numberSetting(
        _ name: String, of place: Place, _ range: ClosedRange<Double>
    ) -> Setting? {
        if let path = numericPath(name, of: place) { return path }
        guard let member = place[name] else { return nil }
        if let expression = expressionSetting(member) { return expression }
        guard number(member, range) != nil else { return nil }
        return .literal(member.value)
    }

    /// AWS takes variables here, but not the Context object.
    private mutating func numericPath(_ name: String, of place: Place) -> Setting? {
        guard state.language == .jsonPath, let member = place[name + "Path"],
            let path = path(member, isReference: true)
        else { return nil }
        if path.root == .context { complainAboutContext(name, member) }
        return .path(path)
    }

    /// Refused by AWS in all numeric fields; of those of Wait that is only what it documents.
    private mutating func complainAboutContext(_ name: String, _ place: Place) {
        let hint = "assign what is needed of the Context object to a variable first"
        if ["Seconds", "Timestamp"].contains(name) {
            warn(
                .differsOnAWS, "AWS documents no Context object in '\(name)Path'", at: place,
                suggestion: hint)
        } else {
            refuse("Value is not a Reference Path", at: place, suggestion: hint)
        }
    }

    /// The expression of a field in a JSONata state, if it has one.
    mutating func expressionSetting(_ place: Place) -> Setting? {
        guard state.language == .jsonata, place.isExpression else { return nil }
        return expression(place).map { .expression($0) } ?? .literal(0)
    }

    /// `Error` or `Cause`: a string, a path or intrinsic call to one, or an expression.
    mutating func stringSetting(_ name: String, of place: Place) -> Setting? {
        if state.language == .jsonPath, let member = place[name + "Path"] {
            return textPath(member, name + "Path", in: place)
        }
        guard let member = place[name] else { return nil }
        if let expression = expressionSetting(member) { return expression }
        guard expect(.string, member) else { return nil }
        if state.language == .jsonata { refuseHalf(member) }
        warnAboutMissingPath(name, member)
        return .literal(member.value)
    }

    private static let textFunctions = [
        "States.Format", "States.JsonToString", "States.ArrayGetItem", "States.Base64Encode",
        "States.Base64Decode", "States.Hash", "States.UUID",
    ]

    private mutating func textPath(
        _ place: Place, _ name: String, in object: Place
    ) -> Setting? {
        guard expect(.string, place), let text = place.value.string else { return nil }
        guard text.hasPrefix("States.") else {
            return path(place, isReference: true).map { .path($0) }
        }
        guard let call = dynamicValue(name, place, in: object)?.intrinsic else { return nil }
        let function = text.prefix { $0 != "(" }
        guard !Self.textFunctions.contains(String(function)) else { return .intrinsic(call) }
        refuse(
            "Intrinsic function '\(function)' does not return a string", at: place,
            suggestion: "use one of \(Self.textFunctions.joined(separator: ", "))")
        return nil
    }

    private mutating func warnAboutMissingPath(_ name: String, _ place: Place) {
        guard state.language == .jsonPath, let text = place.value.string,
            Self.looksDynamic(text)
        else { return }
        warn(
            .noPath, "Field '\(name)' has a value that looks like a path", at: place,
            suggestion: "did you mean '\(name)Path'?")
    }

    /// `Timestamp` or `TimestampPath`.
    mutating func timestampSetting(of place: Place) -> Setting? {
        if state.language == .jsonPath, let member = place["TimestampPath"] {
            guard let path = path(member, isReference: true) else { return nil }
            if path.root == .context { complainAboutContext("Timestamp", member) }
            return .path(path)
        }
        guard let member = place["Timestamp"] else { return nil }
        if let expression = expressionSetting(member) { return expression }
        guard expect(.string, member), let text = member.value.text else { return nil }
        guard Timestamp(parsing: text) != nil else {
            refuse(
                "String does not match RFC3339 timestamp", at: member,
                suggestion: "write it as 2030-01-31T12:00:00Z")
            return nil
        }
        return .literal(member.value)
    }
}
