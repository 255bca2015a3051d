import JSON

extension DefinitionDecoder {
    /// `Retry` and `Catch`, on states that have them.
    mutating func decodeHandlers(of place: Place, into state: inout State) {
        guard let type = place["Type"]?.value.string,
            FieldTable.states[type]?.both.contains("Retry") == true
        else { return }
        if let retry = place["Retry"] {
            let retriers = list(retry) { $0.decodeRetrier($1) }
            state.retriers = retriers.compactMap(\.self)
            checkWildcards(in: retry)
        }
        if let handlers = place["Catch"] {
            let catchers = list(handlers) { $0.decodeCatcher($1) }
            state.catchers = catchers.compactMap(\.self)
            checkWildcards(in: handlers)
        }
    }

    private mutating func list<Element>(
        _ place: Place, _ decode: (inout DefinitionDecoder, Place) -> Element
    ) -> [Element] {
        guard expect(.array, place) else { return [] }
        return place.elements.map { decode(&self, $0) }
    }

    private mutating func decodeRetrier(_ place: Place) -> Retrier? {
        guard expect(.object, place) else { return nil }
        check(place, against: .retrier)
        guard let names = errorNames(of: place) else { return nil }
        var retrier = Retrier(errorEquals: names)
        if let seconds = place["IntervalSeconds"].flatMap({ integer($0, 0...99_999_999) }) {
            retrier.intervalSeconds = seconds
        }
        if let attempts = place["MaxAttempts"].flatMap({ integer($0, 0...99_999_999) }) {
            retrier.maxAttempts = attempts
        }
        if let rate = place["BackoffRate"].flatMap({
            number($0, 1...Double.greatestFiniteMagnitude)
        }) {
            retrier.backoffRate = rate
        }
        retrier.maxDelaySeconds = place["MaxDelaySeconds"].flatMap { integer($0, 1...31_622_400) }
        retrier.hasFullJitter =
            choice("JitterStrategy", of: place, among: ["NONE", "FULL"]) == "FULL"
        return retrier
    }

    private mutating func decodeCatcher(_ place: Place) -> Catcher? {
        guard expect(.object, place) else { return nil }
        check(place, against: .catcher)
        let names = errorNames(of: place)
        let next = place["Next"].flatMap { target($0, from: state.index) }
        var catcher = Catcher(errorEquals: names ?? [], next: next ?? 0)
        if let assign = place["Assign"] { catcher.assign = decodeAssign(assign) }
        if state.language == .jsonPath, let path = place["ResultPath"] {
            catcher.resultPath = resultPlace(path)
        }
        if state.language == .jsonata, let output = place["Output"] {
            catcher.output = template(output)
        }
        return names == nil || next == nil ? nil : catcher
    }

    private mutating func errorNames(of place: Place) -> [String]? {
        guard let member = place["ErrorEquals"], let names = strings(member) else { return nil }
        if names.isEmpty { refuse("Value cannot be empty", at: member) }
        for (name, place) in zip(names, member.elements) { checkErrorName(name, at: place) }
        return names
    }

    private static let errorNames = [
        "States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout",
        "States.Permissions", "States.BranchFailed", "States.ExceedToleratedFailureThreshold",
        "States.ItemReaderFailed", "States.ResultWriterFailed", "States.Http.Socket",
        "States.IntrinsicFailure", "States.ParameterPathFailure", "States.ResultPathMatchFailure",
        "States.NoChoiceMatched", "States.QueryEvaluationError", "States.DataLimitExceeded",
    ]

    /// Names that begin with `States.` are AWS's own, so another one is a mistake.
    private mutating func checkErrorName(_ name: String, at place: Place) {
        guard name.hasPrefix("States."), !Self.errorNames.contains(name),
            !name.hasPrefix("States.Http.StatusCode.")
        else { return }
        let isRuntime = name == "States.Runtime"
        warn(
            .noEffect,
            isRuntime
                ? "'States.Runtime' is never retried or caught" : "No error has the name '\(name)'",
            at: place,
            suggestion: isRuntime ? nil : Suggestion.nearest(to: name, among: Self.errorNames))
    }

    /// `States.ALL` stands alone, and in the last retrier or catcher.
    private mutating func checkWildcards(in list: Place) {
        let elements = list.elements
        for (index, element) in elements.enumerated() {
            guard let names = element["ErrorEquals"],
                names.elements.contains(where: { $0.value.string == "States.ALL" })
            else { continue }
            let isLast = index == elements.count - 1
            guard names.elements.count > 1 || !isLast else { continue }
            refuse(
                "States.ALL must appear alone and at end of list", at: names,
                suggestion: isLast
                    ? "it stands for all names: remove the others"
                    : "move it to a last element of its own of \(list.field)")
        }
    }
}
