/// A function as definitions name it: name, partial or full ARN, with or without a qualifier.
struct FunctionReference: Hashable, Sendable {
    var partition = "aws"
    var region = "us-east-1"
    var account = "123456789012"
    var name: String
    /// Version or alias, where one is given.
    var qualifier: String?

    /// Reads `name`, `name:alias`, `123456789012:function:name[:alias]` or a full ARN.
    init?(_ text: String) {
        var parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        if parts.first == "arn" {
            guard parts.count >= 7, parts[2] == "lambda" else { return nil }
            (partition, region) = (parts[1], parts[3])
            parts.removeFirst(4)
        }
        if parts.count >= 3, parts[1] == "function" {
            account = parts[0]
            parts.removeFirst(2)
        }
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        name = parts[0]
        qualifier = parts.count == 2 ? parts[1] : nil
    }

    /// The same function without version or alias.
    var unqualified: FunctionReference {
        var plain = self
        plain.qualifier = nil
        return plain
    }

    /// The full ARN, with the qualifier if there is one.
    var arn: String {
        let plain = "arn:\(partition):lambda:\(region):\(account):function:\(name)"
        return qualifier.map { "\(plain):\($0)" } ?? plain
    }
}
