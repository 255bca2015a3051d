import JSON
import Testing

@testable import Reporting

@Suite struct PricesTests {
    @Test func theIncludedTableSaysFromWhereAndWhenItIs() throws {
        let prices = try #require(Prices.included)
        #expect(prices.value["source"] == "https://aws.amazon.com/step-functions/pricing/")
        #expect(prices.value["date"]?.string?.count == 10)
        #expect(prices.value["region"] == "us-east-1")
        #expect(abs(prices.perTransition * 1000 - 0.025) < 1e-12)
        #expect(abs(prices.perRequest * 1_000_000 - 1) < 1e-9)
    }

    /// GB-hours, and what AWS asks for them: 0.06, 0.03 and 0.01642 an hour, to the digits that its
    /// prices for a second have.
    @Test(arguments: [(1.0, 0.06), (1000, 60), (2000, 90), (5000, 180), (6000, 196.42)])
    func longerDurationsAreCheaper(hours: Double, cost: Double) throws {
        let prices = try #require(Prices.included)
        let found = prices.cost(gigabyteSeconds: hours * 3600)
        #expect(abs(found / cost - 1) < 0.001, "\(found)")
    }

    /// What others got from AWS's price list for machines, to the cent.
    @Test(arguments: [(1000.0, 60.01), (5000.0, 179.96), (29_687.5, 585.23)])
    func stepsCostWhatThePriceListSays(hours: Double, cost: Double) throws {
        let prices = try #require(Prices.included)
        let found = prices.cost(gigabyteSeconds: hours * 3600)
        #expect(abs(found - cost) < 0.015, "\(found)")
    }
}
