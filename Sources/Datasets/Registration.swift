/// What one row of a registration says, drawn once and then written in any format.
struct Registration {
    /// What is wrong with the row; a few in a hundred have something.
    enum Fault {
        case none, noChild, noParents, noDays, impossibleDate, short, long
    }

    /// The row's ages are counted from 2026-09-01.
    static let today = 20_697
    private static let daysPerYear = 365

    let row: Int
    let fault: Fault
    let submittedOn: CivilDate
    let born: CivilDate
    let family: Int
    /// First names of the child, the mother and the father.
    let names: (child: Int, mother: Int, father: Int)
    let phones: (mother: Int, father: Int)
    /// One bit for each day of the week.
    let days: Int
    /// Index of the instruction, beyond the table's end for none.
    let instruction: Int
    let language: Int
    let source: Int
    let impossibleDate: Int

    init(seed: UInt64, row: Int) {
        var random = SplitMix64(seed: seed, row: row)
        self.row = row
        fault = Self.fault(random.below(1000))
        submittedOn = CivilDate(daysSince1970: Self.today - 1 - random.below(31))
        born = CivilDate(daysSince1970: Self.today - Self.ageInDays(&random))
        family = random.below(Words.lastNames.count)
        names = (
            random.below(Words.firstNames.count), random.below(Words.firstNames.count),
            random.below(Words.firstNames.count)
        )
        phones = (random.below(10_000), random.below(10_000))
        days = 1 + random.below(31)
        instruction = random.below(2 * Words.instructions.count)
        language = random.below(Words.languages.count)
        source = random.below(Words.sources.count)
        impossibleDate = random.below(Words.impossibleDates.count)
    }

    private static func fault(_ permille: Int) -> Fault {
        switch permille {
        case 0..<10: .noChild
        case 10..<20: .noParents
        case 20..<30: .noDays
        case 30..<40: .impossibleDate
        case 40..<45: .short
        case 45..<50: .long
        default: .none
        }
    }

    /// Nineteen in twenty are of the daycare's age, the others too young or too old.
    private static func ageInDays(_ random: inout SplitMix64) -> Int {
        guard random.once(in: 20) else {
            return 2 * daysPerYear + 1 + random.below(4 * daysPerYear - 2)
        }
        let offRange = random.below(4 * daysPerYear)
        return offRange < 2 * daysPerYear ? offRange : offRange + 4 * daysPerYear + 2
    }
}
