import JSON

extension DefinitionDecoder {
    mutating func decodeTask(_ place: Place) -> State.Action? {
        let resource = string("Resource", of: place)
        if let resource, let member = place["Resource"] { checkResource(resource, at: member) }
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

    private mutating func checkResource(_ resource: String, at place: Place) {
        guard TaskResource.isRecognised(resource) else {
            let form = "arn:aws:lambda:REGION:ACCOUNT:function:"
            let hint = resource.hasPrefix("arn:") ? nil : "write \(form)\(resource)"
            return refuse(
                "The resource provided \(resource) is not recognized. The value is not a valid "
                    + "resource ARN, or the resource is not available in this region.",
                at: place, suggestion: hint)
        }
        guard frame.isExpress else { return }
        let start = "Express state machine does not support"
        if resource.hasSuffix(".waitForTaskToken") {
            refuse("\(start) '.waitForTaskToken' service integration", at: place)
        } else if resource.hasSuffix(".sync") || resource.hasSuffix(".sync:2") {
            refuse("\(start) '.sync' service integration", at: place)
        } else if resource.split(separator: ":").dropFirst(2).first == "states",
            resource.contains(":activity:")
        {
            refuse("\(start) Activity ARN", at: place)
        }
    }
}
