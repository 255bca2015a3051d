import Glibc
import JSON

/// Reads what the command line names: files, pipes, standard input.
enum InputText {
    /// The text of a file; `-` is standard input.
    static func read(_ path: String) throws -> String {
        let bytes = try readBytes(path)
        let invalid = bytes.withUnsafeBufferPointer { UTF8Check.firstInvalid($0) }
        if let invalid {
            throw UsageError(
                "'\(path)' is not UTF-8: wrong byte at offset \(invalid); convert the file, for "
                    + "instance with iconv")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A JSON value: the text itself, the file it names, or standard input for `-`.
    static func value(_ argument: String) throws -> Value {
        if argument != "-", let value = try? Value.parse(argument) { return value }
        if argument != "-", access(argument, F_OK) != 0 {
            throw UsageError(
                "'\(argument.prefix(200))' is neither JSON nor a file; give JSON in quotes, the "
                    + "name of a file, or - for standard input")
        }
        let text = try read(argument)
        do {
            return try Value.parse(text)
        } catch {
            let name = argument == "-" ? "standard input" : argument
            throw UsageError("\(name):\(error.position): the input is not JSON: \(error.message)")
        }
    }

    private static func readBytes(_ path: String) throws -> [UInt8] {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path) }
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes += block[..<count]
            } else if errno != EINTR {
                throw unreadable(path)
            }
        }
    }

    private static func unreadable(_ path: String) -> UsageError {
        let reason = errno == EISDIR ? "it is a folder" : String(cString: strerror(errno))
        return UsageError("cannot read '\(path)': \(reason); check the name")
    }
}
