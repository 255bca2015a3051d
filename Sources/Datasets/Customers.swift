import JSON

/// Makes customers, numbered from one; orders refer to the first `Orders.customers` of them.
struct Customers: FlatRowMaker {
    struct Row {
        let number: Int
        let first: Name
        let last: Name
        let country: StaticString
        let segment: StaticString
        let since: CivilDate
    }

    static let columns: [StaticString] = [
        "customerId", "firstName", "lastName", "email", "country", "segment", "since",
    ]

    let seed: UInt64

    func draw(row: Int) -> Row {
        var random = SplitMix64(seed: seed, row: row)
        return Row(
            number: row + 1, first: Words.firstNames[random.below(Words.firstNames.count)],
            last: Words.lastNames[random.below(Words.lastNames.count)],
            country: Words.countries[random.below(Words.countries.count)],
            segment: Words.segments[random.below(Words.segments.count)],
            since: CivilDate(daysSince1970: Registration.today - 1 - random.below(3000)))
    }

    func write(column: Int, of row: Row, to buffer: inout ByteBuffer) {
        switch column {
        case 0: Self.writeIdentifier(row.number, to: &buffer)
        case 1: buffer.append(row.first.text)
        case 2: buffer.append(row.last.text)
        case 3:
            buffer.append(row.first.address)
            buffer.append(0x2E)
            buffer.append(row.last.address)
            buffer.append(decimal: row.number)
            buffer.append("@example.com")
        case 4: buffer.append(row.country)
        case 5: buffer.append(row.segment)
        default: row.since.write(to: &buffer)
        }
    }

    static func writeIdentifier(_ number: Int, to buffer: inout ByteBuffer) {
        buffer.append(0x43)
        buffer.append(number, digits: 6)
    }
}
