/// A calendar day.
struct Day {
    var year: Int
    var month: Int
    var day: Int

    init?(text: String) {
        var text = text
        guard let day = text.withUTF8({ Day($0) }) else { return nil }
        self = day
    }

    /// Reads YYYY-MM-DD; nil when that is no day.
    init?(_ text: Slice) {
        guard text.count == 10, text[4] == 0x2D, text[7] == 0x2D,
            let year = Self.number(text, 0, 4), let month = Self.number(text, 5, 2),
            let day = Self.number(text, 8, 2),
            year > 0, (1...12).contains(month), day >= 1, day <= Self.length(of: month, in: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    private static func number(_ text: Slice, _ first: Int, _ count: Int) -> Int? {
        var value = 0
        for index in first..<first + count {
            let digit = Int(text[index]) - 0x30
            guard digit >= 0 && digit <= 9 else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

enum Rejection {
    case missing(StaticString)
    case notADate(Slice)
    case age(Int)
    case noSpots
}

/// The daycare's rules, as far as they do not depend on how a row is held.
struct Rules {
    let today: Day
    let startDate: Slice
    let spots: Int

    func age(on born: Day) -> Int {
        let isBirthdayToCome = (today.month, today.day) < (born.month, born.day)
        return today.year - born.year - (isBirthdayToCome ? 1 : 0)
    }

    func fees(at age: Int) -> Int {
        switch age {
        case 2: 800
        case 3: 750
        case 4: 700
        default: 650
        }
    }

    /// The age of a child born on that day, or why it is turned down.
    func check(dateOfBirth: Slice) -> (age: Int, rejection: Rejection?) {
        guard let born = Day(dateOfBirth) else { return (0, .notADate(dateOfBirth)) }
        let age = age(on: born)
        guard (2...5).contains(age) else { return (age, .age(age)) }
        return (age, spots > 0 ? nil : .noSpots)
    }
}
