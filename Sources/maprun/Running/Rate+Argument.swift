import ArgumentParser
import Scheduling

extension Rate: ExpressibleByArgument {
    public init?(argument: String) { self.init(parsing: argument) }
}

/// `--rate` where it can also be lifted.
enum RateChange: ExpressibleByArgument {
    case rate(Rate)
    case none

    init?(argument: String) {
        if argument == "none" {
            self = .none
        } else if let rate = Rate(parsing: argument) {
            self = .rate(rate)
        } else {
            return nil
        }
    }

    /// The rate; nil for none.
    var rate: Rate? {
        if case .rate(let rate) = self { return rate }
        return nil
    }
}
