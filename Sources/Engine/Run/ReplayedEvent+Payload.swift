import JSON
import Journal
import StatesLanguage

/// How results from outside are written into journals.
extension ReplayedEvent {
    /// The event as JSON.
    public var payload: Value {
        var object = ObjectValue()
        object["time"] = .int(time)
        object["state"] = .string(state)
        switch result {
        case .wait(let until): object["until"] = .int(until)
        case .task(let result, let isHeartbeatMiss):
            object["task"] = Self.describe(result)
            if isHeartbeatMiss { object["heartbeat"] = true }
        case .mapRun(let result): object["mapRun"] = Self.describe(result)
        }
        return .object(object)
    }

    /// Appends the event as JSON. The most frequent one is not made a value first.
    func write(to out: inout ByteBuffer) {
        guard case .task(.success(let output), isHeartbeatMiss: false) = result else {
            return payload.write(to: &out)
        }
        out.append("{\"time\":")
        out.append(decimal: time)
        out.append(",\"state\":")
        var state = state
        state.withUTF8 { out.append(quoting: $0) }
        out.append(",\"task\":{\"output\":")
        output.write(to: &out)
        out.append("}}")
    }

    /// The event that was written so, or nil if it is none.
    public init?(payload: Value) {
        guard let time = payload["time"]?.number?.int, let state = payload["state"]?.string else {
            return nil
        }
        self.time = time
        self.state = state
        if let until = payload["until"]?.number?.int {
            result = .wait(until: until)
        } else if let task = payload["task"] {
            result = .task(Self.read(task), isHeartbeatMiss: payload["heartbeat"] == true)
        } else if let mapRun = payload["mapRun"] {
            result = .mapRun(Self.read(mapRun))
        } else {
            return nil
        }
    }

    /// Whether what came was a failure.
    public var isFailure: Bool {
        switch result {
        case .wait: return false
        case .task(let result, _), .mapRun(let result):
            if case .failure = result { return true }
            return false
        }
    }

    private static func describe(_ result: Result<Value, StateFault>) -> Value {
        switch result {
        case .success(let value): return .object([Member("output", value)])
        case .failure(let fault):
            var object = ObjectValue()
            object["error"] = fault.error.map(Value.string) ?? .null
            object["cause"] = fault.cause.map(Value.string) ?? .null
            object["retryAfter"] = fault.retryAfter.map { .int($0) }
            // A heartbeat's is told by the event.
            if [.service, .heartbeat].contains(fault.origin) { object["origin"] = "service" }
            if case .interpreter = fault.origin { object["origin"] = "interpreter" }
            return .object(object)
        }
    }

    private static func read(_ value: Value) -> Result<Value, StateFault> {
        if let output = value["output"] { return .success(output) }
        let origin: StateFault.Origin =
            switch value["origin"]?.string {
            case "service": .service
            case "interpreter": .interpreter(field: nil)
            default: .task
            }
        var fault = StateFault(
            error: value["error"]?.string, cause: value["cause"]?.string, origin: origin)
        fault.retryAfter = value["retryAfter"]?.number?.int
        return .failure(fault)
    }
}

extension ReplayLog {
    /// What a journal has kept.
    init(_ events: [Event]) {
        self.init()
        for event in events {
            guard let replayed = ReplayedEvent(payload: event.payload) else { continue }
            add(replayed, path: event.scope.string, sequence: event.sequence)
        }
    }
}
