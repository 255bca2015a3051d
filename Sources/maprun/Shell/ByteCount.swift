import ArgumentParser

/// A number of bytes as flags have it: `5000`, `100K`, `64MiB`, `1G`.
struct ByteCount: ExpressibleByArgument, Equatable {
    let bytes: Int

    init?(argument: String) {
        let digits = argument.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), let unit = Self.units[argument.dropFirst(digits.count)]
        else { return nil }
        let (bytes, overflows) = number.multipliedReportingOverflow(by: unit)
        guard !overflows else { return nil }
        self.bytes = bytes
    }

    private static let units: [Substring: Int] = [
        "": 1, "B": 1, "K": 1 << 10, "KiB": 1 << 10, "M": 1 << 20, "MiB": 1 << 20, "G": 1 << 30,
        "GiB": 1 << 30,
    ]
}

/// `--max-record-bytes`.
struct RecordLimit: ParsableArguments {
    @Option(
        name: .customLong("max-record-bytes"),
        help: ArgumentHelp(
            "How large a record of an input may be, such as 64MiB, which it is unless given.",
            valueName: "bytes"))
    var maximum: ByteCount?

    func validate() throws {
        if let maximum, !(1...1 << 30).contains(maximum.bytes) {
            throw ValidationError("--max-record-bytes must be between 1 and 1GiB")
        }
    }
}
