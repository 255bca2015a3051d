import JSON
import JSONPath

extension DefinitionDecoder {
    mutating func decodeChoice(_ place: Place) -> State.Action? {
        var rules: [ChoiceAction.Rule] = []
        if let choices = place["Choices"], expect(.array, choices) {
            let elements = choices.elements
            if elements.isEmpty { refuse("Value cannot be empty", at: choices) }
            rules = elements.compactMap { decodeRule($0) }
        }
        let fallback = place["Default"].flatMap { target($0, from: state.index) }
        return .choice(ChoiceAction(rules: rules, defaultNext: fallback))
    }

    private mutating func decodeRule(_ place: Place) -> ChoiceAction.Rule? {
        guard expect(.object, place) else { return nil }
        check(place, against: .rule)
        let assign = place["Assign"].map { decodeAssign($0) } ?? []
        let next = place["Next"].flatMap { target($0, from: state.index) }
        if state.language == .jsonPath {
            guard let condition = dataTest(place, table: nil), let next else { return nil }
            return ChoiceAction.Rule(condition: condition, next: next, assign: assign)
        }
        let output = place["Output"].map { template($0) }
        guard let condition = queryCondition(place), let next else { return nil }
        return ChoiceAction.Rule(
            condition: condition, next: next, assign: assign, output: output)
    }

    private mutating func queryCondition(_ place: Place) -> Condition? {
        guard requireKind(of: place), let member = place["Condition"] else { return nil }
        if let constant = member.value.bool { return .constant(constant) }
        guard member.isExpression else {
            refuse(
                "The field 'Condition' must be a boolean or a JSONata expression", at: member,
                suggestion: "write \"{% … %}\"")
            return nil
        }
        return expression(member).map { .expression($0) }
    }

    /// A rule is of one kind, which a field tells.
    private mutating func requireKind(of rule: Place) -> Bool {
        let kinds = ["And", "Or", "Not", "Variable", "Condition"]
        let given = kinds.filter { rule[$0] != nil }
        if given.count == 1 { return true }
        let names = kinds.joined(separator: ", ")
        let hint =
            given.isEmpty
            ? "add \(state.language == .jsonPath ? "'Variable' and a comparison" : "'Condition'")"
            : "keep one of \(given.joined(separator: ", ")), a comparison can stand inside 'And'"
        refuse(
            "The object must have only one of the following fields, [\(names)]", at: rule,
            suggestion: hint)
        return false
    }

    /// A JSONPath rule: a boolean combination or one comparison. `table` is nil for a rule whose
    /// fields have been checked.
    private mutating func dataTest(_ place: Place, table: FieldTable?) -> Condition? {
        guard expect(.object, place) else { return nil }
        if let table { check(place, against: table) }
        guard requireKind(of: place), place["Condition"] == nil else { return nil }
        let found = place.members.filter {
            ["And", "Or", "Not"].contains($0.name) || ChoiceOperator.byName[$0.name] != nil
        }
        guard let (name, _, operand) = found.first, found.count == 1 else {
            let names = found.isEmpty ? ["And", "Or", "Not", "Variable"] : found.map(\.name)
            refuse(
                "There should \(found.isEmpty ? "" : "only ")be one of the following fields: "
                    + "[\(names.joined(separator: ", "))]",
                at: place,
                suggestion: found.isEmpty ? "add a comparison such as \"StringEquals\"" : nil)
            return nil
        }
        switch name {
        case "And": return combination(operand).map { .and($0) }
        case "Or": return combination(operand).map { .or($0) }
        case "Not": return dataTest(operand, table: .nestedRule).map { .not($0) }
        default: return comparison(name, operand, of: place).map { .test($0) }
        }
    }

    private mutating func combination(_ place: Place) -> [Condition]? {
        guard expect(.array, place) else { return nil }
        let elements = place.elements
        if elements.isEmpty { refuse("Value cannot be empty", at: place) }
        let conditions = elements.compactMap { dataTest($0, table: .nestedRule) }
        return conditions.count == elements.count ? conditions : nil
    }

    private mutating func comparison(
        _ name: String, _ operand: Place, of rule: Place
    ) -> DataTest? {
        let variable = rule["Variable"].flatMap { path($0, isOfRule: true) }
        guard let choiceOperator = ChoiceOperator.byName[name],
            let comparison = comparison(choiceOperator, operand), let variable
        else { return nil }
        return DataTest(variable: variable, comparison: comparison)
    }

    private mutating func comparison(
        _ choiceOperator: ChoiceOperator, _ operand: Place
    ) -> DataTest.Comparison? {
        switch choiceOperator {
        case .compare(let family, let relation, withPath: true):
            return path(operand, isOfRule: true).map { .path(family, relation, $0) }
        case .compare(let family, let relation, withPath: false):
            return literal(operand, family).map { .literal(family, relation, $0) }
        case .matches: return pattern(operand).map { .matches($0) }
        case .isType(let type): return flag(operand).map { .isType(type, $0) }
        case .isPresent: return flag(operand).map { .isPresent($0) }
        }
    }

    private mutating func flag(_ place: Place) -> Bool? {
        expect(.boolean, place) ? place.value.bool : nil
    }

    private mutating func pattern(_ place: Place) -> StringPattern? {
        guard expect(.string, place), let text = place.value.string else { return nil }
        if let pattern = StringPattern(parsing: text) { return pattern }
        refuse(
            "Value is not a valid pattern", at: place,
            suggestion: "a backslash may only stand before '*' or another backslash")
        return nil
    }

    private mutating func literal(
        _ place: Place, _ family: DataTest.Family
    ) -> DataTest.Operand? {
        let kind: Value.Kind =
            switch family {
            case .string, .timestamp: .string
            case .numeric: .number
            case .boolean: .boolean
            }
        guard expect(kind, place) else { return nil }
        if let operand = DataTest.Operand(place.value, family) { return operand }
        refuse(
            "String does not match RFC3339 timestamp", at: place,
            suggestion: "write it as 2030-01-31T12:00:00Z")
        return nil
    }
}
