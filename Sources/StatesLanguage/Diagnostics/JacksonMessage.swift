import JSON

/// The words in which AWS, by way of Jackson, says that a text is not JSON.
struct JacksonMessage {
    /// What is wrong, without the place.
    let message: String
    /// The place, as it also stands behind the message.
    let source: String

    /// The message with the place behind it.
    var withSource: String { message + "\n at " + source }

    private static let values =
        "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"

    init(of error: ParseError, in text: String) {
        let rest = text.utf8.dropFirst(error.offset)
        let word = String(decoding: rest.prefix(while: Self.isWordByte), as: UTF8.self)
        var column = error.position.column
        if error.message.hasSuffix("expected a value"), let first = word.first, !first.isNumber {
            message = "Unrecognized token '\(word)': was expecting \(Self.values)"
            column += word.count
        } else if let scalar = Substring(rest).unicodeScalars.first {
            let found = "Unexpected character ('\(scalar)' (code \(scalar.value)))"
            message = found + ": " + Self.expectation(error.message)
        } else {
            message = "Unexpected end-of-input"
        }
        source = "[Source: (String)\"\(text)\"; line: \(error.position.line), column: \(column)]"
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x24, 0x80...: true
        default: false
        }
    }

    private static func expectation(_ message: String) -> String {
        if message.hasSuffix("expected a member name in quotes") {
            return "was expecting double-quote to start field name"
        }
        if message.hasSuffix("expected ',' or '}'") {
            return "was expecting comma to separate Object entries"
        }
        if message.hasSuffix("expected ',' or ']'") {
            return "was expecting comma to separate Array entries"
        }
        if message.hasSuffix("expected ':'") {
            return "was expecting a colon to separate field name and value"
        }
        return "expected a valid value \(values)"
    }
}

/// What StartExecution says of an input.
public enum ExecutionInput {
    /// The cause with which an input that is not JSON is refused; nil if it is JSON.
    public static func refusal(of text: String) -> String? {
        do {
            _ = try Value.parse(text)
            return nil
        } catch {
            let message =
                text.allSatisfy(\.isWhitespace)
                ? "Invalid execution input." : JacksonMessage(of: error, in: text).message
            return "Invalid State Machine Execution Input: '\(message)'"
        }
    }
}
