import CBytes
import Glibc
import JSON

/// One object of a listing: a file below the folder that stands for the bucket.
struct ListedObject: Sendable {
    var key: String
    /// Where the file is; nil for an entry of an archive.
    var path: String?
    var size: Int
    /// Seconds since 1970.
    var modified: Int
    /// Up to which size the ETag is made of the bytes.
    var etagBytes = 0

    /// Recognises the object as long as it is the same by name, size and time.
    var contentHash: UInt64 {
        let text = Array("\(size) \(modified) \(key)".utf8)
        return cbytes_hash(text, text.count)
    }

    /// The item that stands for it, with the members in AWS's order.
    func item() throws(RecordsError) -> Value {
        [
            "Etag": .string("\"\(try etag())\""), "Key": .string(key),
            "LastModified": .int(modified), "Size": .int(size), "StorageClass": "STANDARD",
        ]
    }

    private func etag() throws(RecordsError) -> String {
        guard let path, size <= etagBytes else {
            // With a hyphen, as those of uploads in parts: nobody takes it for a checksum.
            return Self.md5(Array("\(size) \(modified) \(key)".utf8)) + "-1"
        }
        let file = try FileBytes(path: path)
        let bytes = try readAll(file, limit: etagBytes)
        return Self.md5(bytes)
    }

    private static func md5(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 64)
        let count = cbytes_digest(CBYTES_MD5, bytes, bytes.count, &digest)
        return digest.prefix(count).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}

/// All bytes of a source that is small.
func readAll(_ source: any ByteSource, limit: Int) throws(RecordsError) -> [UInt8] {
    var bytes: [UInt8] = []
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    defer { block.deallocate() }
    while case let count = try source.read(into: block), count > 0 {
        bytes += block[..<count]
        guard bytes.count <= limit else {
            throw RecordsError(
                .tooLarge, file: source.file, "has more than the \(limit) bytes expected of it")
        }
    }
    return bytes
}
