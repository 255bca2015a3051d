import JSON

extension Value {
    /// The value as Java's `toString` prints lists and maps, which some of AWS's texts contain:
    /// `{a=1, b=[x, null]}`.
    package var javaText: String {
        var out = ByteBuffer()
        writeJavaText(to: &out)
        return out.string
    }

    /// Appends the value as Java's `toString` prints it; a string stays as it is.
    package func writeJavaText(to out: inout ByteBuffer) {
        switch self {
        case .string(let text): text.withUTF8 { out.append($0) }
        case .array(let array):
            var separator: StaticString = "["
            if array.isEmpty { out.append(separator) }
            for element in array {
                out.append(separator)
                separator = ", "
                element.writeJavaText(to: &out)
            }
            out.append("]")
        case .object(let object):
            var separator: StaticString = "{"
            if object.isEmpty { out.append(separator) }
            for member in object {
                out.append(separator)
                separator = ", "
                member.key.withUTF8 { out.append($0) }
                out.append("=")
                member.value.writeJavaText(to: &out)
            }
            out.append("}")
        default: write(to: &out)
        }
    }
}
