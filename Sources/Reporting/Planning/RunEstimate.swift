import Engine
import JSON

/// What a whole run would take, from a part of its items that was run.
public struct RunEstimate: Sendable {
    /// What else is known of the sample.
    public struct Circumstances: Sendable {
        /// The most memory that maprun had, in bytes.
        public var memory: Int
        /// Bytes of the result files.
        public var resultBytes: Int
        /// How many children may be in flight; 0 for no limit.
        public var concurrency: Int
        /// Whether children never wait for anything.
        public var neverWaits: Bool

        /// Circumstances of a sample.
        public init(memory: Int, resultBytes: Int, concurrency: Int, neverWaits: Bool) {
            self.memory = memory
            self.resultBytes = resultBytes
            self.concurrency = concurrency
            self.neverWaits = neverWaits
        }
    }

    private let measure: SampleMeasure
    private let count: ItemCount
    private let sample: Circumstances
    private let prices: Prices

    /// An estimate for so many items at these prices.
    public init(
        _ measure: SampleMeasure, _ count: ItemCount, _ sample: Circumstances, _ prices: Prices
    ) {
        self.measure = measure
        self.count = count
        self.sample = sample
        self.prices = prices
    }

    private func scaled(_ amount: Int, of part: Int, to whole: Int) -> Int {
        part == 0 ? 0 : Int((Double(amount) * Double(whole) / Double(part)).rounded())
    }

    /// Child executions: fewer than items where those are batched.
    private var children: Int {
        scaled(measure.children, of: measure.items, to: count.items)
    }

    private var milliseconds: Int {
        guard let rate = measure.rate, rate > 0 else { return 0 }
        return Int((Double(children) / rate * 1000).rounded())
    }

    private var transitions: Int {
        scaled(measure.transitions, of: measure.replayed, to: children)
    }

    private var gigabyteSeconds: Double {
        // AWS's base of an Express execution, and what it holds.
        let megabytes = 50 + (measure.mostBytes + 1_048_575) / 1_048_576
        let step = prices.memoryStep
        let billed = (megabytes + step - 1) / step * step
        let milliseconds = scaled(measure.billedMilliseconds, of: measure.children, to: children)
        return Double(milliseconds) / 1000 * Double(billed) / 1024
    }

    private var parentCost: Double { Double(measure.parentTransitions) * prices.perTransition }

    private var standardCost: Double {
        Double(transitions) * prices.perTransition + parentCost
    }

    private var expressCost: Double {
        parentCost + Double(children) * prices.perRequest
            + prices.cost(gigabyteSeconds: gigabyteSeconds)
    }

    /// What has to be known to trust the figures, and AWS's limits that the run would come to.
    private var warnings: [String] {
        var warnings: [String] = []
        if let error = count.error {
            let percent = (error * 1000).rounded(.up) / 10
            warnings.append(
                "items are estimated from the input's beginning, ± \(percent) % if the rest is "
                    + "like that; --exact counts them")
        }
        let flight = sample.concurrency == 0 ? 10_000 : sample.concurrency
        if !sample.neverWaits, measure.children < min(5 * flight, children) {
            warnings.append(
                "\(Quantity.grouped(measure.children)) children are few beside "
                    + "\(Quantity.grouped(flight)) in flight: a larger --sample tells time and "
                    + "memory better")
        }
        if measure.replayed == 0 {
            warnings.append("no histories were kept, so state transitions are not known")
        }
        return warnings + limits
    }

    private var limits: [String] {
        var limits: [String] = []
        let events = max(measure.mostEvents, measure.parentEvents)
        if events > 25_000 {
            limits.append("a history has \(Quantity.grouped(events)) events; AWS ends it at 25,000")
        }
        if measure.mostBytes > 262_144 {
            limits.append(
                "an input or output has \(Quantity.grouped(measure.mostBytes)) bytes; AWS takes "
                    + "262,144")
        }
        if sample.concurrency > 10_000 {
            limits.append(
                "\(Quantity.grouped(sample.concurrency)) in flight; AWS runs at most 10,000")
        }
        if measure.longest > 300_000 {
            limits.append(
                "an item took \(Quantity.duration(milliseconds: measure.longest)); AWS ends an "
                    + "Express execution after 5 min")
        }
        return limits
    }

    /// The estimate as JSON.
    public var value: Value {
        var object = ObjectValue()
        object["items"] = .int(count.items)
        object["itemsError"] = count.error.map { .double($0) }
        object["children"] = .int(children)
        object["sampled"] = .int(measure.children)
        object["childrenPerSecond"] = measure.rate.map { .double($0) }
        object["milliseconds"] = .int(milliseconds)
        object["memoryBytes"] = .int(sample.memory)
        object["resultBytes"] = .int(scaled(sample.resultBytes, of: measure.items, to: count.items))
        object["standard"] = [
            "transitions": .int(transitions),
            "parentTransitions": .int(measure.parentTransitions), "cost": .double(standardCost),
        ]
        object["express"] = [
            "requests": .int(children), "gigabyteSeconds": .double(gigabyteSeconds),
            "parentTransitions": .int(measure.parentTransitions), "cost": .double(expressCost),
        ]
        object["prices"] = prices.value
        object["warnings"] = .array(warnings.map(Value.string))
        return .object(object)
    }

    /// The estimate in words.
    public var lines: [String] {
        let megabytes = { (bytes: Int) in Quantity.grouped((bytes + 999_999) / 1_000_000) + " MB" }
        let about = count.error == nil ? "" : "about "
        let batches =
            children == count.items ? "" : " in \(Quantity.count(children, "batch execution"))"
        let rate = measure.rate.map { ", \(Quantity.rate($0))" } ?? ""
        let results = scaled(sample.resultBytes, of: measure.items, to: count.items)
        return [
            "items     \(about)\(Quantity.grouped(count.items))\(batches), "
                + "\(Quantity.grouped(measure.children)) run for this",
            "time      \(Quantity.duration(milliseconds: milliseconds))\(rate)",
            "memory    \(megabytes(sample.memory)), without tasks' processes",
            "results   \(megabytes(results))",
            "STANDARD  \(prices.text(standardCost)): "
                + "\(Quantity.grouped(transitions)) state transitions of items, "
                + "\(Quantity.grouped(measure.parentTransitions)) around them",
            "EXPRESS   \(prices.text(expressCost)): "
                + "\(Quantity.grouped(children)) requests, "
                + "\(Quantity.grouped(Int(gigabyteSeconds.rounded(.up)))) GB-s, the same around them",
            "prices    \(prices.text), without free tier, tasks and S3",
        ] + warnings.map { "warning   " + $0 }
    }
}
