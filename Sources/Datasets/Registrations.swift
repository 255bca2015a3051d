import JSON

/// Makes daycare registrations: flat CSV rows, or the nested record that the handlers take.
struct Registrations: RowMaker {
    let seed: UInt64
    // Copies, since a global is checked for initialisation at every use.
    private let firstNames = Words.firstNames
    private let lastNames = Words.lastNames
    private let days = Words.days

    init(seed: UInt64) { self.seed = seed }

    func writeHeader(to buffer: inout ByteBuffer) {
        buffer.append("registrationId,submittedOn,language,source,")
        buffer.append("childFirstName,childLastName,dateOfBirth,")
        buffer.append("motherFirstName,motherLastName,motherEmail,motherPhone,")
        buffer.append("fatherFirstName,fatherLastName,fatherEmail,fatherPhone,")
        buffer.append("daysOfWeek,specialInstructions\n")
    }

    func writeCSV(row: Int, to buffer: inout ByteBuffer) {
        let registration = Registration(seed: seed, row: row)
        writeHead(of: registration, to: &buffer)
        if registration.fault != .short { writeTail(of: registration, to: &buffer) }
        if registration.fault == .long { buffer.append(",one column,too many") }
        buffer.append(0x0A)
    }

    private func writeHead(of registration: Registration, to buffer: inout ByteBuffer) {
        writeIdentifier(of: registration, to: &buffer)
        buffer.append(0x2C)
        registration.submittedOn.write(to: &buffer)
        buffer.append(0x2C)
        buffer.append(Words.languages[registration.language])
        buffer.append(0x2C)
        buffer.append(Words.sources[registration.source])
        guard registration.fault != .noChild else { return buffer.append(",,,") }
        buffer.append(0x2C)
        buffer.append(firstNames[registration.names.child].text)
        buffer.append(0x2C)
        buffer.append(lastNames[registration.family].text)
        buffer.append(0x2C)
        writeBirth(of: registration, to: &buffer)
    }

    private func writeTail(of registration: Registration, to buffer: inout ByteBuffer) {
        if registration.fault == .noParents {
            buffer.append(",,,,,,,,")
        } else {
            let names = registration.names
            let phones = registration.phones
            writeParent(names.mother, phones.mother, of: registration, to: &buffer)
            writeParent(names.father, phones.father, of: registration, to: &buffer)
        }
        buffer.append(0x2C)
        if registration.fault != .noDays { writeDays(of: registration, between: ";", to: &buffer) }
        buffer.append(0x2C)
        guard registration.instruction < Words.instructions.count else { return }
        buffer.append(Words.instructions[registration.instruction].csv)
    }

    private func writeParent(
        _ name: Int, _ phone: Int, of registration: Registration, to buffer: inout ByteBuffer
    ) {
        buffer.append(0x2C)
        buffer.append(firstNames[name].text)
        buffer.append(0x2C)
        buffer.append(lastNames[registration.family].text)
        buffer.append(0x2C)
        writeAddress(name, registration.family, to: &buffer)
        buffer.append(0x2C)
        writePhone(phone, to: &buffer)
    }

    func writeIdentifier(of registration: Registration, to buffer: inout ByteBuffer) {
        buffer.append(0x52)
        buffer.append(registration.row + 1, digits: 9)
    }

    func writeBirth(of registration: Registration, to buffer: inout ByteBuffer) {
        guard registration.fault == .impossibleDate else {
            return registration.born.write(to: &buffer)
        }
        buffer.append(Words.impossibleDates[registration.impossibleDate])
    }

    func writeAddress(_ first: Int, _ last: Int, to buffer: inout ByteBuffer) {
        buffer.append(firstNames[first].address)
        buffer.append(0x2E)
        buffer.append(lastNames[last].address)
        buffer.append("@example.com")
    }

    func writePhone(_ phone: Int, to buffer: inout ByteBuffer) {
        buffer.append("555-01")
        buffer.append(phone, digits: 4)
    }

    func writeDays(
        of registration: Registration, between separator: StaticString, to buffer: inout ByteBuffer
    ) {
        var isFirst = true
        for day in days.indices where registration.days & (1 << day) != 0 {
            if !isFirst { buffer.append(separator) }
            buffer.append(days[day])
            isFirst = false
        }
    }

    func firstName(_ index: Int) -> StaticString { firstNames[index].text }
    func lastName(_ index: Int) -> StaticString { lastNames[index].text }
}
