import JSON
import Testing

@Suite struct HashMapOrderTests {
    @Test(arguments: [
        (
            ["userId", "movieId", "rating", "timestamp"],
            ["rating", "movieId", "userId", "timestamp"]
        ),
        (["fromInput", "mapValue"], ["mapValue", "fromInput"]),
        (["0", "True", "{}"], ["0", "{}", "True"]),
    ])
    func walksAsJavaDoes(names: [String], expected: [String]) {
        #expect(HashMapOrder.places(of: names).map { names[$0] } == expected)
    }

    @Test func growsWhenMoreThanThreeQuartersFull() {
        let letters = (0..<13).map { String(Character(Unicode.Scalar(UInt8(0x61 + $0)))) }
        // "p" (112) and "a" (97): 112 & 15 = 0 comes first in a table of 16, but 112 & 31 = 16
        // comes after 97 & 31 = 1 in one of 32.
        #expect(HashMapOrder.places(of: ["a", "p"]) == [1, 0])
        let names = ["p"] + letters
        let order = HashMapOrder.places(of: names).map { names[$0] }
        #expect(order.first == "a" && order.last == "p")
    }
}
