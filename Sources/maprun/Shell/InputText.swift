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
    static func value(_ argument: String) throws -> Value { try document(argument).value }

    /// A JSON value as `value` finds it, and how it is written there.
    static func document(_ argument: String) throws -> (value: Value, text: String) {
        if argument != "-", let value = try? Value.parse(argument) { return (value, argument) }
        if argument != "-", access(argument, F_OK) != 0 {
            throw UsageError(
                "'\(argument.prefix(200))' is neither JSON nor a file; give JSON in quotes, the "
                    + "name of a file, or - for standard input")
        }
        let text = try read(argument)
        do {
            return (try Value.parse(text), text)
        } catch {
            let name = argument == "-" ? "standard input" : argument
            throw UsageError("\(name):\(error.position): the input is not JSON: \(error.message)")
        }
    }

    /// Calls `body` with each line that is not blank, as it comes.
    static func forEachLine(of path: String, _ body: (String, Int) throws -> Void) throws {
        var rest: [UInt8] = []
        var number = 0
        func take(_ line: some Sequence<UInt8>) throws {
            number += 1
            let text = String(decoding: Array(line), as: UTF8.self)
            if !text.allSatisfy(\.isWhitespace) { try body(text, number) }
        }
        try forEachBlock(of: path) { block in
            var block = block
            while let end = block.firstIndex(of: 0x0A) {
                try take(rest + block[..<end])
                rest = []
                block = block[(end + 1)...]
            }
            rest += block
        }
        try take(rest)
    }

    private static func readBytes(_ path: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachBlock(of: path) { bytes += $0 }
        return bytes
    }

    private static func forEachBlock(
        of path: String, _ body: (ArraySlice<UInt8>) throws -> Void
    ) throws {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw unreadable(path) }
        defer { if file != STDIN_FILENO { close(file) } }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &block, block.count)
            if count == 0 { return }
            if count > 0 {
                try body(block[..<count])
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
