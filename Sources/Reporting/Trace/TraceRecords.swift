import Engine
import JSON
import StatesLanguage

/// A trace for programs: one object for each visit of a state, once it has ended, one for the item
/// and one for the outcome.
package struct TraceRecords {
    private struct Record {
        var object = ObjectValue()
        var evaluations: [Value] = []
        var attempts: [ObjectValue] = []
        var waited = 0

        var value: Value {
            var object = object
            if !evaluations.isEmpty { object["evaluations"] = .array(evaluations) }
            if !attempts.isEmpty { object["attempts"] = .array(attempts.map(Value.object)) }
            if waited > 0 { object["waitedMilliseconds"] = .int(waited) }
            return .object(object)
        }
    }

    private var open: [Int: Record] = [:]

    /// Nothing told yet.
    package init() {}

    /// The object for an event, if it ends one.
    package mutating func value(_ event: ItemTrace.Event) -> Value? {
        switch event {
        case .item(let item): return Self.value(item)
        case .state(let note):
            let number = note.visit.number
            var record = open[number] ?? Record()
            let isComplete = Self.take(note, into: &record)
            open[number] = isComplete ? nil : record
            guard isComplete else { return nil }
            return record.value
        }
    }

    /// Visits that have not ended, and the outcome.
    package mutating func end(_ outcome: ExecutionOutcome, milliseconds: Int) -> [Value] {
        var last = ObjectValue()
        last["status"] = .string(outcome.status.rawValue)
        last["output"] = outcome.output
        last["error"] = outcome.error.map(Value.string)
        last["cause"] = outcome.cause.map(Value.string)
        last["state"] = outcome.failedState.map(Value.string)
        last["milliseconds"] = .int(milliseconds)
        return unfinished() + [.object(last)]
    }

    /// Visits that have not ended.
    package mutating func unfinished() -> [Value] {
        defer { open = [:] }
        return open.sorted { $0.key < $1.key }.map(\.value.value)
    }

    private static func value(_ item: TracedItem) -> Value {
        var object = ObjectValue()
        object["item"] = .int(item.index)
        object["map"] = .string(item.map)
        object["line"] = item.line.map { .int($0) }
        object["source"] = item.source
        if !item.evaluations.isEmpty {
            object["evaluations"] = .array(item.evaluations.map(value))
        }
        switch item.input {
        case .success(let input): object["input"] = input
        case .failure(let fault): add(fault, to: &object)
        }
        return .object(object)
    }

    private static func add(_ fault: StateFault, to object: inout ObjectValue) {
        object["error"] = fault.error.map(Value.string)
        object["cause"] = fault.cause.map(Value.string)
    }

    private static func value(_ evaluation: Evaluation) -> Value {
        var object = ObjectValue()
        object["field"] = .string(evaluation.field)
        object["expression"] = .string(evaluation.expression)
        switch evaluation.result {
        case nil: break
        case .success(let value): object["value"] = value
        case .failure(let fault): add(fault, to: &object)
        }
        if !evaluation.operands.isEmpty {
            object["operands"] = .array(
                evaluation.operands.map { path, value in
                    var operand = ObjectValue([Member("path", .string(path))])
                    operand["value"] = value
                    return .object(operand)
                })
        }
        return .object(object)
    }

    /// Takes a note in; tells whether the visit has ended with it.
    private static func take(_ note: TraceNote, into record: inout Record) -> Bool {
        switch note.content {
        case .entered(let input): record.object = entered(note.visit, input)
        case .evaluated(let evaluation): record.evaluations.append(value(evaluation))
        case .called(let request): record.attempts.append(attempt(request))
        case .answered(let result): answered(result, &record)
        case .waits(let time, let now): record.waited += time - now
        case .retries(let fault, _, let time, let now):
            var attempt = record.attempts.popLast() ?? ObjectValue()
            add(fault, to: &attempt)
            attempt["retryAfterMilliseconds"] = .int(time - now)
            record.attempts.append(attempt)
        case .caught(let fault, let catcher):
            add(fault, to: &record.object)
            record.object["catcher"] = .int(catcher)
        case .left(let output, let next):
            record.object["output"] = output
            record.object["next"] = next.map(Value.string) ?? .null
            return true
        case .failed(let fault, let field):
            add(fault, to: &record.object)
            record.object["raisedBy"] = field.map(Value.string)
            return true
        case .launches: break
        }
        return false
    }

    private static func entered(_ visit: TraceNote.Visit, _ input: Value) -> ObjectValue {
        var object = ObjectValue()
        object["visit"] = .int(visit.number)
        object["item"] = visit.item.map { .int($0) }
        object["state"] = .string(visit.state)
        object["type"] = .string(visit.type)
        if !visit.around.isEmpty { object["in"] = .array(visit.around.map(Value.string)) }
        object["input"] = input
        return object
    }

    private static func attempt(_ request: TaskRequest) -> ObjectValue {
        var object = ObjectValue()
        object["resource"] = .string(request.resource)
        object["input"] = request.input
        object["timeoutSeconds"] = request.timeoutSeconds.map { .int($0) }
        object["heartbeatSeconds"] = request.heartbeatSeconds.map { .int($0) }
        return object
    }

    private static func answered(_ result: Result<Value, StateFault>, _ record: inout Record) {
        guard var attempt = record.attempts.popLast() else { return }
        switch result {
        case .success(let value): attempt["output"] = value
        case .failure(let fault): add(fault, to: &attempt)
        }
        record.attempts.append(attempt)
    }
}
