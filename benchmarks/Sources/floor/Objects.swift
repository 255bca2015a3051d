/// A JSON value, as a program has it that holds records rather than columns.
enum Item {
    case text(Slice)
    case number(Int)
    case array([Item])
    case object([Member])

    func write(to output: inout Output) {
        switch self {
        case .text(let slice): output.write(quoting: slice)
        case .number(let number): output.write(decimal: number)
        case .array(let items):
            output.write(0x5B)
            for index in items.indices {
                if index > 0 { output.write(0x2C) }
                items[index].write(to: &output)
            }
            output.write(0x5D)
        case .object(let members):
            output.write(0x7B)
            for index in members.indices {
                if index > 0 { output.write(0x2C) }
                output.write(members[index].key.quoted)
                members[index].value.write(to: &output)
            }
            output.write(0x7D)
        }
    }
}

/// A row as an object; keys are few, so they are looked for one by one.
struct Record {
    let members: [Member]

    subscript(key: Key) -> Slice {
        for index in members.indices where members[index].key == key {
            if case .text(let slice) = members[index].value { return slice }
        }
        return Slice(start: nil, count: 0)
    }
}

struct Member {
    let key: Key
    let value: Item

    init(_ key: Key, _ value: Item) {
        self.key = key
        self.value = value
    }
}

/// A member's name, made once, so that equal names are the same place in memory; it is kept as it
/// stands in JSON, with its quotes and colon.
struct Key: Equatable {
    let quoted: Slice

    init(_ name: String) { quoted = Slice(copying: "\"\(name)\":") }

    static func == (left: Key, right: Key) -> Bool {
        left.quoted.baseAddress == right.quoted.baseAddress
    }
}

/// Checks a row as a key/value object, makes the outcome as one, and writes that.
struct Registrar {
    private let names: [Key]
    private let rules: Rules
    private let keys = Keys()

    init(header: [String], rules: Rules) {
        names = header.map(keys.column)
        self.rules = rules
    }

    func write(_ row: Row, index: Int, _ totals: inout Totals, to output: inout Output) {
        let item = Record(members: names.indices.map { Member(names[$0], .text(row[$0])) })
        let (age, rejection) = check(item)
        if let rejection {
            totals.count(rejection)
            return output.write(rejection, index: index)
        }
        let fees = rules.fees(at: age)
        totals.succeeded += 1
        totals.fees += fees
        let outcome = Item.object([
            Member(keys.index, .number(index)), Member(keys.status, .text(keys.succeeded)),
            Member(keys.output, registration(item, age: age, fees: fees)),
        ])
        outcome.write(to: &output)
        output.write(0x0A)
    }

    private func check(_ item: Record) -> (age: Int, rejection: Rejection?) {
        let child = [keys.childFirstName, keys.childLastName, keys.dateOfBirth]
        if child.allSatisfy({ item[$0].isEmpty }) { return (0, .missing("child")) }
        if !keys.mother.contains(where: { !item[$0].isEmpty })
            && !keys.father.contains(where: { !item[$0].isEmpty })
        {
            return (0, .missing("parents"))
        }
        if item[keys.daysOfWeek].isEmpty { return (0, .missing("daysOfWeek")) }
        return rules.check(dateOfBirth: item[keys.dateOfBirth])
    }

    private func registration(_ item: Record, age: Int, fees: Int) -> Item {
        let child = Item.object([
            Member(keys.firstName, .text(item[keys.childFirstName])),
            Member(keys.lastName, .text(item[keys.childLastName])),
            Member(keys.dateOfBirth, .text(item[keys.dateOfBirth])), Member(keys.age, .number(age)),
        ])
        let parents = Item.object([
            Member(keys.motherKey, parent(item, keys.mother)),
            Member(keys.fatherKey, parent(item, keys.father)),
        ])
        let days = item[keys.daysOfWeek].split(separator: 0x3B)
        let info = Item.object([
            Member(keys.child, child), Member(keys.parents, parents),
            Member(keys.daysOfWeek, .array(days.map { .text(Slice(rebasing: $0)) })),
            Member(keys.specialInstructions, .text(item[keys.specialInstructions])),
        ])
        return .object([
            Member(keys.registrationId, .text(item[keys.registrationId])), Member(keys.info, info),
            Member(keys.fees, .number(fees)), Member(keys.startDate, .text(rules.startDate)),
        ])
    }

    private func parent(_ item: Record, _ columns: [Key]) -> Item {
        .object([
            Member(keys.firstName, .text(item[columns[0]])),
            Member(keys.lastName, .text(item[columns[1]])),
            Member(keys.email, .text(item[columns[2]])),
            Member(keys.phone, .text(item[columns[3]])),
        ])
    }
}

/// The names of columns and members, made once.
struct Keys {
    let index = Key("index"), status = Key("status"), output = Key("output")
    let succeeded = Slice(copying: "SUCCEEDED")
    let registrationId = Key("registrationId"), info = Key("registration_info")
    let child = Key("child"), parents = Key("parents")
    let motherKey = Key("mother"), fatherKey = Key("father")
    let firstName = Key("firstName"), lastName = Key("lastName")
    let email = Key("email"), phone = Key("phone")
    let age = Key("age"), fees = Key("fees"), startDate = Key("startDate")
    let dateOfBirth = Key("dateOfBirth"), daysOfWeek = Key("daysOfWeek")
    let specialInstructions = Key("specialInstructions")
    let childFirstName = Key("childFirstName"), childLastName = Key("childLastName")
    let mother = [
        Key("motherFirstName"), Key("motherLastName"), Key("motherEmail"), Key("motherPhone"),
    ]
    let father = [
        Key("fatherFirstName"), Key("fatherLastName"), Key("fatherEmail"), Key("fatherPhone"),
    ]

    /// The key of a column; one that the job does not use gets a key that nobody looks for.
    func column(_ name: String) -> Key {
        let used = [
            registrationId, dateOfBirth, daysOfWeek, specialInstructions, childFirstName,
            childLastName,
        ]
        let key = Key(name)
        return (used + mother + father).first { $0.quoted.elementsEqual(key.quoted) } ?? key
    }
}
