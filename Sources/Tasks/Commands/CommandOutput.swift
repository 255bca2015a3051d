import JSON
import StatesLanguage

/// What the documents that commands print mean.
enum CommandOutput {
    /// More than this from one invocation is refused, so that a command that prints without end
    /// cannot fill the memory.
    static let largestDocument = 256 << 20

    /// The one JSON document in `bytes`.
    static func value(
        _ bytes: UnsafeBufferPointer<UInt8>, faults: CommandFaults, logTail: () -> String
    ) -> Result<Value, StateFault> {
        guard bytes.contains(where: { !isBlank($0) }) else {
            let reason = "printed nothing; one JSON document is expected on standard output"
            return .failure(faults.invalidOutput(reason, logTail: logTail()))
        }
        do {
            return .success(try .parse(bytes))
        } catch {
            return .failure(faults.invalidOutput(describe(error, bytes), logTail: logTail()))
        }
    }

    /// The fault that a command tells of itself by printing `{"errorType": …, "errorMessage": …}`.
    static func reportedFault(in value: Value) -> StateFault? {
        guard let type = value["errorType"]?.string, value["errorMessage"] != nil else {
            return nil
        }
        return StateFault(error: type, cause: value.serialized)
    }

    private static func describe(
        _ error: ParseError, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> String {
        if error.message == "unexpected text after the value" {
            return "printed more than one JSON document: the second begins at \(error.position)"
        }
        let start = String(decoding: bytes.prefix(80), as: UTF8.self)
        return "printed no JSON: \(error.message) at \(error.position) of '\(start)'"
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }
}
