import JSON
import StatesLanguage

/// Task states: what is sent, what comes back.
extension Frame {
    mutating func runTask(
        _ planned: PlannedState, _ task: TaskAction, _ session: inout Session
    ) throws(StateFault) -> Step {
        let token = planned.service.waitsForToken ? scope.random.uuid() : nil
        scope.context.taskToken = token
        defer { scope.context.taskToken = nil }
        var request = TaskRequest(
            resource: task.resource, input: try taskInput(planned),
            state: planned.state.name.string,
            path: iterations.isEmpty
                ? session.iterations : session.iterations + iterations,
            execution: session.identity, attempt: visit.attempt)
        request.token = token
        request.timeoutSeconds = try seconds(task.timeoutSeconds, "TimeoutSeconds")
        request.heartbeatSeconds = try seconds(task.heartbeatSeconds, "HeartbeatSeconds")
        request.credentials = try task.credentials?.evaluate(in: &scope)
        try planned.service.parameters?.check(request.input)
        recordScheduled(planned, request, &session)
        let sequence = sequence
        self.sequence += 1
        // The same for all attempts: retries count their own sequence numbers.
        request.visit = session.visit(path: path, number: sequence - visit.attempt)
        if let replayed = session.replay?.take(
            path: path, sequence: sequence, state: planned.state.name),
            case .task(let result, let isHeartbeatMiss) = replayed.result
        {
            session.now = max(session.now, replayed.time)
            scope.now = session.now
            return try taskEnded(planned, result, isHeartbeatMiss, &session)
        }
        session.endReplayedTime()
        return .suspend(.task(PendingTask(request: request, sequence: sequence)))
    }

    /// A time limit, which must be a second or more.
    private mutating func seconds(
        _ setting: Setting?, _ field: String
    ) throws(StateFault) -> Int? {
        guard let seconds = try setting?.evaluateInteger(field, in: &scope) else { return nil }
        if seconds > 0 { return seconds }
        guard case .expression = setting else {
            throw .runtime("The \(field) field must be a positive value: \(seconds)")
        }
        throw .query("The \(field) field must be a positive value: \(seconds)", field: field)
    }

    mutating func taskEnded(
        _ planned: PlannedState, _ result: Result<Value, StateFault>, _ isHeartbeatMiss: Bool,
        _ session: inout Session
    ) throws(StateFault) -> Step {
        switch result {
        case .success(let value):
            try session.environment.limits?.check(value, of: planned.service.payloadName)
            recordEnd(planned, "Succeeded", &session, [Member("output", value)])
            return try complete(planned, result: value, &session)
        case .failure(var fault):
            let timedOut = fault.error == "States.Timeout" && fault.origin != .task
            var details: [Member] = []
            if let error = fault.error { details.append(Member("error", .string(error))) }
            if let cause = fault.cause { details.append(Member("cause", .string(cause))) }
            if fault.isCatchable {
                recordEnd(planned, timedOut ? "TimedOut" : "Failed", &session, details)
            }
            if isHeartbeatMiss { fault.origin = .heartbeat }
            throw fault
        }
    }

    private mutating func recordScheduled(
        _ planned: PlannedState, _ request: TaskRequest, _ session: inout Session
    ) {
        let service = planned.service
        lastEvent = session.history.record(
            service.prefix + "Scheduled", after: lastEvent, at: session.now,
            Self.scheduledDetails(service, request))
        lastEvent = session.history.record(
            service.prefix + "Started", after: lastEvent, at: session.now,
            service.eventDetails)
        guard service.kind == .integration && service.submits else { return }
        lastEvent = session.history.record(
            "TaskSubmitted", after: lastEvent, at: session.now, service.eventDetails)
    }

    private static func scheduledDetails(
        _ service: TaskService, _ request: TaskRequest
    ) -> [Member] {
        var details = service.eventDetails
        details.append(
            Member(service.kind == .integration ? "parameters" : "input", request.input))
        if service.kind != .integration {
            details.append(Member("resource", .string(request.resource)))
        }
        if let seconds = request.timeoutSeconds {
            details.append(Member("timeoutInSeconds", .int(seconds)))
        }
        // Lambda knows no heartbeats, nor has its event a place for one.
        if service.kind != .lambda, let seconds = request.heartbeatSeconds {
            details.append(Member("heartbeatInSeconds", .int(seconds)))
        }
        if let role = request.credentials?["RoleArn"] {
            details.append(Member("taskCredentials", ["roleArn": role]))
        }
        return details
    }

    private mutating func recordEnd(
        _ planned: PlannedState, _ end: String, _ session: inout Session, _ details: [Member]
    ) {
        lastEvent = session.history.record(
            planned.service.prefix + end, after: lastEvent, at: session.now,
            planned.service.eventDetails + details)
    }
}

extension TaskService {
    /// How the history's event types begin.
    var prefix: String {
        switch kind {
        case .lambda: "LambdaFunction"
        case .activity: "Activity"
        case .integration: "Task"
        }
    }

    var eventDetails: [Member] {
        guard kind == .integration else { return [] }
        return [
            Member("resourceType", .string(resourceType)), Member("resource", .string(resource)),
        ]
    }
}
