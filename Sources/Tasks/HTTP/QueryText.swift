import JSON
import StatesLanguage

/// Queries and forms: names and values with `%` for what RFC 3986 reserves.
enum QueryText {
    /// How the elements of an array are written.
    enum ArrayFormat: String {
        case indices = "INDICES"
        case repeated = "REPEAT"
        case commas = "COMMAS"
        case brackets = "BRACKETS"
    }

    /// `QueryParameters`; the elements of an array repeat its name.
    static func pairs(_ value: Value) throws(StateFault) -> [(String, String)] {
        if value.isNull { return [] }
        guard let members = value.object?.members else {
            throw .runtime("the parameter 'QueryParameters' of http:invoke must be an object")
        }
        var pairs: [(String, String)] = []
        for member in members {
            for element in member.value.array?.elements ?? [member.value] {
                guard let text = element.isNull ? "" : element.plainText else {
                    throw .runtime(
                        "the query parameter '\(member.key.string)' of http:invoke must be a text, "
                            + "a number or an array of them")
                }
                pairs.append((member.key.string, text))
            }
        }
        return pairs
    }

    /// The URL with these added to its query.
    static func append(_ pairs: [(String, String)], to url: String) -> String {
        guard !pairs.isEmpty else { return url }
        let parts = url.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let before = parts[0]
        let mark = before.contains("?") ? (before.hasSuffix("?") ? "" : "&") : "?"
        return before + mark + joined(pairs)
    }

    /// An object as a form: `a[b]=c` for what lies deeper.
    static func form(_ value: Value, _ format: ArrayFormat) throws(StateFault) -> String {
        guard let members = value.object?.members else {
            throw .runtime("a RequestBody with URL_ENCODED must be an object")
        }
        var pairs: [(String, String)] = []
        for member in members { add(member.value, member.key.string, format, &pairs) }
        return joined(pairs)
    }

    private static func add(
        _ value: Value, _ name: String, _ format: ArrayFormat, _ pairs: inout [(String, String)]
    ) {
        if let members = value.object?.members {
            for member in members {
                add(member.value, "\(name)[\(member.key.string)]", format, &pairs)
            }
        } else if let elements = value.array?.elements {
            add(elements, name, format, &pairs)
        } else {
            pairs.append((name, value.plainText ?? ""))
        }
    }

    private static func add(
        _ elements: [Value], _ name: String, _ format: ArrayFormat,
        _ pairs: inout [(String, String)]
    ) {
        switch format {
        case .indices:
            for (index, element) in elements.enumerated() {
                add(element, "\(name)[\(index)]", format, &pairs)
            }
        case .repeated: for element in elements { add(element, name, format, &pairs) }
        case .brackets: for element in elements { add(element, "\(name)[]", format, &pairs) }
        case .commas:
            let texts = elements.map { $0.plainText ?? $0.serialized }
            pairs.append((name, texts.joined(separator: ",")))
        }
    }

    private static func joined(_ pairs: [(String, String)]) -> String {
        pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                out += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return out
    }
}
