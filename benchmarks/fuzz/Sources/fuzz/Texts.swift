import JSON
import JSONPath

/// A value that was read is written as text that reads as the same value, and as the same text.
func checkValue(_ bytes: [UInt8]) -> CInt {
    guard let value = try? bytes.withUnsafeBufferPointer({ try Value.parse($0) }) else { return 0 }
    let text = value.serialized
    guard let again = try? Value.parse(text) else {
        preconditionFailure("what was written cannot be read")
    }
    precondition(again == value, "what was written is another value")
    precondition(again.serialized == text, "what was written is not stable")
    return 0
}

/// Any text is a path or an error.
func checkPath(_ bytes: [UInt8]) -> CInt {
    _ = try? Path(parsing: String(decoding: bytes, as: UTF8.self))
    return 0
}
