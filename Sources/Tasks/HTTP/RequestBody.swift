import JSON
import StatesLanguage

/// The body of an HTTP task: JSON, a text as it is, or a form.
struct RequestBody {
    private(set) var bytes: [UInt8]?
    /// The content type where the task sets none.
    let type = "application/json; charset=UTF-8"

    private static let form = "application/x-www-form-urlencoded"

    /// The body that parameters ask for, with what a connection adds to it.
    init(
        _ parameters: Value, added: Value?, headers: [(name: String, value: String)]
    ) throws(StateFault) {
        let transform = parameters["Transform"] ?? .null
        let body = try Self.merge(parameters["RequestBody"], added)
        let encoding = transform["RequestBodyEncoding"]?.string ?? "NONE"
        guard encoding == "NONE" || encoding == "URL_ENCODED" else {
            throw .runtime("the RequestBodyEncoding '\(encoding)' of http:invoke does not exist")
        }
        guard let body else { return }
        guard encoding == "URL_ENCODED" else {
            bytes = body.string.map { Array($0.utf8) } ?? body.utf8
            return
        }
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        guard type.lowercased().hasPrefix(Self.form) else {
            throw .runtime(
                "a RequestBody with URL_ENCODED needs the header Content-Type: \(Self.form)")
        }
        let name =
            transform["RequestEncodingOptions"]?["ArrayFormat"]?.string ?? "INDICES"
        guard let format = QueryText.ArrayFormat(rawValue: name) else {
            throw .runtime("the ArrayFormat '\(name)' of http:invoke does not exist")
        }
        bytes = Array(try QueryText.form(body, format).utf8)
    }

    private static func merge(_ own: Value?, _ added: Value?) throws(StateFault) -> Value? {
        guard let added = added?.object else { return own }
        guard own == nil || own?.kind == .object else {
            throw .runtime(
                "the connection adds members to the RequestBody, which has to be an object then")
        }
        var merged = own?.object ?? ObjectValue()
        for member in added.members { merged[member.key] = member.value }
        return .object(merged)
    }
}
