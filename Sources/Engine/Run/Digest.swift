import CBytes

/// Digests of texts, in hexadecimal.
enum Digest {
    static func sha256(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { out in
            guard let place = out.baseAddress else { return "" }
            let count = cbytes_digest(CBYTES_SHA256, bytes.baseAddress, bytes.count, place)
            return out.prefix(count).map { byte in
                let digits = String(byte, radix: 16)
                return byte < 16 ? "0" + digits : digits
            }.joined()
        }
    }
}
