import Glibc
import JSON
import Records
import Testing

@Suite struct ListingTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        for name in ["a/1.txt", "a-b/2.txt", "a.txt", "b/c/3.txt", "b/4.txt", "ä.txt", "z.txt"] {
            try folder.add(name, "content of \(name)")
        }
    }

    private func list(_ change: (inout ListingConfiguration) -> Void = { _ in }) -> Outcome {
        var configuration = ListingConfiguration(root: folder.path)
        change(&configuration)
        return Outcome { () throws(RecordsError) in try openListing(configuration) }
    }

    private func keys(_ outcome: Outcome) -> [String] {
        outcome.items.compactMap { $0.value["Key"]?.string }
    }

    @Test func listsAllKeysInTheOrderOfTheirBytes() {
        let outcome = list()
        #expect(outcome.error == nil)
        #expect(
            keys(outcome) == [
                "a-b/2.txt", "a.txt", "a/1.txt", "b/4.txt", "b/c/3.txt", "z.txt", "ä.txt",
            ])
    }

    @Test func tellsWhatS3TellsOfAnObject() throws {
        let item = try #require(list { $0.prefix = "a.txt" }.items.first)
        #expect(
            item.value.object?.keys.map(\.string) == [
                "Etag", "Key", "LastModified", "Size", "StorageClass",
            ])
        #expect(item.value["Etag"] == "\"9a2c91f5f9beecc7f6db0c77bf68abdf\"")
        #expect(item.value["Size"] == 16)
        #expect(item.value["StorageClass"] == "STANDARD")
        #expect(item.value["LastModified"]?.number?.isIntegerLiteral == true)
    }

    @Test func makesTheETagOfALargeObjectOfWhatIsKnownWithoutReadingIt() throws {
        let etag = list { $0.etagBytes = 3 }.items.first?.value["Etag"]?.string
        #expect(etag?.hasSuffix("-1\"") == true)
    }

    @Test(arguments: [
        ("a", ["a-b/2.txt", "a.txt", "a/1.txt"]), ("a/", ["a/1.txt"]), ("b/c", ["b/c/3.txt"]),
        ("b/c/3.txt", ["b/c/3.txt"]), ("nothing/at/all", []), ("a//", []), ("./a", []),
        ("z.txt/", []),
    ])
    func keepsToThePrefix(prefix: String, expected: [String]) {
        let outcome = list { $0.prefix = prefix }
        if prefix == "z.txt/" {
            #expect(outcome.error?.kind == .unsupported)
        } else {
            #expect(keys(outcome) == expected && outcome.error == nil)
        }
    }

    @Test func obeysStartAfterDelimiterAndMaxItems() {
        #expect(keys(list { $0.startAfter = "a/1.txt" }).first == "b/4.txt")
        #expect(keys(list { $0.delimiter = "/" }) == ["a.txt", "z.txt", "ä.txt"])
        #expect(
            keys(
                list {
                    $0.prefix = "b/"
                    $0.delimiter = "/"
                }) == ["b/4.txt"])
        #expect(keys(list { $0.maxItems = 2 }) == ["a-b/2.txt", "a.txt"])
    }

    @Test func staysInItsBucket() {
        #expect(list { $0.prefix = "../" }.error?.kind == .unreadable)
        #expect(list { $0.prefix = "a/../../x" }.error?.kind == .unreadable)
    }

    @Test func namesAMissingBucket() {
        let configuration = ListingConfiguration(root: "/nowhere")
        let outcome = Outcome { () throws(RecordsError) in try openListing(configuration) }
        #expect(outcome.error?.kind == .notFound)
    }

    @Test func walksALinkToAFolderAboveOnlyOnce() throws {
        #expect(symlink(folder.path, folder.path + "/b/loop") == 0)
        #expect(symlink("nowhere", folder.path + "/b/dangling") == 0)
        #expect(keys(list()).count == 7)
    }

    @Test func listsManyAndSkips() throws {
        for number in 0..<1006 { try folder.add("many/\(number)", "") }
        let outcome = list { $0.prefix = "many/" }
        #expect(outcome.items.count == 1006)
        #expect(Set(keys(outcome)).count == 1006)
        var configuration = ListingConfiguration(root: folder.path)
        configuration.prefix = "many/"
        let reader = try openListing(configuration)
        #expect(try reader.skip(1000) == 1000)
        let block = try #require(try reader.nextBlock())
        #expect(block.firstIndex == 1000 && block.count == 6)
        #expect(try block.item(at: 5).value == outcome.items.last?.value)
    }
}

@Suite struct FlattenTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func flatten(
        _ configuration: ReaderConfiguration, prefix: String = ""
    ) -> Outcome {
        var listing = ListingConfiguration(root: folder.path)
        listing.prefix = prefix
        listing.sourcePrefix = "s3://bucket/"
        return Outcome { () throws(RecordsError) in try openFlattened(listing, configuration) }
    }

    @Test func readsAllFilesAsOneDatasetWithTheirSource() throws {
        try folder.add("in/1.csv", "a,b\n1,2\n")
        try folder.add("in/2.csv.gz", CompressionTests.gzip(Array("b,a\n3,4\n5,6\n".utf8)))
        try folder.add("in/3.csv", "a,b\n")
        try folder.add("other.csv", "x\n1\n")
        let outcome = flatten(.csv, prefix: "in/")
        #expect(outcome.error == nil)
        #expect(outcome.items.map { $0.value["a"]?.string } == ["1", "4", "6"])
        #expect(
            outcome.items.map { $0.source?.string } == [
                "s3://bucket/in/1.csv", "s3://bucket/in/2.csv.gz", "s3://bucket/in/2.csv.gz",
            ])
        #expect(flatten(.csv.with { $0.maxItems = 2 }, prefix: "in/").items.count == 2)
    }

    @Test func failsAtAFileOfAnotherFormatAfterThoseBefore() throws {
        try folder.add("1.json", "[1,2]")
        try folder.add("2.json", "a,b\n1,2\n")
        try folder.add("3.json", "[3]")
        let outcome = flatten(.json)
        #expect(outcome.json == ["1", "2"])
        #expect(outcome.error?.kind == .malformed)
        #expect(outcome.error?.file.hasSuffix("2.json") == true)
    }

    @Test func skipsAcrossFiles() throws {
        try folder.add("1.json", "[0,1,2]")
        try folder.add("2.json", "[]")
        try folder.add("3.json", "[3,4,5]")
        for count in 0...6 {
            let reader = try openFlattened(ListingConfiguration(root: folder.path), .json)
            #expect(try reader.skip(count) == count)
            let block = try reader.nextBlock()
            #expect(block?.firstIndex == (count < 6 ? count : nil))
            #expect(try block?.item(at: 0).value == (count < 6 ? .int(count) : nil))
        }
    }

    @Test func readsAnS3Inventory() throws {
        try folder.add(
            "manifest.json",
            """
            {"sourceBucket":"s","destinationBucket":"arn:aws:s3:::inventories","fileFormat":"CSV",
             "fileSchema":"Bucket, Key, Size","files":[{"key":"1.csv.gz","size":1},{"key":"2.csv"}]}
            """)
        try folder.add("1.csv.gz", CompressionTests.gzip(Array("\"b\",\"k 1\",\"12\"\n".utf8)))
        try folder.add("2.csv", "\"b\",\"k2\",\"3\"\n\"b\",\"k3\",\"4\"\n")
        let root = folder.path
        let locate: ObjectLocator = { location throws(RecordsError) in
            location.bucket == "inventories" ? root + "/" + location.key : "/nowhere"
        }
        let outcome = Outcome { () throws(RecordsError) in
            try openInventory(path: root + "/manifest.json", configuration: .csv, locate: locate)
        }
        #expect(outcome.error == nil)
        #expect(outcome.items.first?.value == ["Bucket": "b", "Key": "k 1", "Size": "12"])
        #expect(outcome.items.count == 3)
        unlink(root + "/2.csv")
        let broken = Outcome { () throws(RecordsError) in
            try openInventory(path: root + "/manifest.json", configuration: .csv, locate: locate)
        }
        #expect(broken.items.count == 1)
        #expect(broken.error?.kind == .notFound)
        #expect(broken.error?.message.hasSuffix("/manifest.json' names it") == true)
    }

    @Test(arguments: [
        ("no json", RecordsError.Kind.malformed), ("[]", .malformed),
        (
            "{\"fileFormat\":\"ORC\",\"fileSchema\":\"\",\"destinationBucket\":\"b\",\"files\":[]}",
            .unsupported
        ),
    ])
    func refusesWhatIsNoInventory(text: String, kind: RecordsError.Kind) throws {
        let file = try TemporaryFile(text)
        let outcome = Outcome { () throws(RecordsError) in
            try openInventory(path: file.path, configuration: .csv) { location in location.key }
        }
        #expect(outcome.error?.kind == kind)
    }

    @Test func readsTheFilesOfAnAthenaManifest() throws {
        try folder.add("manifest.csv", "s3://b/x/1.jsonl\r\n\"s3://b/x/2.jsonl\"\n")
        try folder.add("x/1.jsonl", "{\"a\":1}\n")
        try folder.add("x/2.jsonl", "{\"a\":2}\n")
        let root = folder.path
        let outcome = Outcome { () throws(RecordsError) in
            try openAthenaManifest(path: root + "/manifest.csv", configuration: .jsonLines) {
                location in root + "/" + location.key
            }
        }
        #expect(outcome.json == ["{\"a\":1}", "{\"a\":2}"] && outcome.error == nil)
        #expect(outcome.items.last?.source == "s3://b/x/2.jsonl")
        let wrong = try TemporaryFile("x/1.jsonl\n")
        let broken = Outcome { () throws(RecordsError) in
            try openAthenaManifest(path: wrong.path, configuration: .jsonLines) { location in
                location.key
            }
        }
        #expect(broken.error?.kind == .malformed && broken.error?.line == 1)
    }
}
