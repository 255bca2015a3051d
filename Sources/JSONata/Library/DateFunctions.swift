import JSON

extension Library {
    static let dateFunctions: [LibraryFunction] = [
        LibraryFunction("now", "<s?s?:s>", arity: 2) { arguments, machine in
            try format(Double(machine.now), arguments.string(0), arguments.string(1))
        },
        LibraryFunction("millis", "<:n>", arity: 0) { _, machine in
            .number(Double(machine.now))
        },
        LibraryFunction("fromMillis", "<n-s?s?:s>", arity: 3) { arguments, _ in
            guard let moment = arguments.number(0) else { return .undefined }
            return try format(moment, arguments.string(1), arguments.string(2))
        },
        LibraryFunction("toMillis", "<s-s?:n>", arity: 2) { arguments, machine in
            guard let text = arguments.string(0) else { return .undefined }
            guard let picture = arguments.string(1) else {
                guard let moment = ISODate.milliseconds(text) else {
                    throw JSONataError("D3110", value: .string(text))
                }
                return .number(Double(moment))
            }
            let now = CivilDate(milliseconds: machine.now)
            let moment = try DatePictures.compiled(picture).parse(text, now: now)
            return moment.map { .number(Double($0)) } ?? .undefined
        },
    ]

    private static func format(
        _ moment: Double, _ picture: String?, _ zone: String?
    ) throws -> Item {
        // The range of JavaScript's dates.
        guard moment.magnitude <= 8.64e15 else {
            throw JSONataError("D1001", token: NumberText.format(moment))
        }
        let compiled = try picture.map { try DatePictures.compiled($0) } ?? DatePicture.iso8601
        let offset = zone.map { TimeZoneOffset($0) } ?? .utc
        var out = ByteBuffer(capacity: 64)
        try compiled?.format(milliseconds: Int(moment), zone: offset, to: &out)
        return .text(Text(utf8: out.bytes))
    }
}
