import Glibc

extension Document {
    /// Rewrites the tokens so that of members with the same name only the last value is left,
    /// at the place of the first, as Java's parsers keep it. Rare, so not fast.
    func removeDuplicates() {
        var out: [Token] = []
        out.reserveCapacity(tokenCount)
        copyWithoutDuplicates(0, to: &out)
        let fresh: UnsafeMutablePointer<Token> = allocate(out.count)
        fresh.initialize(from: out, count: out.count)
        free(UnsafeMutablePointer(mutating: tokens))
        // Spans can no longer be copied as bytes: the text still has the superseded members.
        adopt(tokens: fresh, count: out.count, isCompact: false)
    }

    private func copyWithoutDuplicates(_ index: Int, to out: inout [Token]) {
        let place = out.count
        out.append(tokens[index])
        switch tokens[index].kind {
        case .array:
            var child = index + 1
            while child < tokens[index].next {
                copyWithoutDuplicates(child, to: &out)
                child = tokens[child].next
            }
        case .object:
            let names = lastValues(of: index)
            for (name, value) in names {
                out.append(tokens[name])
                out[out.count - 1].nextToken = UInt32(out.count)
                copyWithoutDuplicates(value, to: &out)
            }
            out[place].details = UInt32(Kind.object.rawValue) | UInt32(names.count) << 4
        default: break
        }
        out[place].nextToken = UInt32(out.count)
    }

    private func lastValues(of object: Int) -> [(name: Int, value: Int)] {
        var places: [Text: Int] = [:]
        var values: [(name: Int, value: Int)] = []
        var index = object + 1
        while index < tokens[object].next {
            let name = text(at: index)
            if let place = places[name] {
                values[place].value = index + 1
            } else {
                places[name] = values.count
                values.append((index, index + 1))
            }
            index = tokens[index + 1].next
        }
        return values
    }
}
