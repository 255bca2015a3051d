/// Where the columns stand in a row.
struct Columns {
    let registrationId: Int
    /// First name, last name and date of birth.
    let child: Int
    /// First name, last name, email and phone, one after another.
    let mother: Int
    let father: Int
    let daysOfWeek: Int
    let specialInstructions: Int

    init(_ header: [String]) {
        func column(_ name: String) -> Int {
            guard let index = header.firstIndex(of: name) else {
                exit(message: "the input has no column \(name)")
            }
            return index
        }
        registrationId = column("registrationId")
        child = column("childFirstName")
        mother = column("motherFirstName")
        father = column("fatherFirstName")
        daysOfWeek = column("daysOfWeek")
        specialInstructions = column("specialInstructions")
    }

    func rejection(of row: Row) -> Rejection? {
        if (child..<child + 3).allSatisfy({ row[$0].isEmpty }) { return .missing("child") }
        let hasMother = (mother..<mother + 4).contains { !row[$0].isEmpty }
        if !hasMother && (father..<father + 4).allSatisfy({ row[$0].isEmpty }) {
            return .missing("parents")
        }
        return row[daysOfWeek].isEmpty ? .missing("daysOfWeek") : nil
    }
}

/// Checks a row and writes its outcome straight from the row's fields.
func writeDirect(
    _ row: Row, _ columns: Columns, _ rules: Rules, index: Int, _ totals: inout Totals,
    to output: inout Output
) {
    if let rejection = columns.rejection(of: row) {
        totals.count(rejection)
        return output.write(rejection, index: index)
    }
    let (age, rejection) = rules.check(dateOfBirth: row[columns.child + 2])
    if let rejection {
        totals.count(rejection)
        return output.write(rejection, index: index)
    }
    let fees = rules.fees(at: age)
    totals.succeeded += 1
    totals.fees += fees
    output.write(#"{"index":"#)
    output.write(decimal: index)
    output.write(#","status":"SUCCEEDED","output":{"registrationId":"#)
    output.write(quoting: row[columns.registrationId])
    output.write(#","registration_info":{"child":{"firstName":"#)
    output.write(quoting: row[columns.child])
    output.write(#","lastName":"#)
    output.write(quoting: row[columns.child + 1])
    output.write(#","dateOfBirth":"#)
    output.write(quoting: row[columns.child + 2])
    output.write(#","age":"#)
    output.write(decimal: age)
    output.write(#"},"parents":{"mother":"#)
    writeParent(row, columns.mother, to: &output)
    output.write(#","father":"#)
    writeParent(row, columns.father, to: &output)
    output.write(#"},"daysOfWeek":"#)
    writeDays(row[columns.daysOfWeek], to: &output)
    output.write(#","specialInstructions":"#)
    output.write(quoting: row[columns.specialInstructions])
    output.write(#"},"fees":"#)
    output.write(decimal: fees)
    output.write(#","startDate":"#)
    output.write(quoting: rules.startDate)
    output.write("}}\n")
}

private func writeParent(_ row: Row, _ first: Int, to output: inout Output) {
    output.write(#"{"firstName":"#)
    output.write(quoting: row[first])
    output.write(#","lastName":"#)
    output.write(quoting: row[first + 1])
    output.write(#","email":"#)
    output.write(quoting: row[first + 2])
    output.write(#","phone":"#)
    output.write(quoting: row[first + 3])
    output.write(0x7D)
}

private func writeDays(_ days: Slice, to output: inout Output) {
    output.write("[")
    var isFirst = true
    for day in days.split(separator: 0x3B) {
        if !isFirst { output.write(0x2C) }
        output.write(quoting: Slice(rebasing: day))
        isFirst = false
    }
    output.write("]")
}
