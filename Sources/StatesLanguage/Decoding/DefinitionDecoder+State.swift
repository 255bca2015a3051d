import JSON

extension DefinitionDecoder {
    /// Reads one state; what cannot be read is left at its default.
    mutating func decodeState(_ name: String, _ place: Place, index: Int) -> State {
        checkName(name, at: place)
        let place = place.asState
        self.state = StateFrame(name: name, index: index, language: frame.language)
        var state = State(name: Key(name), action: .succeed, queryLanguage: frame.language)
        guard expect(.object, place) else {
            frame.isDamaged = true
            return state
        }
        if let language = language(of: place) { self.state.language = language }
        state.queryLanguage = self.state.language
        guard place["Type"] != nil else {
            refuse("These fields are required: [Type]", at: place)
            frame.isDamaged = true
            return state
        }
        guard let type = choice("Type", of: place, among: FieldTable.typeNames),
            let table = FieldTable.states[type]
        else {
            frame.isDamaged = true
            return state
        }
        self.state.type = type
        check(place, against: table)
        state.comment = string("Comment", of: place)
        decodeDataFlow(of: place, table: table, into: &state)
        if table.both.contains("Next") { state.transition = decodeTransition(of: place) }
        decodeHandlers(of: place, into: &state)
        if let action = decodeAction(type, place) { state.action = action }
        if type == "Succeed" || type == "Fail" { frame.hasTerminalState = true }
        return state
    }

    private mutating func decodeAction(_ type: String, _ place: Place) -> State.Action? {
        switch type {
        case "Pass": return decodePass(place)
        case "Task": return decodeTask(place)
        case "Choice": return decodeChoice(place)
        case "Wait": return decodeWait(place)
        case "Fail": return decodeFail(place)
        case "Parallel": return decodeParallel(place)
        case "Map": return decodeMap(place)
        default: return .succeed
        }
    }

    /// The fields that shape input and output, as far as the type and language have them.
    private mutating func decodeDataFlow(
        of place: Place, table: FieldTable, into state: inout State
    ) {
        let fields = table.allowed(state.queryLanguage)
        func member(_ name: String) -> Place? { fields.contains(name) ? place[name] : nil }
        if let path = member("InputPath") { state.inputPath = pathSelection(path) }
        if let path = member("OutputPath") { state.outputPath = pathSelection(path) }
        if let path = member("ResultPath") { state.resultPath = resultPlace(path) }
        if let selector = member("ResultSelector") {
            state.resultSelector = objectTemplate(selector)
        }
        let isMap = fields.contains("ItemsPath")
        if !isMap, let parameters = member("Parameters") { state.parameters = template(parameters) }
        if let arguments = member("Arguments") { state.parameters = template(arguments) }
        if let assign = member("Assign") { state.assign = decodeAssign(assign) }
        if let output = member("Output") { state.output = template(output) }
    }

    private mutating func decodeTransition(of place: Place) -> Transition {
        checkExclusiveTransition(of: place)
        if let end = place["End"], expect(.boolean, end), end.value.bool == true {
            frame.hasTerminalState = true
            return .end
        }
        guard let next = place["Next"] else {
            frame.isDamaged = true
            refuseLack(
                of: ["Next", "End"], in: place,
                suggestion: "add \"Next\" with the name of a state, or \"End\": true")
            return .end
        }
        return target(next, from: state.index).map { .next($0) } ?? .end
    }

    private mutating func checkExclusiveTransition(of place: Place) {
        guard let end = place["End"], end.value.bool != false else { return }
        checkExclusive(["Next", "End"], in: place)
    }

    private mutating func decodePass(_ place: Place) -> State.Action {
        guard state.language == .jsonPath, let result = place["Result"] else {
            return .pass(result: nil)
        }
        warnAboutPaths(in: result, code: .resultIsStatic)
        return .pass(result: result.value)
    }

    private mutating func decodeFail(_ place: Place) -> State.Action {
        .fail(
            error: stringSetting("Error", of: place), cause: stringSetting("Cause", of: place))
    }

    private mutating func decodeWait(_ place: Place) -> State.Action? {
        let names =
            state.language == .jsonPath
            ? ["SecondsPath", "Seconds", "TimestampPath", "Timestamp"] : ["Seconds", "Timestamp"]
        require(oneAloneOf: names, in: place)
        if place["Seconds"] != nil || (place["SecondsPath"] != nil && state.language == .jsonPath) {
            return integerSetting("Seconds", of: place, 0...99_999_999).map { .wait(.seconds($0)) }
        }
        return timestampSetting(of: place).map { .wait(.timestamp($0)) }
    }

    private mutating func decodeParallel(_ place: Place) -> State.Action? {
        guard let branches = place["Branches"], expect(.array, branches) else { return nil }
        let elements = branches.elements
        if elements.isEmpty { refuse("Value cannot be empty", at: branches) }
        return .parallel(elements.compactMap { decodeNested($0, table: .branch) })
    }
}
