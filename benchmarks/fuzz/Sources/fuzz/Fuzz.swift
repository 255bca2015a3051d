import CFuzzer

/// `fuzz TARGET [libFuzzer's arguments]`: what must hold for any bytes, tried with many.
@main enum Fuzz {
    typealias Test = @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt

    static func main() {
        let targets: [String: Test] = [
            "csv": { check(bytes($0, $1), .csv) },
            "json": { check(bytes($0, $1), .json) },
            "jsonl": { check(bytes($0, $1), .jsonLines) },
            "value": { checkValue(bytes($0, $1)) },
            "jsonpath": { checkPath(bytes($0, $1)) },
            "jsonata": { checkExpression(bytes($0, $1)) },
            "definition": { checkDefinition(bytes($0, $1)) },
        ]
        guard CommandLine.argc > 1, let test = targets[CommandLine.arguments[1]] else {
            print("usage: fuzz \(targets.keys.sorted().joined(separator: "|")) [ARGUMENTS]")
            return
        }
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
            CommandLine.unsafeArgv
        // libFuzzer takes whatever has no hyphen for a folder of inputs.
        arguments?[1] = arguments?[0]
        arguments = arguments.map { $0 + 1 }
        count -= 1
        LLVMFuzzerRunDriver(&count, &arguments, test)
    }
}

func bytes(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    Array(UnsafeBufferPointer(start: start, count: count))
}
