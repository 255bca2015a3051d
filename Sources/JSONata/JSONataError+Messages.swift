import JSON

extension JSONataError {
    /// The message of a code; the token and the values stand where the code's template wants them.
    ///
    /// Worded as the reference engine words them, since AWS shows them in causes.
    static func message(
        _ code: String, token: String?, value: Value?, other: Value? = nil
    ) -> String {
        let token = token ?? "(end)"
        let shown = value.map(\.serialized) ?? "undefined"
        if let other { return pairMessage(code, token, shown, other.serialized) }
        return syntaxMessage(code, token, shown) ?? typeMessage(code, token, shown)
            ?? dataMessage(code, token, shown) ?? pictureMessage(code, shown)
            ?? "the expression failed with \(code)"
    }

    private static func pairMessage(
        _ code: String, _ token: String, _ first: String, _ second: String
    ) -> String {
        switch code {
        case "T2007":
            "Type mismatch when comparing values \(first) and \(second) in order-by clause"
        case "T2009":
            "The values \(first) and \(second) either side of operator \"\(token)\" must be of"
                + " the same data type"
        default:
            "The power function has resulted in a value that cannot be represented as a JSON"
                + " number: base=\(first), exponent=\(second)"
        }
    }

    private static func syntaxMessage(_ code: String, _ token: String, _ shown: String) -> String? {
        switch code {
        case "S0101": "String literal must be terminated by a matching quote"
        case "S0102": "Number out of range: \(token)"
        case "S0103": "Unsupported escape sequence: \\\(token)"
        case "S0104": "The escape sequence \\u must be followed by 4 hex digits"
        case "S0105": "Quoted property name must be terminated with a backquote (`)"
        case "S0106": "Comment has no closing tag"
        case "S0201": "Syntax error: \"\(token)\""
        case "S0202": "Expected \(shown), got \"\(token)\""
        case "S0203": "Expected \(shown) before end of expression"
        case "S0204": "Unknown operator: \"\(token)\""
        case "S0207": "Unexpected end of expression"
        case "S0208":
            "Parameter \(shown) of function definition must be a variable name"
                + " (start with $)"
        case "S0209": "A predicate cannot follow a grouping expression in a step"
        case "S0210": "Each step can only have one grouping expression"
        case "S0211": "The symbol \"\(token)\" cannot be used as a unary operator"
        case "S0212": "The left side of := must be a variable name (start with $)"
        case "S0213": "The literal value \(shown) cannot be used as a step within a path expression"
        case "S0214": "The right side of \"\(token)\" must be a variable name (start with $)"
        case "S0215": "A context variable binding must precede any predicates on a step"
        case "S0216": "A context variable binding must precede the 'order-by' clause on a step"
        case "S0217": "The object representing the 'parent' cannot be derived from this expression"
        case "S0301": "Empty regular expressions are not allowed"
        case "S0302": "No terminating / in regular expression"
        case "S0401": "Type parameters can only be applied to functions and arrays"
        case "S0402": "Choice groups containing parameterized types are not supported"
        default: nil
        }
    }

    private static func typeMessage(_ code: String, _ token: String, _ shown: String) -> String? {
        switch code {
        case "T0410": "Argument \(shown) of function \"\(token)\" does not match function signature"
        case "T0411":
            "Context value is not a compatible type with argument \(shown) of function"
                + " \"\(token)\""
        case "T1003": "Key in object structure must evaluate to a string; got: \(shown)"
        case "T1005": "Attempted to invoke a non-function. Did you mean $\(token)?"
        case "T1006": "Attempted to invoke a non-function"
        case "T1007": "Attempted to partially apply a non-function. Did you mean $\(token)?"
        case "T1008": "Attempted to partially apply a non-function"
        case "T1010":
            "The matcher function argument passed to function \"\(token)\" does not"
                + " return the correct object structure"
        case "T2001": "The left side of the \"\(token)\" operator must evaluate to a number"
        case "T2002": "The right side of the \"\(token)\" operator must evaluate to a number"
        case "T2003": "The left side of the range operator (..) must evaluate to an integer"
        case "T2004": "The right side of the range operator (..) must evaluate to an integer"
        case "T2006": "The right side of the function application operator ~> must be a function"
        case "T2008":
            "The expressions within an order-by clause must evaluate to numeric or"
                + " string values"
        case "T2010":
            "The expressions either side of operator \"\(token)\" must evaluate to"
                + " numeric or string values"
        case "T2011":
            "The insert/update clause of the transform expression must evaluate to an"
                + " object: \(shown)"
        case "T2012":
            "The delete clause of the transform expression must evaluate to a string or"
                + " array of strings: \(shown)"
        default: nil
        }
    }

    private static func dataMessage(_ code: String, _ token: String, _ shown: String) -> String? {
        switch code {
        case "D1001": "Number out of range: \(token)"
        case "D1002": "Cannot negate a non-numeric value: \(shown)"
        case "D1004": "Regular expression matches zero length string"
        case "D1009": "Multiple key definitions evaluate to same key: \(shown)"
        case "D2014":
            "The size of the sequence allocated by the range operator (..) must not"
                + " exceed 1e7.  Attempted to allocate \(shown)."
        case "D3001": "Attempting to invoke string function on Infinity or NaN"
        case "D3010": "Second argument of replace function cannot be an empty string"
        case "D3011": "Fourth argument of replace function must evaluate to a positive number"
        case "D3012": "Attempted to replace a matched string with a non-string value"
        case "D3020": "Third argument of split function must evaluate to a positive number"
        case "D3030": "Unable to cast value to a number: \(shown)"
        case "D3040": "Third argument of match function must evaluate to a positive number"
        case "D3050":
            "The second argument of reduce function must be a function with at least two"
                + " arguments"
        case "D3060": "The sqrt function cannot be applied to a negative number: \(shown)"
        case "D3070":
            "The single argument form of the sort function can only be applied to an"
                + " array of strings or an array of numbers.  Use the second argument to specify a"
                + " comparison function"
        case "D3120": "Syntax error in expression passed to function eval: \(shown)"
        case "D3121": "Dynamic error evaluating the expression passed to function eval: \(shown)"
        case "D3137": "$error() function evaluated"
        case "D3138":
            "The $single() function expected exactly 1 matching result."
                + "  Instead it matched more."
        case "D3139":
            "The $single() function expected exactly 1 matching result."
                + "  Instead it matched 0."
        case "D3140": "Malformed URL passed to $\(token)(): \(shown)"
        case "D3141": "$assert() statement failed"
        default: nil
        }
    }

    private static func pictureMessage(_ code: String, _ shown: String) -> String? {
        switch code {
        case "D3080": "The picture string must only contain a maximum of two sub-pictures"
        case "D3081": "The sub-picture \(severalOf("decimal-separator"))"
        case "D3082": "The sub-picture \(severalOf("percent"))"
        case "D3083": "The sub-picture \(severalOf("per-mille"))"
        case "D3084":
            "The sub-picture must not contain both a 'percent' and a 'per-mille' character"
        case "D3085":
            "The mantissa part of a sub-picture must contain at least one character that is either"
                + " an 'optional digit character' or a member of the 'decimal digit family'"
        case "D3086":
            "The sub-picture must not contain a passive character that is preceded by an active"
                + " character and that is followed by another active character"
        case "D3087":
            "The sub-picture must not contain a 'grouping-separator' character that appears"
                + " adjacent to a 'decimal-separator' character"
        case "D3088":
            "The sub-picture must not contain a 'grouping-separator' at the end of the integer"
                + " part"
        case "D3089":
            "The sub-picture must not contain two adjacent instances of the 'grouping-separator'"
                + " character"
        case "D3090":
            "The integer part of the sub-picture must not contain a member of the 'decimal digit"
                + " family' that is followed by an instance of the 'optional digit character'"
        case "D3091":
            "The fractional part of the sub-picture must not contain an instance of the 'optional"
                + " digit character' that is followed by a member of the 'decimal digit family'"
        case "D3092":
            "A sub-picture that contains a 'percent' or 'per-mille' character must not contain a"
                + " character treated as an 'exponent-separator'"
        case "D3093":
            "The exponent part of the sub-picture must comprise only of one or more characters that"
                + " are members of the 'decimal digit family'"
        case "D3100":
            "The radix of the formatBase function must be between 2 and 36.  It was given"
                + " \(shown)"
        case "D3110":
            "The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given"
                + " \(shown)"
        case "D3130":
            "Formatting or parsing an integer as a sequence starting with \(shown) is not supported"
                + " by this implementation"
        case "D3131": "In a decimal digit pattern, all digits must be from the same decimal group"
        case "D3132": "Unknown component specifier \(shown) in date/time picture string"
        case "D3133":
            "The 'name' modifier can only be applied to months and days in the date/time"
                + " picture string, not \(shown)"
        case "D3134": "The timezone integer format specifier cannot have more than four digits"
        case "D3135": "No matching closing bracket ']' in date/time picture string"
        case "D3136":
            "The date/time picture string is missing specifiers required to parse the"
                + " timestamp"
        default: nil
        }
    }

    private static func severalOf(_ character: String) -> String {
        "must not contain more than one instance of the '\(character)' character"
    }
}
