import JSON

extension Registrations {
    /// The nested record; what a flat row says by empty columns is left out here.
    func writeJSON(row: Int, to buffer: inout ByteBuffer) {
        let registration = Registration(seed: seed, row: row)
        let fault = registration.fault
        buffer.append(#"{"registrationId":""#)
        writeIdentifier(of: registration, to: &buffer)
        buffer.append(#"","registration_info":{"#)
        if fault != .noChild { writeChild(of: registration, to: &buffer) }
        if fault != .noParents && fault != .short { writeParents(of: registration, to: &buffer) }
        if fault != .noDays && fault != .short {
            buffer.append(#""daysOfWeek":[""#)
            writeDays(of: registration, between: #"",""#, to: &buffer)
            buffer.append(#""],"#)
        }
        buffer.append(#""specialInstructions":"#)
        let hasInstruction =
            fault != .short && registration.instruction < Words.instructions.count
        buffer.append(
            hasInstruction ? Words.instructions[registration.instruction].json : #""""#)
        buffer.append("}}")
    }

    private func writeChild(of registration: Registration, to buffer: inout ByteBuffer) {
        buffer.append(#""child":{"firstName":""#)
        buffer.append(firstName(registration.names.child))
        buffer.append(#"","lastName":""#)
        buffer.append(lastName(registration.family))
        buffer.append(#"","dateOfBirth":""#)
        writeBirth(of: registration, to: &buffer)
        buffer.append(#""},"#)
    }

    private func writeParents(of registration: Registration, to buffer: inout ByteBuffer) {
        let names = registration.names
        let phones = registration.phones
        buffer.append(#""parents":{"mother":"#)
        writeParent(names.mother, registration.family, phones.mother, to: &buffer)
        buffer.append(#","father":"#)
        writeParent(names.father, registration.family, phones.father, to: &buffer)
        buffer.append(#"},"#)
    }

    private func writeParent(_ first: Int, _ last: Int, _ phone: Int, to buffer: inout ByteBuffer) {
        buffer.append(#"{"firstName":""#)
        buffer.append(firstName(first))
        buffer.append(#"","lastName":""#)
        buffer.append(lastName(last))
        buffer.append(#"","email":""#)
        writeAddress(first, last, to: &buffer)
        buffer.append(#"","phone":""#)
        writePhone(phone, to: &buffer)
        buffer.append(#""}"#)
    }
}
