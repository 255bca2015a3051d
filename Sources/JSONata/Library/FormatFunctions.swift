import JSON

extension Library {
    static let formatFunctions: [LibraryFunction] = [
        LibraryFunction("formatNumber", "<n-so?:s>", arity: 3) { arguments, _ in
            guard let number = arguments.number(0), let picture = arguments.string(1) else {
                return .undefined
            }
            var symbols = NumberPicture.Symbols()
            for option in arguments[2].members {
                if case .text(let text) = option.value {
                    symbols.rename(option.key.string, to: text.string)
                }
            }
            let compiled = try NumberPicture(picture, symbols: symbols)
            guard number.isFinite else { throw JSONataError("D3001") }
            return .string(compiled.format(number))
        },
        LibraryFunction("formatBase", "<n-n?:s>", arity: 2) { arguments, _ in
            guard let number = arguments.number(0) else { return .undefined }
            let value = NumberText.round(number, decimals: 0)
            let radix = NumberText.round(arguments.number(1) ?? 10, decimals: 0)
            guard radix >= 2, radix <= 36 else {
                throw JSONataError("D3100", value: arguments[1].shown)
            }
            guard value.isFinite else { throw JSONataError("D3001") }
            return .string(NumberText.format(value, radix: Int(radix)))
        },
        LibraryFunction("formatInteger", "<n-s:s>", arity: 2) { arguments, _ in
            guard let number = arguments.number(0), let picture = arguments.string(1) else {
                return .undefined
            }
            guard number.isFinite else { throw JSONataError("D3001") }
            return .string(try IntegerPicture(picture).format(number.rounded(.down)))
        },
        LibraryFunction("parseInteger", "<s-s:n>", arity: 2) { arguments, _ in
            guard let text = arguments.string(0), let picture = arguments.string(1) else {
                return .undefined
            }
            // The reference engine gives NaN for a text that is no number: null in JSON.
            return try IntegerPicture(picture).parse(text).map { .number($0) } ?? .null
        },
    ]
}
