import JSON

/// A day of the calendar, counted from 1 March of the year 0 so that leap days come last.
struct CivilDate {
    var year: Int
    var month: Int
    var day: Int

    /// The day so many days after 1970-01-01.
    init(daysSince1970 days: Int) {
        let daysPerEra = 146_097
        let shifted = days + 719_468
        let era = shifted / daysPerEra
        let dayOfEra = shifted % daysPerEra
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    func write(to buffer: inout ByteBuffer) {
        buffer.append(year, digits: 4)
        buffer.append(0x2D)
        buffer.append(month, digits: 2)
        buffer.append(0x2D)
        buffer.append(day, digits: 2)
    }
}
