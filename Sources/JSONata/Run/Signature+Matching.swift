import JSON

extension Signature {
    /// The arguments as the function takes them, with the context in place of missing ones.
    func checked(_ arguments: Arguments, wrapsArrays: Bool) throws -> Arguments {
        if matchesOneByOne(arguments) {
            return try checkArrays(arguments, wrapsArrays: wrapsArrays)
        }
        let types = arguments.items.map(\.type)
        guard let counts = match(types, 0, 0) else { throw mismatch(types) }
        return try filled(arguments, counts, wrapsArrays: wrapsArrays)
    }

    /// Whether a library function can take the arguments as they are.
    @inline(__always)
    func fits(_ arguments: borrowing Arguments) -> Bool {
        guard arguments.count <= masks.count else { return false }
        for index in 0..<arguments.count {
            let mask = masks[index]
            if mask & arguments[index].type.rawValue == 0 || mask & Self.needsLook != 0 {
                return false
            }
        }
        return arguments.count >= required
    }

    /// The common case: one argument for each parameter, optional ones at the end left out.
    @inline(__always)
    private func matchesOneByOne(_ arguments: Arguments) -> Bool {
        guard arguments.count <= parameters.count else { return false }
        for index in 0..<arguments.count {
            let parameter = parameters[index]
            if parameter.count == .repeated { return false }
            if !parameter.accepts.contains(arguments[index].type) { return false }
        }
        for index in arguments.count..<parameters.count {
            if parameters[index].count != .optional || parameters[index].takesContext {
                return false
            }
        }
        return true
    }

    private func checkArrays(_ arguments: Arguments, wrapsArrays: Bool) throws -> Arguments {
        var arguments = arguments
        for index in 0..<arguments.count where parameters[index].isArray {
            let argument = arguments[index]
            if argument.isUndefined { continue }
            try checkElements(argument, parameters[index], index, wrapsArrays)
            if wrapsArrays && !argument.isArray { arguments[index] = .plain([argument]) }
        }
        return arguments
    }

    private func checkElements(
        _ argument: Item, _ parameter: Parameter, _ index: Int, _ isStrict: Bool
    ) throws {
        guard let letter = parameter.element else { return }
        let wanted = TypeSet.element(letter)
        // The functions of numbers check their elements themselves, in the one pass they make.
        if !isStrict && letter == "n" { return }
        guard Elements(argument).allSatisfy({ wanted.contains($0.type) }) else {
            throw Self.wrongElements(letter, index)
        }
    }

    /// The error for an array whose elements have not the type of this letter.
    static func wrongElements(_ letter: Character, _ index: Int = 0) -> JSONataError {
        let plural =
            switch letter {
            case "s": "strings"
            case "n": "numbers"
            case "b": "booleans"
            case "o": "objects"
            case "f": "functions"
            default: "arrays"
            }
        var error = JSONataError("T0412", value: .int(index + 1))
        error.message = plural
        return error
    }

    /// How many arguments each parameter takes, greedily from the left; nil if none fits.
    private func match(_ types: [TypeSet], _ parameter: Int, _ argument: Int) -> [Int]? {
        guard parameter < parameters.count else { return argument == types.count ? [] : nil }
        var most = parameters[parameter].most(of: types, from: argument)
        while most >= parameters[parameter].least {
            if let rest = match(types, parameter + 1, argument + most) { return [most] + rest }
            most -= 1
        }
        return nil
    }

    private func filled(
        _ arguments: Arguments, _ counts: [Int], wrapsArrays: Bool
    ) throws -> Arguments {
        var result = Arguments()
        result.context = arguments.context
        var next = 0
        for (index, count) in counts.enumerated() {
            let parameter = parameters[index]
            if count == 0 {
                guard parameter.takesContext else {
                    result.append(arguments[next])
                    next += 1
                    continue
                }
                let context = arguments.context.unwrapped
                guard parameter.accepts.contains(context.type) else {
                    throw JSONataError("T0411", value: .int(next + 1))
                }
                result.append(context)
            }
            for _ in 0..<count {
                var argument = arguments[next]
                if parameter.isArray && !argument.isUndefined {
                    try checkElements(argument, parameter, next, wrapsArrays)
                    if wrapsArrays && !argument.isArray { argument = .plain([argument]) }
                }
                result.append(argument)
                next += 1
            }
        }
        return result
    }

    /// Names the first argument that fits no more.
    private func mismatch(_ types: [TypeSet]) -> JSONataError {
        var fitting = 0
        for end in 1...max(parameters.count, 1) {
            guard let count = longestMatch(types, of: parameters.prefix(end)) else { break }
            fitting = count
        }
        return JSONataError("T0410", value: .int(fitting + 1))
    }

    /// How many arguments these parameters take from one on, as a regular expression would.
    private func longestMatch(
        _ types: [TypeSet], of parameters: ArraySlice<Parameter>, from start: Int = 0
    ) -> Int? {
        guard let parameter = parameters.first else { return start }
        var most = parameter.most(of: types, from: start)
        while most >= parameter.least {
            let end = longestMatch(types, of: parameters.dropFirst(), from: start + most)
            if let end { return end }
            most -= 1
        }
        return nil
    }
}

extension Signature.Parameter {
    /// How many arguments it needs.
    fileprivate var least: Int { count == .optional ? 0 : 1 }

    /// How many of the arguments from one on it can take.
    fileprivate func most(of types: [TypeSet], from start: Int) -> Int {
        let fitting = types[min(start, types.count)...].prefix { accepts.contains($0) }.count
        return count == .repeated ? fitting : min(fitting, 1)
    }
}
