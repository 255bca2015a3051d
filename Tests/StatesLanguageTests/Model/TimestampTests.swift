import JSON
import Testing

@testable import StatesLanguage

@Suite struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0, 0),
        ("1969-12-31T23:59:59.5Z", -1, 500_000_000),
        ("2016-03-14T01:59:00Z", 1_457_920_740, 0),
        ("2016-03-14T03:59:00+02:00", 1_457_920_740, 0),
        ("2016-03-13T20:29:00-05:30", 1_457_920_740, 0),
        ("2024-02-29T00:00:00.123456789123Z", 1_709_164_800, 123_456_789),
        ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
        ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
    ])
    func readsRFC3339(_ text: String, _ seconds: Int, _ nanoseconds: Int) {
        #expect(
            Timestamp(parsing: Text(text)) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", " ", "2016-03-14", "2016-03-14T01:59:00", "2016-03-14 01:59:00Z",
        "2016-03-14t01:59:00Z", "2016-03-14T01:59:00z", "2016-13-05T21:29:29Z",
        "2016-12-05T25:29:29Z", "05-12-2016T21:29:29Z", "2016-02-30T00:00:00Z",
        "2023-02-29T00:00:00Z", "2016-03-14T01:59Z", "2016-03-14T01:59:60Z",
        "2016-03-14T01:59:00.Z", "2016-03-14T01:59:00+0200", "2016-03-14T01:59:00Z ",
        "+2016-03-14T01:59:00Z", "2016-00-14T01:59:00Z", "2016-03-00T01:59:00Z",
    ])
    func refusesEverythingElse(_ text: String) {
        #expect(Timestamp(parsing: Text(text)) == nil)
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00Z"),
        (-1, 500_000_000, "1969-12-31T23:59:59.500Z"),
        (951_782_400, 0, "2000-02-29T00:00:00Z"),
        (1_709_164_800, 123_456_000, "2024-02-29T00:00:00.123456Z"),
        (1_709_164_800, 1, "2024-02-29T00:00:00.000000001Z"),
        (-62_135_596_800, 0, "0001-01-01T00:00:00Z"),
    ])
    func writesGroupsOfThreeDigits(_ seconds: Int, _ nanoseconds: Int, _ text: String) {
        #expect(Timestamp(seconds: seconds, nanoseconds: nanoseconds).text == text)
    }

    @Test func readsBackEveryDayThatItWrites() {
        for day in stride(from: -700_000, to: 2_900_000, by: 397) {
            let timestamp = Timestamp(seconds: day * 86400 + 3661, nanoseconds: 7_000_000)
            #expect(Timestamp(parsing: Text(timestamp.text)) == timestamp)
        }
    }
}
