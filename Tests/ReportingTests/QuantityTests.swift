import Reporting
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567")])
    func numbersAreGrouped(_ number: Int, _ text: String) {
        #expect(Quantity.grouped(number) == text)
    }

    @Test(arguments: [
        (0, "0 ms"), (999, "999 ms"), (1000, "1.0 s"), (59_940, "59.9 s"), (61_000, "1 min 1 s"),
        (3_600_000, "1 h 0 min"), (90_061_000, "25 h 1 min"),
    ])
    func durationsHaveTwoUnitsAtTheMost(_ milliseconds: Int, _ text: String) {
        #expect(Quantity.duration(milliseconds: milliseconds) == text)
    }

    @Test func nounsFollowTheirNumber() {
        #expect(Quantity.count(1, "item") == "1 item")
        #expect(Quantity.count(2000, "item") == "2,000 items")
    }

    @Test(arguments: [(0.0, "0.0/s"), (8.46, "8.5/s"), (12_345.6, "12,346/s")])
    func ratesAreRounded(_ rate: Double, _ text: String) {
        #expect(Quantity.rate(rate) == text)
    }
}
