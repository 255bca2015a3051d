import JSON

extension Library {
    /// The functions that the States Language adds.
    static let statesFunctions: [LibraryFunction] = [
        LibraryFunction("partition", "<an:a>", arity: 2) { arguments, machine in
            guard !arguments[0].isUndefined, let size = arguments.number(1) else {
                return .undefined
            }
            guard size >= 1 else {
                throw JSONataError(
                    .coded, "D3160", "The chunk size of partition must be a positive integer",
                    value: arguments[1].shown)
            }
            let items = arguments[0].elements
            try machine.charge(elements: items.count * 2)
            let chunk = Int(min(size, Double(max(items.count, 1))))
            let parts = stride(from: 0, to: items.count, by: chunk).map {
                Item.plain(Array(items[$0..<min($0 + chunk, items.count)]))
            }
            return try machine.nested(.plain(parts))
        },
        LibraryFunction("base64decode", "<s-:s>", arity: 1) { arguments, _ in
            guard let text = arguments.text(0) else { return .undefined }
            guard let bytes = text.withUTF8(Base64.decode) else {
                throw JSONataError(
                    .internal, "", "The argument of base64decode is not Base64",
                    value: .string(text))
            }
            return .string(String(decoding: bytes, as: UTF8.self))
        },
        LibraryFunction("range", "<nnn:a>", arity: 3) { arguments, machine in
            try range(arguments, &machine)
        },
        LibraryFunction("hash", "<ss:s>", arity: 2) { arguments, _ in
            guard let text = arguments.text(0), let name = arguments.string(1) else {
                return .undefined
            }
            guard let algorithm = HashAlgorithm(rawValue: name) else {
                throw JSONataError(
                    .coded, "D3161",
                    "The hash algorithm must be MD5, SHA-1, SHA-256, SHA-384 or SHA-512",
                    value: arguments[1].shown)
            }
            return .string(algorithm.hexadecimal(of: text.withUTF8 { Array($0) }))
        },
        LibraryFunction("random", "<n?:n>", arity: 1) { arguments, machine in
            guard let seed = arguments.number(0) else {
                return .number(Double(machine.environment.random() >> 11) * 0x1p-53)
            }
            var generator = JavaRandom(seed: Int64(exactly: seed.rounded(.towardZero)) ?? 0)
            return .number(generator.nextDouble())
        },
        LibraryFunction("uuid", "<:s>", arity: 0) { _, machine in
            if let uuid = machine.environment.uuid() { return .string(uuid) }
            let random = machine.environment.random
            return .string(UUIDText.version4(random(), random()))
        },
        LibraryFunction("parse", "<s:x>", arity: 1) { arguments, machine in
            guard let text = arguments.text(0) else { return .undefined }
            try machine.charge(bytes: text.utf8Count)
            do {
                return Item(try text.withUTF8 { try Value.parse($0) })
            } catch {
                throw JSONataError(
                    .coded, "D3162", "The argument of parse is not JSON: \(error)",
                    value: .string(text))
            }
        },
    ]

    private static func range(_ arguments: Arguments, _ machine: inout Machine) throws -> Item {
        guard let first = arguments.number(0)?.rounded(.down),
            let last = arguments.number(1)?.rounded(.down),
            let step = arguments.number(2)?.rounded(.down)
        else { return .undefined }
        guard step != 0 else {
            throw JSONataError(
                .coded, "D3163", "The step of range must not be zero", value: arguments[2].shown)
        }
        let count = ((last - first) / step).rounded(.down) + 1
        guard count >= 1 else { return .plain([]) }
        guard count <= 1e7 else { throw JSONataError("D2014", value: .double(count)) }
        try machine.charge(elements: Int(count))
        return .list((0..<Int(count)).map { .number(first + Double($0) * step) }, .sequence)
    }
}

/// The random numbers of `java.util.Random`, which seeded ones follow.
struct JavaRandom {
    private var state: UInt64

    init(seed: Int64) { state = (UInt64(bitPattern: seed) ^ 0x5_DEEC_E66D) & 0xFFFF_FFFF_FFFF }

    private mutating func next(_ bits: UInt64) -> UInt64 {
        state = (state &* 0x5_DEEC_E66D &+ 0xB) & 0xFFFF_FFFF_FFFF
        return state >> (48 - bits)
    }

    mutating func nextDouble() -> Double {
        let high = next(26) << 27
        return Double(high + next(27)) * 0x1p-53
    }
}

enum UUIDText {
    /// A version 4 UUID of these bits.
    static func version4(_ high: UInt64, _ low: UInt64) -> String {
        let high = high & ~0xF000 | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = hexadecimal(high) + hexadecimal(low)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
