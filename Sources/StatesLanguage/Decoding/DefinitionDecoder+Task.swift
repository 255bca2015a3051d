import JSON

extension DefinitionDecoder {
    mutating func decodeTask(_ place: Place) -> State.Action? {
        let resource = string("Resource", of: place)
        if let resource, let member = place["Resource"] {
            checkResource(resource, at: member)
            checkParameters(of: place, for: resource)
        }
        let range = 1...99_999_999
        let timeout = integerSetting("TimeoutSeconds", of: place, range)
        let heartbeat = integerSetting("HeartbeatSeconds", of: place, range)
        if case .literal(let limit) = timeout, case .literal(let beat) = heartbeat,
            let limit = limit.number, let beat = beat.number, beat >= limit,
            let member = place["HeartbeatSeconds"]
        {
            refuse("HeartbeatSeconds must be smaller than TimeoutSeconds", at: member)
        }
        let credentials = place["Credentials"].flatMap { decodeCredentials($0) }
        if let member = place["Credentials"], resource.map(TaskResource.isActivity) == true {
            refuse("The field 'Credentials' is not supported for activities", at: member)
        }
        guard let resource else { return nil }
        var task = TaskAction(resource: resource)
        task.timeoutSeconds = timeout
        task.heartbeatSeconds = heartbeat
        task.credentials = credentials
        return .task(task)
    }

    private mutating func decodeCredentials(_ place: Place) -> Template? {
        guard expect(.object, place) else { return nil }
        if let role = place["RoleArn"] {
            _ = expect(.string, role)
        } else if state.language == .jsonata || place["RoleArn.$"] == nil {
            refuse("The field 'RoleArn' is required but was missing", at: place)
        }
        return template(place)
    }

    /// Compares names only: values may be known only when the state runs.
    private mutating func checkParameters(of task: Place, for resource: String) {
        guard TaskResource.isIntegration(resource) else { return }
        let field = state.language == .jsonPath ? "Parameters" : "Arguments"
        guard let place = task[field] else {
            return refuse("\(field) field is required for resource ARN: \(resource)", at: task)
        }
        guard place.kind == .object, let known = IntegrationParameters(of: resource) else { return }
        let given = place.members.map { name, offset, _ in
            let isPath = state.language == .jsonPath && name.hasSuffix(".$")
            return (name: isPath ? String(name.dropLast(2)) : name, offset, isPath)
        }
        let names = known.names
        for name in known.required where !given.contains(where: { $0.name == name }) {
            refuse(IntegrationParameters.missing(name), at: place)
        }
        for (name, offset, isPath) in given where !known.isOpen && !names.contains(name) {
            // AWS refuses a path's name only when the state runs.
            report(
                .schema, IntegrationParameters.surplus(name), at: place,
                severity: isPath ? .warning : .error, offset: offset,
                suggestion: Suggestion.nearest(to: name, among: names)
                    ?? (isPath ? "the state fails when it runs" : nil))
        }
        let connections = ["Authentication", "InvocationConfig"]
        if names.contains(connections[0]), !given.contains(where: { connections.contains($0.name) })
        {
            warn(
                .differsOnAWS, "AWS calls no API without a connection", at: place,
                suggestion: "name one in 'Authentication'")
        }
    }

    private mutating func checkResource(_ resource: String, at place: Place) {
        guard TaskResource.isRecognised(resource) else {
            guard resource.hasPrefix("arn:") else {
                let form = "arn:aws:lambda:REGION:ACCOUNT:function:"
                return refuse(
                    "Value is not a valid resource ARN", at: place,
                    suggestion: "write \(form)\(resource)")
            }
            return refuse(
                "The resource provided \(resource) is not recognized. The value is not a valid "
                    + "resource ARN, or the resource is not available in this region.",
                at: place,
                suggestion: TaskResource.inTheRightCase(resource).map { "did you mean '\($0)'?" })
        }
        guard frame.isExpress else { return }
        let start = "Express state machine does not support"
        if resource.hasSuffix(".waitForTaskToken") {
            // The blank at the end is AWS's.
            refuse("\(start) '.waitForTaskToken' service integration ", at: place)
        } else if resource.hasSuffix(".sync") || resource.hasSuffix(".sync:2") {
            refuse("\(start) '.sync' service integration", at: place)
        } else if TaskResource.isActivity(resource) {
            refuse("\(start) Activity ARN", at: place)
        }
    }
}
