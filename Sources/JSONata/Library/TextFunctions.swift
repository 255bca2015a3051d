import JSON

extension Library {
    static let textFunctions: [LibraryFunction] = [
        LibraryFunction("contains", "<s-(sf):b>", arity: 2) { arguments, machine in
            guard let text = arguments.text(0) else { return .undefined }
            if let wanted = arguments.text(1) {
                return .bool(text.firstRange(of: wanted) != nil)
            }
            guard let matcher = arguments.function(1) else { return .undefined }
            return .bool(try Match.first(of: matcher, in: text, &machine) != nil)
        },
        LibraryFunction("match", "<s-f<s:o>n?:a<o>>", arity: 3) { arguments, machine in
            try match(arguments, &machine)
        },
        LibraryFunction("split", "<s-(sf)n?:a<s>>", arity: 3) { arguments, machine in
            try split(arguments, &machine)
        },
        LibraryFunction("replace", "<s-(sf)(sf)n?:s>", arity: 4) { arguments, machine in
            try replace(arguments, &machine)
        },
        LibraryFunction("join", "<a<s>s?:s>", arity: 2) { arguments, machine in
            if arguments[0].isUndefined { return .undefined }
            let separator = arguments.text(1) ?? Text("")
            var out = ByteBuffer(capacity: 128)
            var isFirst = true
            for element in Elements(arguments[0]) {
                if !isFirst { separator.withUTF8 { out.append($0) } }
                isFirst = false
                try element.appendText(to: &out)
            }
            try machine.charge(bytes: out.count)
            return .text(Text(utf8: out.bytes))
        },
    ]

    private static let matchShape = Shape(["match", "index", "groups"])

    private static func match(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let text = arguments.text(0), let matcher = arguments.function(1) else {
            return .undefined
        }
        let limit = arguments.number(2) ?? .infinity
        guard limit >= 0 else { throw JSONataError("D3040", value: arguments[2].shown) }
        var results: [Item] = []
        guard limit > 0 else { return .list([], .sequence) }
        var next = try Match.first(of: matcher, in: text, &machine)
        while let found = next, Double(results.count) < limit {
            let values: [Item] = [.text(found.text), found.startItem, found.groupsItem]
            results.append(.record(Record(matchShape, values)))
            try machine.charge(elements: 8)
            next = try found.next(&machine)
        }
        return .list(results, ListInfo(flags: .sequence, depth: Item.depth(of: results)))
    }

    private static func split(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        let limit = arguments.number(2) ?? .infinity
        guard limit >= 0 else { throw JSONataError("D3020", value: arguments[2].shown) }
        var parts: [Item] = []
        if let separator = arguments.text(1) {
            parts = plainSplit(text, separator, limit.rounded(.down))
        } else if let matcher = arguments.function(1), limit > 0 {
            var start = 0
            var next = try Match.first(of: matcher, in: text, &machine)
            while let found = next, Double(parts.count) < limit {
                parts.append(.text(found.text(of: text, from: start, to: found.start)))
                start = found.end
                next = try found.next(&machine)
            }
            if Double(parts.count) < limit {
                let rest = Match.utf8Offset(of: start, in: text)
                parts.append(.text(text.part(rest..<text.utf8Count)))
            }
        }
        try machine.charge(elements: parts.count)
        return .plain(parts)
    }

    private static func plainSplit(_ text: Text, _ separator: Text, _ limit: Double) -> [Item] {
        var parts: [Item] = []
        if separator.isEmpty {
            for scalar in text.string.unicodeScalars where Double(parts.count) < limit {
                parts.append(.string(String(scalar)))
            }
            return parts
        }
        var start = 0
        while Double(parts.count) < limit {
            guard let range = text.firstRange(of: separator, from: start) else {
                parts.append(.text(text.part(start..<text.utf8Count)))
                break
            }
            parts.append(.text(text.part(start..<range.lowerBound)))
            start = range.upperBound
        }
        return parts
    }
}

extension Library {
    private static func replace(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let text = arguments.text(0) else { return .undefined }
        if let pattern = arguments.text(1), pattern.isEmpty {
            throw JSONataError("D3010", value: arguments[1].shown)
        }
        let limit = arguments.number(3) ?? .infinity
        guard limit >= 0 else { throw JSONataError("D3011", value: arguments[3].shown) }
        if let pattern = arguments.text(1) {
            return .text(
                try replacePlain(text, pattern, arguments.text(2) ?? Text(""), limit, &machine))
        }
        guard let matcher = arguments.function(1) else { return .undefined }
        if let regex = matcher as? RegexFunction, let template = arguments.text(2) {
            let template = ReplacementTemplate(template)
            return .text(try replaceAll(text, regex, template, limit, &machine))
        }
        return .text(try replace(text, matcher, arguments[2], limit, &machine))
    }

    private static func replacePlain(
        _ text: Text, _ pattern: Text, _ replacement: Text, _ limit: Double,
        _ machine: inout Machine
    ) throws -> Text {
        var out = ByteBuffer(capacity: text.utf8Count + 16)
        var start = 0
        var count = 0.0
        while count < limit, let range = text.firstRange(of: pattern, from: start) {
            text.withUTF8 {
                out.append(UnsafeBufferPointer(rebasing: $0[start..<range.lowerBound]))
            }
            replacement.withUTF8 { out.append($0) }
            try machine.charge(bytes: range.lowerBound - start + replacement.utf8Count)
            start = range.upperBound
            count += 1
        }
        if count == 0 { return text }
        text.withUTF8 { out.append(UnsafeBufferPointer(rebasing: $0[start...])) }
        return Text(utf8: out.bytes)
    }

    /// The common case: one matcher for all matches, groups copied straight from the text.
    private static func replaceAll(
        _ text: Text, _ regex: RegexFunction, _ template: ReplacementTemplate, _ limit: Double,
        _ machine: inout Machine
    ) throws -> Text {
        try text.withUTF8 { bytes in
            var matcher = Matcher(regex.program, bytes)
            guard limit > 0, try matcher.search(from: 0) else { return text }
            var out = ByteBuffer(capacity: bytes.count + 32)
            var start = 0
            var count = 0.0
            var isFound = true
            while isFound, count < limit {
                let (first, end) = (matcher.saved[0], matcher.saved[1])
                if first == end, count > 0 {
                    throw JSONataError("D1004", value: .string(regex.pattern))
                }
                out.append(UnsafeBufferPointer(rebasing: bytes[start..<first]))
                template.append(bytes, matcher.saved, regex.program.groupCount, to: &out)
                try machine.charge(bytes: out.count - start)
                start = end
                count += 1
                isFound = try end < bytes.count && matcher.search(from: end)
            }
            if isFound, matcher.saved[0] == matcher.saved[1], start < bytes.count {
                throw JSONataError("D1004", value: .string(regex.pattern))
            }
            out.append(UnsafeBufferPointer(rebasing: bytes[start...]))
            return Text(utf8: out.bytes)
        }
    }

    private static func replace(
        _ text: Text, _ matcher: Function, _ replacement: Item, _ limit: Double,
        _ machine: inout Machine
    ) throws -> Text {
        var next = try Match.first(of: matcher, in: text, &machine)
        guard next != nil, limit > 0 else { return text }
        var template: ReplacementTemplate?
        if case .text(let pattern) = replacement { template = ReplacementTemplate(pattern) }
        var out = ByteBuffer(capacity: text.utf8Count + 32)
        var start = 0
        var count = 0.0
        while let found = next, count < limit {
            found.appendText(of: text, from: start, to: found.start, to: &out)
            let before = out.count
            if let template {
                template.append(found, to: &out)
            } else if case .function(let function) = replacement {
                try appendResult(of: function, for: found, to: &out, &machine)
            }
            try machine.charge(bytes: out.count - before)
            start = found.start + found.length
            count += 1
            next = try found.next(&machine)
        }
        let rest = Match.utf8Offset(of: start, in: text)
        text.withUTF8 { out.append(UnsafeBufferPointer(rebasing: $0[rest...])) }
        return Text(utf8: out.bytes)
    }

    private static func appendResult(
        of function: Function, for match: Match, to out: inout ByteBuffer,
        _ machine: inout Machine
    ) throws {
        let result = try function.call(Arguments(match.item), &machine).collapsed
        guard case .text(let text) = result else {
            throw JSONataError("D3012", value: result.shown)
        }
        text.withUTF8 { out.append($0) }
    }
}
