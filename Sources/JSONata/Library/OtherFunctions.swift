import JSON

extension Library {
    static let otherFunctions: [LibraryFunction] = [
        LibraryFunction("boolean", "<x-:b>", arity: 1) { arguments, _ in
            arguments[0].isUndefined ? .undefined : .bool(arguments[0].isTrue)
        },
        LibraryFunction("not", "<x-:b>", arity: 1) { arguments, _ in
            arguments[0].isUndefined ? .undefined : .bool(!arguments[0].isTrue)
        },
        LibraryFunction("exists", "<x:b>", arity: 1) { arguments, _ in
            .bool(!arguments[0].isUndefined)
        },
        LibraryFunction("error", "<s?:x>", arity: 1) { arguments, _ in
            throw failure("D3137", arguments.string(0))
        },
        LibraryFunction("assert", "<bs?:x>", arity: 2) { arguments, _ in
            if case .bool(true) = arguments[0] { return .undefined }
            throw failure("D3141", arguments.string(1))
        },
    ]

    static let evalFunctions: [LibraryFunction] = [
        LibraryFunction("eval", "<sx?:x>", arity: 2) { arguments, machine in
            guard let text = arguments.string(0) else { return .undefined }
            let context = arguments[1].isUndefined ? arguments.context : arguments[1]
            let input: Item =
                context.isArray && !context.isSequence
                ? .list([context], ListInfo(flags: [.sequence, .wrapper], depth: 1)) : context
            let expression: Expression
            do {
                let options = CompileOptions(statesLanguage: false, allowsEval: true)
                expression = try Expression(text, options: options)
            } catch let error as JSONataError {
                throw JSONataError("D3120", value: .string(error.description))
            }
            do {
                return try expression.evaluate(inside: &machine, input)
            } catch let error as JSONataError {
                guard error.kind == .coded else { throw error }
                throw JSONataError("D3121", value: .string(error.description))
            }
        }
    ]

    private static func failure(_ code: String, _ message: String?) -> JSONataError {
        var error = JSONataError(code)
        if let message, !message.isEmpty { error.message = message }
        return error
    }
}
