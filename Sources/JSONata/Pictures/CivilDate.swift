/// A moment as calendar and clock show it, in UTC.
struct CivilDate {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    let millisecond: Int
    /// Days since 1970-01-01.
    let dayNumber: Int

    /// The moment so many milliseconds after 1970.
    init(milliseconds: Int) {
        let rest: Int
        (dayNumber, rest) = Self.divide(milliseconds, 86_400_000)
        (year, month, day) = Self.date(ofDay: dayNumber)
        hour = rest / 3_600_000
        minute = rest / 60_000 % 60
        second = rest / 1000 % 60
        millisecond = rest % 1000
    }

    private static func divide(_ value: Int, _ by: Int) -> (Int, Int) {
        let rest = value % by
        return rest < 0 ? (value / by - 1, rest + by) : (value / by, rest)
    }

    /// The day's number in the proleptic Gregorian calendar; months and days may overflow.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let (carry, monthIndex) = divide(month - 1, 12)
        // Years from March on, so that the leap day is the last.
        let shifted = year + carry - (monthIndex < 2 ? 1 : 0)
        let (era, yearOfEra) = divide(shifted, 400)
        let monthFromMarch = (monthIndex + 10) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468 + day - 1
    }

    private static func date(ofDay number: Int) -> (Int, Int, Int) {
        let (era, dayOfEra) = divide(number + 719_468, 146_097)
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// 1 for Monday to 7 for Sunday.
    var weekday: Int { Self.divide(dayNumber + 3, 7).1 + 1 }

    var dayOfYear: Int { dayNumber - Self.dayNumber(year: year, month: 1, day: 1) + 1 }

    /// The Thursday of the week, which decides what year and month the week belongs to.
    private var thursday: (year: Int, month: Int, day: Int) {
        let (year, month, day) = Self.date(ofDay: dayNumber - weekday + 4)
        return (year, month, day)
    }

    var weekYear: Int { thursday.year }
    var weekMonth: Int { thursday.month }
    var weekOfMonth: Int { (thursday.day - 1) / 7 + 1 }

    var weekOfYear: Int {
        let thursday = dayNumber - weekday + 4
        return (thursday - Self.dayNumber(year: weekYear, month: 1, day: 1)) / 7 + 1
    }
}
