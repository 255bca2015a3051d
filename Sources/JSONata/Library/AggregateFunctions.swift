import JSON

extension Library {
    static let aggregateFunctions: [LibraryFunction] = [
        LibraryFunction("sum", "<a<n>:n>", arity: 1) { arguments, machine in
            if arguments[0].isUndefined { return .undefined }
            var total = 0.0
            try forEachNumber(arguments[0], &machine) { total += $0 }
            return .number(total)
        },
        LibraryFunction("max", "<a<n>:n>", arity: 1) { arguments, machine in
            var best: Double?
            try forEachNumber(arguments[0], &machine) { best = Swift.max(best ?? $0, $0) }
            return best.map { .number($0) } ?? .undefined
        },
        LibraryFunction("min", "<a<n>:n>", arity: 1) { arguments, machine in
            var best: Double?
            try forEachNumber(arguments[0], &machine) { best = Swift.min(best ?? $0, $0) }
            return best.map { .number($0) } ?? .undefined
        },
        LibraryFunction("average", "<a<n>:n>", arity: 1) { arguments, machine in
            var total = 0.0
            var count = 0
            try forEachNumber(arguments[0], &machine) {
                total += $0
                count += 1
            }
            return count == 0 ? .undefined : .number(total / Double(count))
        },
        LibraryFunction("count", "<a:n>", arity: 1) { arguments, _ in
            .number(Double(arguments[0].elementCount))
        },
    ]

    private static func forEachNumber(
        _ item: Item, _ machine: inout Machine, _ body: (Double) -> Void
    ) throws {
        if item.isUndefined { return }
        try machine.step(item.elementCount / 16)
        try item.forEachElement { element in
            if case .number(let number) = element {
                body(number)
            } else if let number = element.double {
                body(number)
            } else {
                throw Signature.wrongElements("n")
            }
        }
    }
}
