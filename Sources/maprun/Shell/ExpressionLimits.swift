import ArgumentParser
import JSONata

/// `--jsonata-limits`: how much one expression may use.
struct ExpressionLimits: ExpressibleByArgument {
    /// What AWS was seen to allow.
    static let aws: Environment.Limits = {
        var limits = Environment.Limits()
        limits.milliseconds = 1000
        limits.depth = 100
        limits.memory = 6_990_256
        limits.text = 6_990_256
        return limits
    }()

    let limits: Environment.Limits

    init?(argument: String) {
        var limits = argument == "aws" ? Self.aws : Environment.Limits()
        for part in argument == "aws"
            ? [] : argument.split(separator: ",", omittingEmptySubsequences: false)
        {
            let pair = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard pair.count == 2 else { return nil }
            switch pair[0] {
            case "time":
                guard let time = Self.milliseconds(pair[1]) else { return nil }
                limits.milliseconds = time
            case "depth":
                guard let depth = Int(pair[1]), (1...Self.deepest).contains(depth) else {
                    return nil
                }
                limits.depth = depth
            case "memory":
                guard let memory = ByteCount(argument: pair[1]), memory.bytes > 0 else {
                    return nil
                }
                limits.memory = memory.bytes
                limits.text = min(limits.text, memory.bytes)
            default: return nil
            }
        }
        self.limits = limits
    }

    /// What the stacks of workers have been measured to carry.
    private static let deepest = Environment.Limits().depth

    private static func milliseconds(_ text: String) -> Int? {
        let (digits, factor) =
            text.hasSuffix("ms") ? (text.dropLast(2), 1) : (text.dropLast(1), 1000)
        guard text.hasSuffix("s"), let number = Int(digits),
            (1...86_400_000 / factor).contains(number)
        else { return nil }
        return number * factor
    }
}

/// `--jsonata-limits` of commands that evaluate.
struct ExpressionLimitsOption: ParsableArguments {
    @Option(
        name: .customLong("jsonata-limits"),
        help: ArgumentHelp(
            "How much one JSONata expression may use, such as time=1s,memory=64MiB,depth=500, or "
                + "aws for a second, seven million bytes and 100; 10 s, 512 MiB and 10000 unless given.",
            valueName: "limits"))
    var given: ExpressionLimits?

    var limits: Environment.Limits { given?.limits ?? Environment.Limits() }
}
