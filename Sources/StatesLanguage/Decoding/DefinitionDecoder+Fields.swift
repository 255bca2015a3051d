import JSON

extension DefinitionDecoder {
    /// Checks names of fields, required ones and those that exclude each other.
    mutating func check(_ place: Place, against table: FieldTable) {
        let language = state.language
        let allowed = table.allowed(language)
        let foreign = table.foreign(language)
        let members = place.members
        for (name, nameOffset, member) in members where !allowed.contains(name) {
            let isForeign = foreign.contains(name)
            let other: QueryLanguage = language == .jsonPath ? .jsonata : .jsonPath
            report(
                .schema,
                isForeign
                    ? "The QueryLanguage is set to '\(language.rawValue)', but field '\(name)' is "
                        + "only supported for the '\(other.rawValue)' QueryLanguage"
                    : "Field '\(name)' is not supported",
                at: isForeign ? member : place, offset: nameOffset,
                suggestion: isForeign ? nil : Suggestion.nearest(to: name, among: allowed))
        }
        let missing = table.required.filter { name in !members.contains { $0.name == name } }
        if !missing.isEmpty {
            refuse("These fields are required: [\(missing.joined(separator: ", "))]", at: place)
        }
        for group in table.exclusive {
            checkExclusive(group.filter(allowed.contains), in: place)
        }
    }

    /// At most one of these fields may be there.
    mutating func checkExclusive(_ names: [String], in place: Place) {
        guard names.filter({ place[$0] != nil }).count > 1 else { return }
        refuse(
            "There should only be one of the following fields: [\(names.joined(separator: ", "))]",
            at: place, suggestion: "remove all but one of them")
    }

    /// One of these fields, which exclude each other, must be there.
    mutating func require(oneAloneOf names: [String], in place: Place) {
        if names.allSatisfy({ place[$0] == nil }) { refuseLack(of: names, in: place) }
    }

    mutating func refuseLack(
        of names: [String], in place: Place, suggestion: String? = nil
    ) {
        refuse(
            "This object should have only one of the following fields: "
                + "[\(names.joined(separator: ", "))]",
            at: place, suggestion: suggestion)
    }

    /// One of these fields must be there, or several.
    mutating func require(oneOf names: [String], in place: Place) {
        guard names.allSatisfy({ place[$0] == nil }) else { return }
        refuse(
            "There should be one of the following fields: [\(names.joined(separator: ", "))]",
            at: place)
    }

    mutating func expect(_ kind: Value.Kind, _ place: Place) -> Bool {
        if place.kind == kind { return true }
        let name = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
        refuse("Expected value of type \(name)", at: place)
        return false
    }

    mutating func string(_ name: String, of place: Place) -> String? {
        guard let member = place[name], expect(.string, member) else { return nil }
        return member.value.string
    }

    /// A string that must be one of a few.
    mutating func choice(_ name: String, of place: Place, among values: [String]) -> String? {
        guard let text = string(name, of: place), let member = place[name] else { return nil }
        if values.contains(text) { return text }
        let start =
            name == "Type"
            ? "The field 'Type' should have one of these values"
            : "Value should be one of the following"
        refuse(
            "\(start): [\(values.joined(separator: ", "))]", at: member,
            suggestion: Suggestion.nearest(to: text, among: values))
        return nil
    }

    mutating func strings(_ place: Place) -> [String]? {
        guard expect(.array, place) else { return nil }
        let elements = place.elements
        guard elements.allSatisfy({ expect(.string, $0) }) else { return nil }
        return elements.compactMap { $0.value.string }
    }

    /// An integer within bounds.
    mutating func integer(_ place: Place, _ range: ClosedRange<Int>) -> Int? {
        guard let number = place.value.number, number.isIntegerLiteral, let int = number.int else {
            refuse("Expected value of type Integer", at: place)
            return nil
        }
        guard checkBounds(of: int, range, at: place) else { return nil }
        return int
    }

    private mutating func checkBounds(
        of int: Int, _ range: ClosedRange<Int>, at place: Place
    ) -> Bool {
        if int < range.lowerBound {
            refuse("Minimum value is \(range.lowerBound)", at: place)
        } else if int > range.upperBound {
            refuse("Maximum value is \(range.upperBound)", at: place)
        } else {
            return true
        }
        return false
    }

    /// A number within bounds.
    mutating func number(_ place: Place, _ range: ClosedRange<Double>) -> Double? {
        guard expect(.number, place), let number = place.value.number?.double else { return nil }
        if number < range.lowerBound {
            refuse("Minimum value is \(range.lowerBound)", at: place)
        } else if number > range.upperBound {
            refuse("Maximum value is \(range.upperBound)", at: place)
        } else {
            return number
        }
        return nil
    }
}
