/// A function's signature: what arguments it takes, what it takes from the context.
struct Signature: Sendable {
    enum Count: Sendable { case one, optional, repeated }

    struct Parameter: Sendable {
        var accepts: TypeSet
        var count = Count.one
        /// Whether the context stands in when the argument is missing.
        var takesContext = false
        var isArray = false
        /// Of an array: the letter of the type that all elements must have.
        var element: Character?
    }

    private(set) var parameters: [Parameter] = []
    /// The types each parameter takes, for the quick check, and whether there is more to check.
    private(set) var masks: [UInt16] = []
    /// How many arguments there have to be for the quick check.
    private(set) var required = 0

    static let needsLook: UInt16 = 0x8000

    /// Reads `<s-n?:s>`; what comes after the colon, the type of the result, is of no use.
    init(parsing text: String) throws {
        let letters = Array(text)
        var position = 1
        while position < letters.count, letters[position] != ":" {
            try read(letters, &position)
            position += 1
        }
        for (index, parameter) in parameters.enumerated() {
            // The functions of numbers check their elements in the one pass they make.
            let isSimple =
                parameter.count != .repeated
                && (parameter.element == nil || parameter.element == "n")
            masks.append(parameter.accepts.rawValue | (isSimple ? 0 : Self.needsLook))
            if parameter.count != .optional || parameter.takesContext { required = index + 1 }
        }
    }

    private mutating func read(_ letters: [Character], _ position: inout Int) throws {
        let letter = letters[position]
        switch letter {
        case "-", "?", "+": modify(letter)
        case "(":
            let end = Self.closing(")", for: "(", in: letters, from: position)
            let choice = letters[position + 1..<max(end, position + 1)]
            guard !choice.contains("<") else {
                throw JSONataError("S0402", token: String(choice))
            }
            let accepts = choice.reduce(TypeSet.undefined) { $0.union(.element($1)) }
            parameters.append(Parameter(accepts: accepts))
            position = end
        case "<":
            guard let last = parameters.indices.last,
                parameters[last].isArray || parameters[last].accepts == .function
            else { throw JSONataError("S0401", token: String(letter)) }
            let end = Self.closing(">", for: "<", in: letters, from: position)
            if parameters[last].isArray { parameters[last].element = letters[position + 1] }
            position = end
        default:
            guard let accepts = TypeSet(letter: letter) else { return }
            parameters.append(Parameter(accepts: accepts, isArray: letter == "a"))
        }
    }

    private mutating func modify(_ letter: Character) {
        guard let last = parameters.indices.last else { return }
        switch letter {
        case "-":
            parameters[last].takesContext = true
            parameters[last].count = .optional
        case "?": parameters[last].count = .optional
        default: parameters[last].count = .repeated
        }
    }

    private static func closing(
        _ close: Character, for open: Character, in letters: [Character], from start: Int
    ) -> Int {
        var depth = 1
        var position = start + 1
        while position < letters.count {
            if letters[position] == close { depth -= 1 }
            if letters[position] == open { depth += 1 }
            if depth == 0 { return position }
            position += 1
        }
        return letters.count - 1
    }
}

/// A set of the types that a signature tells apart.
struct TypeSet: OptionSet, Sendable {
    let rawValue: UInt16

    static let undefined = TypeSet(rawValue: 1)
    static let string = TypeSet(rawValue: 2)
    static let number = TypeSet(rawValue: 4)
    static let boolean = TypeSet(rawValue: 8)
    static let null = TypeSet(rawValue: 16)
    static let object = TypeSet(rawValue: 32)
    static let array = TypeSet(rawValue: 64)
    static let function = TypeSet(rawValue: 128)
    static let json: TypeSet = [.undefined, .string, .number, .boolean, .null, .object, .array]
    static let any: TypeSet = [.json, .function]

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// What a parameter with this letter takes; nil if no type has it.
    init?(letter: Character) {
        switch letter {
        case "s": self = [.string, .undefined]
        case "n": self = [.number, .undefined]
        case "b": self = [.boolean, .undefined]
        case "l": self = [.null, .undefined]
        case "o": self = [.object, .undefined]
        case "a", "x": self = .any
        case "f": self = .function
        case "j": self = .json
        default: return nil
        }
    }

    /// The type that elements of `a<letter>` have.
    static func element(_ letter: Character) -> TypeSet {
        letter == "a" ? .array : (TypeSet(letter: letter) ?? .any).subtracting(.undefined)
    }
}
