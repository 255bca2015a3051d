import Engine
import JSON
import StatesLanguage

/// The parameters of `arn:aws:states:::lambda:invoke` and the envelope around its answer.
struct LambdaInvoke: Sendable {
    static let resource = "arn:aws:states:::lambda:invoke"

    /// What Lambda's own model allows as a name.
    static let namePattern =
        #"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?"#
        + #"([a-zA-Z0-9-_\.]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?"#

    enum Mode: String, Sendable, CaseIterable {
        case event = "Event"
        case requestResponse = "RequestResponse"
        case dryRun = "DryRun"
    }

    private enum LogType: String, CaseIterable {
        case none = "None"
        case tail = "Tail"
    }

    let function: FunctionReference
    let payload: Value
    let mode: Mode
    /// What only this request tells the function.
    let context: Value?
    /// Whether the answer has the end of what the function printed.
    let wantsLog: Bool

    /// Reads parameters whose names and kinds the engine has checked.
    init(_ parameters: Value, id: RequestId) throws(StateFault) {
        let name = parameters["FunctionName"]?.string ?? ""
        guard var function = FunctionReference(name) else {
            throw .invalid(
                name, "functionName", "regular expression pattern: \(Self.namePattern)", id)
        }
        if let qualifier = parameters["Qualifier"]?.string { function.qualifier = qualifier }
        self.function = function
        mode =
            try Self.choice(parameters["InvocationType"], "invocationType", id) ?? .requestResponse
        let logType = try Self.choice(parameters["LogType"], "logType", id) ?? LogType.none
        wantsLog = logType == .tail && mode == .requestResponse
        let payload = parameters["Payload"] ?? .null
        self.payload = payload.isNull ? .object([]) : payload
        context = Self.context(parameters["ClientContext"], for: function)
    }

    private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ value: Value?, _ member: String, _ id: RequestId
    ) throws(StateFault) -> Choice? {
        guard let text = value?.string else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let all = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .invalid(text, member, "enum value set: [\(all)]", id)
    }

    /// What one request tells a function beyond the event; nil for a plain one.
    static func context(_ client: Value?, for function: FunctionReference) -> Value? {
        var members: [Member] = []
        if function.qualifier != nil { members.append(Member("arn", .string(function.arn))) }
        if let client { members.append(Member("clientContext", decoded(client))) }
        return members.isEmpty ? nil : .object(members)
    }

    /// Clients send the context as base64 of JSON; an object is taken as it is.
    private static func decoded(_ client: Value) -> Value {
        guard case .string(let text) = client, let bytes = text.withUTF8(Base64.decode) else {
            return client
        }
        return (try? bytes.withUnsafeBufferPointer { try Value.parse($0) }) ?? client
    }

    /// Step Functions' answer: members in alphabetical order, as recorded.
    ///
    /// The header `Date` of the real thing is left out: a resumed run has to give the same bytes.
    func envelope(_ result: Value?, id: RequestId, log: LogTail? = nil) -> Value {
        let status = mode == .event ? 202 : mode == .dryRun ? 204 : 200
        var members: [Member] = [Member("ExecutedVersion", .string(version))]
        if let log {
            members.append(
                Member("LogResult", .string(log.bytes.withUnsafeBufferPointer(Base64.encode))))
        }
        members.append(Member("Payload", result ?? .string("")))
        members.append(
            Member("SdkHttpMetadata", metadata(status, size: result?.serializedSize ?? 0, id: id)))
        members.append(Member("SdkResponseMetadata", ["RequestId": .string(id.text)]))
        members.append(Member("StatusCode", .int(status)))
        return .object(members)
    }

    private var version: String {
        guard let qualifier = function.qualifier, qualifier.allSatisfy(\.isNumber) else {
            return "$LATEST"
        }
        return qualifier
    }

    private func metadata(_ status: Int, size: Int, id: RequestId) -> Value {
        let headers: [(Key, String)] = [
            ("Connection", "keep-alive"), ("Content-Length", String(size)),
            ("Content-Type", "application/json"), ("X-Amz-Executed-Version", version),
            ("x-amzn-Remapped-Content-Length", "0"), ("x-amzn-RequestId", id.text),
        ]
        return [
            "AllHttpHeaders": .object(headers.map { Member($0.0, .array([.string($0.1)])) }),
            "HttpHeaders": .object(headers.map { Member($0.0, .string($0.1)) }),
            "HttpStatusCode": .int(status),
        ]
    }
}

extension StateFault {
    /// What Lambda says of a request that its model does not allow.
    fileprivate static func invalid(
        _ value: String, _ member: String, _ constraint: String, _ id: RequestId
    ) -> StateFault {
        StateFault(
            error: "Lambda.AWSLambdaException",
            cause: "1 validation error detected: Value '\(value)' at '\(member)' failed to satisfy "
                + "constraint: Member must satisfy \(constraint) (Service: AWSLambda; Status Code: "
                + "400; Error Code: ValidationException; Request ID: \(id.text); Proxy: null)")
    }
}
