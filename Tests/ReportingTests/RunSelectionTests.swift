import Reporting
import Testing

@Suite struct RunSelectionTests {
    private let selection = RunSelection(["2026-a", "2026-ab", "2027-c"])

    @Test(arguments: [
        ("last", "2027-c"), ("2027", "2027-c"), ("2026-a", "2026-a"), ("2026-ab", "2026-ab"),
    ])
    func aRunIsFoundByABeginning(_ name: String, _ id: String) throws {
        #expect(try selection.find(name) == id)
    }

    @Test func anAmbiguousOrUnknownNameIsRefused() {
        #expect(throws: RunSelection.Failure.several("2026", ["2026-a", "2026-ab"])) {
            try selection.find("2026")
        }
        #expect(throws: RunSelection.Failure.noneSuch("x")) { try selection.find("x") }
        #expect(throws: RunSelection.Failure.none) { try RunSelection([]).find("last") }
    }
}
