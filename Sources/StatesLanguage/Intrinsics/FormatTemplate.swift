import JSON
import JSONPath

/// The template of `States.Format`: texts with a gap between each two, which `{}` stood for.
struct FormatTemplate: Sendable {
    /// All texts behind one another, and where each ends; one more than there are gaps.
    private let bytes: [UInt8]
    private let ends: [Int]

    var gapCount: Int { ends.count - 1 }

    /// The signs that a backslash makes plain ones.
    private static let reserved = Array("{}'\\".utf8)

    init(texts: [[UInt8]]) {
        bytes = texts.flatMap { $0 }
        ends = texts.indices.map { texts[...$0].reduce(0) { $0 + $1.count } }
    }

    /// Reads a template that is a value of the data; a backslash before `{`, `}`, `'` or another
    /// backslash makes the sign a plain one.
    init(_ template: Text) throws(IntrinsicFault) {
        let texts: [[UInt8]]? = template.withUTF8 { bytes in
            var texts: [[UInt8]] = [[]]
            var index = 0
            while index < bytes.count {
                let next = index + 1 < bytes.count ? bytes[index + 1] : 0
                switch (bytes[index], next) {
                case (UInt8(ascii: "{"), UInt8(ascii: "}")):
                    texts.append([])
                    index += 1
                case (UInt8(ascii: "\\"), _) where Self.reserved.contains(next):
                    texts[texts.count - 1].append(next)
                    index += 1
                case (UInt8(ascii: "\\"), _) where index + 1 == bytes.count: return nil
                default: texts[texts.count - 1].append(bytes[index])
                }
                index += 1
            }
            return texts
        }
        guard let texts else { throw IntrinsicFault("the template ends with a backslash") }
        self.init(texts: texts)
    }

    /// The text with the values in the gaps.
    func fill(_ values: ArraySlice<Value>) throws(IntrinsicFault) -> String {
        try check(values.count)
        var out = ByteBuffer(capacity: 64)
        append(0, to: &out)
        for (gap, value) in values.enumerated() {
            value.writeJavaText(to: &out)
            append(gap + 1, to: &out)
        }
        return out.string
    }

    func check(_ count: Int) throws(IntrinsicFault) {
        guard count == gapCount else {
            throw IntrinsicFault(
                "number of arguments do not match the occurrences of {}, \(count) for \(gapCount)")
        }
    }

    func append(_ place: Int, to out: inout ByteBuffer) {
        let start = place == 0 ? 0 : ends[place - 1]
        for index in start..<ends[place] { out.append(bytes[index]) }
    }
}
