import JSON

/// What AWS asks for workflows, on some day in some region.
public struct Prices: Sendable {
    /// The table, as it is told along with what was calculated.
    public let value: Value
    let perTransition: Double
    let perRequest: Double
    private let perGigabyteSecond: [(below: Double, price: Double)]
    let memoryStep: Int

    /// The prices that maprun has with it.
    public static var included: Prices? {
        let text = String(decoding: PackageResources.aws_prices_json, as: UTF8.self)
        return (try? Value.parse(text)).flatMap { Prices($0) }
    }

    /// The prices of a table in the form of the included one; nil if something is missing.
    public init?(_ value: Value) {
        guard value["date"]?.string != nil, value["region"]?.string != nil,
            value["currency"]?.string != nil,
            let transition = value["standard"]?["perStateTransition"]?.number?.double,
            let express = value["express"], let request = express["perRequest"]?.number?.double,
            let steps = express["perGigabyteSecond"].flatMap(Self.steps),
            let memory = express["memoryStepMegabytes"]?.number?.int, memory > 0
        else { return nil }
        self.value = value
        perTransition = transition
        perRequest = request
        perGigabyteSecond = steps
        memoryStep = memory
    }

    /// One price, or several for as many GB-seconds as each says.
    private static func steps(_ value: Value) -> [(below: Double, price: Double)]? {
        if let price = value.number?.double { return [(.infinity, price)] }
        var steps: [(below: Double, price: Double)] = []
        for step in value.array?.elements ?? [] {
            guard let price = step["price"]?.number?.double else { return nil }
            let below = step["below"]?.number?.double ?? .infinity
            guard below > steps.last?.below ?? 0 else { return nil }
            steps.append((below, price))
        }
        return steps.last?.below == .infinity ? steps : nil
    }

    /// What so many GB-seconds in one month cost.
    func cost(gigabyteSeconds: Double) -> Double {
        var cost = 0.0
        var start = 0.0
        for (below, price) in perGigabyteSecond where gigabyteSeconds > start {
            cost += (min(gigabyteSeconds, below) - start) * price
            start = below
        }
        return cost
    }

    /// Where and when they hold.
    var text: String {
        "\(value["region"]?.string ?? ""), \(value["date"]?.string ?? "")"
    }

    /// An amount in words.
    func text(_ amount: Double) -> String {
        let hundredths = Int((amount * 10_000).rounded(.up))
        let fraction = String(10_000 + hundredths % 10_000).dropFirst()
        return "\(Quantity.grouped(hundredths / 10_000)).\(fraction) "
            + (value["currency"]?.string ?? "")
    }
}
