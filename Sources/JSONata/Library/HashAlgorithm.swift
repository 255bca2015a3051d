/// The hash functions of `$hash`, by the names it knows them under.
enum HashAlgorithm: String {
    case md5 = "MD5"
    case sha1 = "SHA-1"
    case sha256 = "SHA-256"
    case sha384 = "SHA-384"
    case sha512 = "SHA-512"

    /// The hash of these bytes in lower-case hexadecimal digits.
    func hexadecimal(of bytes: [UInt8]) -> String {
        let hash =
            switch self {
            case .md5: MD5.hash(bytes)
            case .sha1: SHA1.hash(bytes)
            case .sha256: SHA256.hash(bytes)
            case .sha384: SHA512.hash(bytes, SHA512.initial384, length: 48)
            case .sha512: SHA512.hash(bytes, SHA512.initial512, length: 64)
            }
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self)
    }
}

/// The message filled up to whole blocks: a one bit, zeros, the length in bits.
private func padded(_ bytes: [UInt8], block: Int, lengthBytes: Int, isBigEndian: Bool) -> [UInt8] {
    var message = bytes + [0x80]
    while message.count % block != block - lengthBytes { message.append(0) }
    let bits = UInt64(bytes.count) &* 8
    var length = [UInt8](repeating: 0, count: lengthBytes)
    for index in 0..<8 {
        let byte = UInt8(truncatingIfNeeded: bits >> UInt64(8 * index))
        length[isBigEndian ? lengthBytes - 1 - index : index] = byte
    }
    return message + length
}

private func bigEndian<T: FixedWidthInteger>(_ words: [T]) -> [UInt8] {
    words.flatMap { word in
        stride(from: T.bitWidth - 8, through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: word >> T($0))
        }
    }
}

private func word<T: FixedWidthInteger>(_ message: ArraySlice<UInt8>, _ index: Int) -> T {
    let size = T.bitWidth / 8
    let start = message.startIndex + index * size
    return message[start..<start + size].reduce(0) { $0 << 8 | T($1) }
}

extension FixedWidthInteger {
    fileprivate func rotatedLeft(_ count: Int) -> Self {
        self << Self(count) | self >> Self(Self.bitWidth - count)
    }

    fileprivate func rotatedRight(_ count: Int) -> Self { rotatedLeft(Self.bitWidth - count) }
}

private enum MD5 {
    private static let shifts = [
        [7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21],
    ]
    private static let constants: [UInt32] = [
        0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613,
        0xfd469501, 0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193,
        0xa679438e, 0x49b40821, 0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d,
        0x02441453, 0xd8a1e681, 0xe7d3fbc8, 0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed,
        0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a, 0xfffa3942, 0x8771f681, 0x6d9d6122,
        0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70, 0x289b7ec6, 0xeaa127fa,
        0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665, 0xf4292244,
        0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
        0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb,
        0xeb86d391,
    ]

    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        let message = padded(bytes, block: 64, lengthBytes: 8, isBigEndian: false)
        var state: [UInt32] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
        for start in stride(from: 0, to: message.count, by: 64) {
            let block = message[start..<start + 64]
            let words: [UInt32] = (0..<16).map { (word(block, $0) as UInt32).byteSwapped }
            var (a, b, c, d) = (state[0], state[1], state[2], state[3])
            for i in 0..<64 {
                let (mix, index) =
                    switch i / 16 {
                    case 0: (b & c | ~b & d, i)
                    case 1: (d & b | ~d & c, (5 * i + 1) % 16)
                    case 2: (b ^ c ^ d, (3 * i + 5) % 16)
                    default: (c ^ (b | ~d), 7 * i % 16)
                    }
                let sum = a &+ mix &+ constants[i] &+ words[index]
                (a, d, c, b) = (d, c, b, b &+ sum.rotatedLeft(shifts[i / 16][i % 4]))
            }
            for (index, value) in [a, b, c, d].enumerated() { state[index] &+= value }
        }
        return bigEndian(state.map(\.byteSwapped))
    }
}

private enum SHA1 {
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        let message = padded(bytes, block: 64, lengthBytes: 8, isBigEndian: true)
        var state: [UInt32] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
        for start in stride(from: 0, to: message.count, by: 64) {
            let block = message[start..<start + 64]
            var words: [UInt32] = (0..<16).map { word(block, $0) }
            for i in 16..<80 {
                words.append(
                    (words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16]).rotatedLeft(1))
            }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for i in 0..<80 {
                let (mix, constant): (UInt32, UInt32) =
                    switch i / 20 {
                    case 0: (b & c | ~b & d, 0x5a827999)
                    case 1: (b ^ c ^ d, 0x6ed9eba1)
                    case 2: (b & c | b & d | c & d, 0x8f1bbcdc)
                    default: (b ^ c ^ d, 0xca62c1d6)
                    }
                let sum = a.rotatedLeft(5) &+ mix &+ e &+ constant &+ words[i]
                (e, d, c, b, a) = (d, c, b.rotatedLeft(30), a, sum)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
        }
        return bigEndian(state)
    }
}

/// One round function serves both word sizes of SHA-2.
private struct SHA2Rotations {
    var big0: [Int]
    var big1: [Int]
    var small0: (Int, Int, Int)
    var small1: (Int, Int, Int)
}

private func sha2<T: FixedWidthInteger>(
    _ bytes: [UInt8], _ initial: [T], _ constants: [T], _ rotations: SHA2Rotations
) -> [UInt8] {
    let size = T.bitWidth * 2
    let message = padded(bytes, block: size, lengthBytes: size / 8, isBigEndian: true)
    var state = initial
    func big(_ x: T, _ by: [Int]) -> T {
        x.rotatedRight(by[0]) ^ x.rotatedRight(by[1]) ^ x.rotatedRight(by[2])
    }
    func small(_ x: T, _ by: (Int, Int, Int)) -> T {
        x.rotatedRight(by.0) ^ x.rotatedRight(by.1) ^ x >> T(by.2)
    }
    for start in stride(from: 0, to: message.count, by: size) {
        let block = message[start..<start + size]
        var words: [T] = (0..<16).map { word(block, $0) }
        for i in 16..<constants.count {
            let sum =
                small(words[i - 15], rotations.small0) &+ small(words[i - 2], rotations.small1)
            words.append(words[i - 16] &+ words[i - 7] &+ sum)
        }
        var v = state
        for i in constants.indices {
            let choice = v[4] & v[5] ^ ~v[4] & v[6]
            let first = v[7] &+ big(v[4], rotations.big1) &+ choice &+ constants[i] &+ words[i]
            let majority = v[0] & v[1] ^ v[0] & v[2] ^ v[1] & v[2]
            let second = big(v[0], rotations.big0) &+ majority
            v = [first &+ second, v[0], v[1], v[2], v[3] &+ first, v[4], v[5], v[6]]
        }
        for index in 0..<8 { state[index] &+= v[index] }
    }
    return bigEndian(state)
}

private enum SHA256 {
    static func hash(_ bytes: [UInt8]) -> [UInt8] {
        // The 32-bit constants are the upper halves of the 64-bit ones.
        let constants = SHA512.constants.prefix(64).map { UInt32($0 >> 32) }
        return sha2(
            bytes, SHA512.initial512.map { UInt32($0 >> 32) }, constants,
            SHA2Rotations(
                big0: [2, 13, 22], big1: [6, 11, 25], small0: (7, 18, 3), small1: (17, 19, 10)))
    }
}

private enum SHA512 {
    static let initial512: [UInt64] = [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ]
    static let initial384: [UInt64] = [
        0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
        0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
    ]

    static func hash(_ bytes: [UInt8], _ initial: [UInt64], length: Int) -> [UInt8] {
        let rotations = SHA2Rotations(
            big0: [28, 34, 39], big1: [14, 18, 41], small0: (1, 8, 7), small1: (19, 61, 6))
        return Array(sha2(bytes, initial, constants, rotations).prefix(length))
    }

    static let constants: [UInt64] = [
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    ]
}
