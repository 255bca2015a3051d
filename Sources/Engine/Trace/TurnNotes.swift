import JSON
import StatesLanguage

/// What is to be told of one turn of a workflow besides the expressions it evaluates: paths and
/// settings, which are looked up once more on a copy, and how the turn ended.
struct TurnNotes {
    private let before: Frame
    private let planned: PlannedState

    init(_ before: Frame, _ planned: PlannedState) {
        self.before = before
        self.planned = planned
    }

    private typealias Content = TraceNote.Content

    /// What the turn goes on with: an answer, or the fields that the state reads first.
    var atBegin: [TraceNote.Content] {
        switch before.stage {
        case .resume(.task(let result, _)), .resume(.mapRun(let result)): [.answered(result)]
        case .enter, .run, .resume(.retry): firstFields
        case .resume(.waited), .resume(.joined), .children: []
        }
    }

    /// What is read before anything else, so that a copy of the scope draws the same numbers.
    private var firstFields: [TraceNote.Content] {
        var scope = before.scope
        scope.input = before.rawInput
        guard planned.state.queryLanguage == .jsonPath,
            case .path(let path) = planned.state.inputPath
        else { return settings(in: &scope) }
        let result = Result<Value, StateFault> { () throws(StateFault) in
            try planned.state.inputPath.apply(to: before.rawInput, in: scope)
        }
        let note = Content.evaluated(
            Evaluation(field: "InputPath", expression: path.text, result: result))
        guard case .success(let input) = result else { return [note] }
        scope.input = input
        return [note] + settings(in: &scope)
    }

    private func settings(in scope: inout EvaluationScope) -> [TraceNote.Content] {
        switch planned.state.action {
        case .map(let map) where map.distribution == nil:
            let name = planned.state.queryLanguage == .jsonata ? "Items" : "ItemsPath"
            guard let text = map.items?.expressionText else { return [] }
            let result = Result<Value, StateFault> { () throws(StateFault) in
                try map.evaluateItems(in: &scope)
            }
            return [.evaluated(Evaluation(field: name, expression: text, result: result))]
        case .wait(.seconds(let setting)): return note("Seconds", setting, in: &scope)
        case .wait(.timestamp(let setting)): return note("Timestamp", setting, in: &scope)
        case .fail(let error, let cause):
            scope.input = before.rawInput
            return note("Error", error, in: &scope) + note("Cause", cause, in: &scope)
        case .pass, .task, .choice, .succeed, .parallel, .map: return []
        }
    }

    private func note(
        _ field: String, _ setting: Setting?, in scope: inout EvaluationScope
    ) -> [TraceNote.Content] {
        guard let setting, let text = setting.expressionText else { return [] }
        let result = Result<Value, StateFault> { () throws(StateFault) in
            try setting.evaluate(in: &scope)
        }
        return [
            .evaluated(Evaluation(field: setting.name(field), expression: text, result: result))
        ]
    }

    /// How the turn ended.
    func atEnd(
        _ after: Frame, _ progress: Progress?, raised: StateFault?, failedField: String?, now: Int
    ) -> [TraceNote.Content] {
        switch progress {
        case nil, .suspended(.turn):
            let next = after.state.state.name.string
            if let raised {
                return [
                    .caught(raised, catcher: catcher(raised)), .left(after.rawInput, next: next),
                ]
            }
            return paths(after.rawInput) + [.left(after.rawInput, next: next)]
        case .finished(let output): return paths(output) + [.left(output, next: nil)]
        case .failed(let fault): return [.failed(fault, field: field(raised, failedField))]
        case .suspended(.retry(let time)):
            guard let raised else { return [] }
            return [.retries(raised, retry: after.visit.attempt, at: time, now: now)]
        case .suspended(.task(let task)): return taskSettings(task) + [.called(task.request)]
        case .suspended(.wait(let time)): return [.waits(until: time, now: now)]
        case .suspended(.mapRun(let request)):
            return mapSettings(request) + [.launches(request)]
        case .suspended(.children): return []
        }
    }

    /// The place that a fault names itself, else the expression that failed last.
    private func field(_ raised: StateFault?, _ failedField: String?) -> String? {
        guard case .interpreter(let field?) = raised?.origin else { return failedField }
        return failedField ?? field
    }

    /// Where the result went, and what was taken of it.
    private func paths(_ output: Value) -> [TraceNote.Content] {
        guard planned.state.queryLanguage == .jsonPath else { return [] }
        var notes: [Content] = []
        if case .path(let path) = planned.state.resultPath {
            notes.append(.evaluated(Evaluation(field: "ResultPath", expression: path.text)))
        }
        if case .path(let path) = planned.state.outputPath {
            notes.append(
                .evaluated(
                    Evaluation(
                        field: "OutputPath", expression: path.text, result: .success(output))))
        }
        return notes
    }

    private func catcher(_ fault: StateFault) -> Int {
        planned.state.catchers.firstIndex { fault.matches($0.errorEquals) } ?? 0
    }

    // MARK: - Settings that a request tells

    private func taskSettings(_ task: PendingTask) -> [TraceNote.Content] {
        guard case .task(let action) = planned.state.action else { return [] }
        return note("TimeoutSeconds", action.timeoutSeconds, task.request.timeoutSeconds)
            + note("HeartbeatSeconds", action.heartbeatSeconds, task.request.heartbeatSeconds)
    }

    private func mapSettings(_ request: MapRunRequest) -> [TraceNote.Content] {
        guard case .map(let map) = planned.state.action, let distribution = map.distribution else {
            return []
        }
        var notes = note("MaxConcurrency", map.maxConcurrency, request.maxConcurrency)
        switch request.items {
        case .value(let value):
            let name = planned.state.queryLanguage == .jsonata ? "Items" : "ItemsPath"
            if let text = map.items?.expressionText {
                notes.append(
                    .evaluated(Evaluation(field: name, expression: text, result: .success(value))))
            }
        case .reader(let reader):
            notes += note("ItemReader.MaxItems", distribution.reader?.maxItems, reader.maxItems)
            notes += note(
                "ItemReader.ItemsPointer", distribution.reader?.itemsPointer, reader.itemsPointer)
        }
        let batcher = distribution.batcher
        return notes
            + note(
                "ToleratedFailureCount", distribution.toleratedFailureCount,
                request.toleratedFailureCount)
            + note(
                "ToleratedFailurePercentage", distribution.toleratedFailurePercentage,
                request.toleratedFailurePercentage)
            + note(
                "ItemBatcher.MaxItemsPerBatch", batcher?.maxItemsPerBatch,
                request.batcher?.maxItems)
            + note(
                "ItemBatcher.MaxInputBytesPerBatch", batcher?.maxInputBytesPerBatch,
                request.batcher?.maxBytes)
    }

    private func note(
        _ field: String, _ setting: Setting?, _ value: (some TraceableSetting)?
    ) -> [TraceNote.Content] {
        guard let setting, let value, let text = setting.expressionText else { return [] }
        return [
            .evaluated(
                Evaluation(
                    field: setting.name(field), expression: text, result: .success(value.traced)))
        ]
    }
}

/// What settings of a state come to.
private protocol TraceableSetting {
    var traced: Value { get }
}

extension Int: TraceableSetting {
    fileprivate var traced: Value { .int(self) }
}

extension Double: TraceableSetting {
    fileprivate var traced: Value { .double(self) }
}

extension String: TraceableSetting {
    fileprivate var traced: Value { .string(self) }
}

extension Setting {
    /// The field's name as the definition has it.
    fileprivate func name(_ field: String) -> String {
        if case .path = self { return field + "Path" }
        return field
    }
}
