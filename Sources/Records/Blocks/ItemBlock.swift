import CBytes
import JSON

/// Consecutive items whose bytes have been read but not looked into: one worker makes values of
/// them. It shares nothing that changes with other blocks, not even reference counts.
public final class ItemBlock: Sendable {
    /// The index in the dataset of the first item.
    public let firstIndex: Int
    /// How many items there are.
    public let count: Int
    private let content: Content
    private let place: BlockPlace
    /// Only kept alive: the decoder points into it.
    private let shared: (any AnyObject & Sendable)?
    /// See `CSVColumns`.
    private let hashSeed: UInt64

    private enum Content: Sendable {
        case records(Document, ContiguousArray<RecordRange>, ItemDecoder)
        case items([Item])
        case objects([ListedObject])
    }

    init(
        document: Document, ranges: ContiguousArray<RecordRange>, rangeBase: Int,
        place: BlockPlace, decoder: ItemDecoder, shared: (any AnyObject & Sendable)?,
        firstIndex: Int
    ) {
        var ranges = ContiguousArray(ranges)
        let base = UInt32(rangeBase)
        for index in ranges.indices {
            ranges[index].start -= base
            ranges[index].end -= base
        }
        self.firstIndex = firstIndex
        count = ranges.count
        content = .records(document, ranges, decoder)
        self.place = place
        self.shared = shared
        hashSeed = (shared as? CSVColumns)?.hashSeed ?? 0
    }

    /// A block of items that are values already.
    init(items: [Item], file: String, firstIndex: Int) {
        self.firstIndex = firstIndex
        count = items.count
        content = .items(items)
        place = BlockPlace(file: file, byteOffset: 0, line: 1)
        shared = nil
        hashSeed = 0
    }

    /// A block of objects that have been listed.
    init(objects: [ListedObject], file: String, firstIndex: Int) {
        self.firstIndex = firstIndex
        count = objects.count
        content = .objects(objects)
        place = BlockPlace(file: file, byteOffset: 0, line: 1)
        shared = nil
        hashSeed = 0
    }

    /// The first `count` items of a block as a part of a larger dataset.
    init(_ block: ItemBlock, count: Int, firstIndex: Int, source: Text) {
        self.firstIndex = firstIndex
        self.count = count
        content = block.content
        place = block.place.with(source: source)
        shared = block.shared
        hashSeed = block.hashSeed
    }

    /// The item at `offset` within the block. An error fails the read at this item.
    public func item(at offset: Int) throws(RecordsError) -> Item {
        switch content {
        case .items(let items):
            var item = items[offset]
            if let source = place.source { item.source = source }
            return item
        case .objects(let objects):
            let object = objects[offset]
            return Item(
                try object.item(), source: place.source, contentHash: object.contentHash)
        case .records(let document, let ranges, let decoder):
            let range = ranges[offset]
            let bytes = slice(document, range)
            let (value, key) = try decode(document, bytes, range, decoder)
            return Item(
                value, key: key, source: place.source, contentHash: hash(bytes),
                byteOffset: place.byteOffset + Int(range.start))
        }
    }

    /// The content hash of the item at `offset`, without making a value of it.
    public func contentHash(at offset: Int) -> UInt64 {
        switch content {
        case .items(let items): items[offset].contentHash
        case .objects(let objects): objects[offset].contentHash
        case .records(let document, let ranges, _): hash(slice(document, ranges[offset]))
        }
    }

    /// The file that the items come from, where those of several are read one after another.
    public var source: Text? { place.source }

    /// The line in its file, from 1, at which the item at `offset` starts, if it comes from text.
    public func line(at offset: Int) -> Int? {
        guard case .records(let document, let ranges, _) = content else { return nil }
        let before = Int(ranges[offset].start)
        return place.line + cbytes_count(document.bytes.baseAddress, before, 0x0A)
    }

    /// How many fields a row of CSV has and the header has, if these are not the same.
    public func raggedness(at offset: Int) -> (found: Int, expected: Int)? {
        guard case .records(let document, let ranges, .csv(let layout, _)) = content,
            let expected = (shared as? CSVColumns)?.header.count
        else { return nil }
        let bytes = slice(document, ranges[offset])
        let found = withUnsafeTemporaryAllocation(
            of: cbytes_csv_field.self, capacity: expected + 1
        ) { fields in
            Int(
                cbytes_csv_fields(
                    bytes.baseAddress, bytes.count, layout.delimiter, fields.baseAddress,
                    expected + 1))
        }
        return found == expected ? nil : (found, expected)
    }

    private func decode(
        _ document: Document, _ bytes: UnsafeBufferPointer<UInt8>, _ range: RecordRange,
        _ decoder: ItemDecoder
    ) throws(RecordsError) -> (value: Value, key: Text?) {
        switch decoder {
        case .csv(let layout, let detach):
            let row = CSVRow(document, bytes, start: Int(range.start), layout)
            return (detach ? row.detachedValue() : row.value(), nil)
        case .element: return (try parse(bytes, in: document), nil)
        case .member:
            let (name, value) = try member(bytes, in: document)
            return (["Key": .string(name), "Value": value], name)
        }
    }

    private func member(
        _ bytes: UnsafeBufferPointer<UInt8>, in document: Document
    ) throws(RecordsError) -> (Text, Value) {
        let parts = MemberParts(bytes)
        guard let parts, case .string(let name) = try parse(parts.name, in: document) else {
            throw failure("expected a member: \"name\": value", at: bytes, in: document)
        }
        return (name, try parse(parts.value, in: document))
    }

    private func parse(
        _ bytes: UnsafeBufferPointer<UInt8>, in document: Document
    ) throws(RecordsError) -> Value {
        do {
            return try Value.parse(bytes)
        } catch {
            let broken = UnsafeBufferPointer(rebasing: bytes[min(error.offset, bytes.count)...])
            throw failure("no valid JSON: \(error.message)", at: broken, in: document)
        }
    }

    private func failure(
        _ message: String, at bytes: UnsafeBufferPointer<UInt8>, in document: Document
    ) -> RecordsError {
        let offset = bytes.baseAddress.flatMap { start in
            document.bytes.baseAddress.map { start - $0 }
        }
        let before = offset ?? 0
        return RecordsError(
            .malformed, file: place.file, message, byteOffset: place.byteOffset + before,
            line: place.line + cbytes_count(document.bytes.baseAddress, before, 0x0A))
    }

    private func slice(_ document: Document, _ range: RecordRange) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: document.bytes[Int(range.start)..<Int(range.end)])
    }

    private func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        cbytes_hash(bytes.baseAddress, bytes.count) ^ hashSeed
    }
}

extension BlockPlace {
    fileprivate func with(source: Text) -> BlockPlace {
        var place = self
        place.source = source
        return place
    }
}
