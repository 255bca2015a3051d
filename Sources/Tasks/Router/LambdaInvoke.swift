import Engine
import JSON
import StatesLanguage

/// The parameters of `arn:aws:states:::lambda:invoke` and the envelope around its answer.
struct LambdaInvoke: Sendable {
    static let resource = "arn:aws:states:::lambda:invoke"

    enum Mode: String, Sendable {
        case requestResponse = "RequestResponse"
        case event = "Event"
        case dryRun = "DryRun"
    }

    let function: FunctionReference
    let payload: Value
    let mode: Mode
    /// What only this request tells the function.
    let context: Value?

    init(_ parameters: Value) throws(StateFault) {
        guard let name = parameters["FunctionName"]?.string else {
            throw .runtime("the parameter 'FunctionName' of lambda:invoke must be a string")
        }
        guard var function = FunctionReference(name) else {
            throw .runtime("'\(name)' is not the name or ARN of a Lambda function")
        }
        if let qualifier = parameters["Qualifier"]?.string { function.qualifier = qualifier }
        let type = parameters["InvocationType"]?.string ?? Mode.requestResponse.rawValue
        guard let mode = Mode(rawValue: type) else {
            throw .runtime("the InvocationType '\(type)' of lambda:invoke does not exist")
        }
        self.function = function
        self.mode = mode
        let payload = parameters["Payload"] ?? .null
        self.payload = payload.isNull ? .object([]) : payload
        context = Self.context(parameters["ClientContext"], for: function)
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
    func envelope(_ result: Value?, id: RequestId) -> Value {
        let status = mode == .event ? 202 : mode == .dryRun ? 204 : 200
        var members: [Member] = [Member("ExecutedVersion", .string(version))]
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
