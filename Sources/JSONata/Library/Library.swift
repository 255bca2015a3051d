import JSON

/// A function of the library.
final class LibraryFunction: Function, @unchecked Sendable {
    // Proof: only constants.
    typealias Body = @Sendable (Arguments, inout Machine) throws -> Item

    private let title: String
    private let signature: Signature?
    private let parameterCount: Int
    private let body: Body

    init(_ name: String, _ signature: String, arity: Int, _ body: @escaping Body) {
        title = name
        // The table below is ours: a signature that does not parse would fail its test.
        self.signature = try? Signature(parsing: signature)
        parameterCount = arity
        self.body = body
        super.init()
    }

    override var arity: Int { parameterCount }
    override var name: String? { title }

    override func call(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let signature, !signature.fits(arguments) else {
            return try body(arguments, &machine)
        }
        return try body(try signature.checked(arguments, wrapsArrays: false), &machine)
    }
}

/// The functions that every expression may call.
enum Library {
    private static let standard: [String: LibraryFunction] = table([
        stringFunctions, textFunctions, encodingFunctions, numberFunctions, formatFunctions,
        aggregateFunctions, arrayFunctions, objectFunctions, higherOrderFunctions, dateFunctions,
        otherFunctions,
    ])
    private static let states = table([statesFunctions])
    private static let eval = table([evalFunctions])

    private static func table(_ groups: [[LibraryFunction]]) -> [String: LibraryFunction] {
        var table: [String: LibraryFunction] = [:]
        for function in groups.joined() { table[function.name ?? ""] = function }
        return table
    }

    /// The function that a name means, unless the caller supplies a variable of that name.
    static func find(_ name: String, _ options: CompileOptions) -> LibraryFunction? {
        options.variables.contains(name) ? nil : function(name, options)
    }

    static func function(_ name: String, _ options: CompileOptions) -> LibraryFunction? {
        if options.statesLanguage, let function = states[name] { return function }
        if options.allowsEval, let function = eval[name] { return function }
        return standard[name]
    }
}

extension Arguments {
    /// The text of an argument that the signature has checked.
    func text(_ index: Int) -> Text? {
        if case .text(let text) = self[index] { return text }
        return nil
    }

    func string(_ index: Int) -> String? { text(index)?.string }

    func number(_ index: Int) -> Double? { self[index].double }

    func function(_ index: Int) -> Function? {
        if case .function(let function) = self[index] { return function }
        return nil
    }
}
