import Glibc
import JSON
import Records
import Testing

@Suite struct ParquetTests {
    static let python = getenv("MAPRUN_PYTHON").map { String(cString: $0) } ?? "python3"
    static let hasPyarrow = system("\(python) -c 'import pyarrow' 2>/dev/null") == 0

    private let folder: TemporaryFolder
    private let parquet = ReaderConfiguration(.parquet).with { $0.python = python }

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ columns: String) throws {
        let script = """
            import sys, datetime, decimal, pyarrow as pa, pyarrow.parquet as pq
            pq.write_table(pa.table(\(columns)), sys.argv[1], row_group_size=500)
            """
        try folder.add("make.py", script)
        try #require(system("\(Self.python) \(folder.path)/make.py \(folder.path)/\(name)") == 0)
        unlink(folder.path + "/make.py")
    }

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed")) func readsRowsOfEveryType() throws {
        try write(
            "a.parquet",
            """
            {"i": [1, None], "f": [1.5, float("nan")], "s": ["ä", ""], "b": [b"x", b"\\xff"],
             "d": [decimal.Decimal("1.10"), None], "l": [[1, 2], []], "o": [{"k": True}, None],
             "t": [datetime.date(2025, 2, 4), None]}
            """)
        let outcome = Outcome(path: folder.path + "/a.parquet", parquet)
        #expect(outcome.error == nil)
        #expect(
            outcome.json
                == [
                    #"{"i":1,"f":1.5,"s":"\u00e4","b":"x","d":"1.10","l":[1,2],"o":{"k":true},"#
                        + #""t":"2025-02-04"}"#,
                    #"{"i":null,"f":null,"s":"","b":"/w==","d":null,"l":[],"o":null,"t":null}"#,
                ].map { (try? Value.parse($0).serialized) ?? "" })
    }

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed")) func keepsNanoseconds() throws {
        try write(
            "a.parquet",
            """
            {"t": pa.array([1700000000123456789, None], pa.timestamp("ns")), "n": [1, 2]}
            """)
        let outcome = Outcome(path: folder.path + "/a.parquet", parquet)
        #expect(
            outcome.json == [
                #"{"t":"2023-11-14T22:13:20.123456789","n":1}"#, #"{"t":null,"n":2}"#,
            ])
    }

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed")) func streamsManyRowsAndFlattens()
        throws
    {
        try write("1.parquet", #"{"n": list(range(0, 5000))}"#)
        try write("2.parquet", #"{"n": list(range(5000, 6000))}"#)
        let listing = ListingConfiguration(root: folder.path)
        let configuration = parquet
        let outcome = Outcome { () throws(RecordsError) in
            try openFlattened(listing, configuration)
        }
        #expect(outcome.error == nil)
        #expect(outcome.items.map { $0.value["n"]?.number?.int } == Array(0..<6000))
        let few = Outcome(path: folder.path + "/1.parquet", parquet.with { $0.maxItems = 3 })
        #expect(few.items.count == 3 && few.error == nil)
    }

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed"))
    func saysWhatPyarrowSaysOfADamagedFile() throws {
        try folder.add("a.parquet", "PAR1 and no more")
        let outcome = Outcome(path: folder.path + "/a.parquet", parquet)
        #expect(outcome.error?.kind == .corrupt)
        #expect(outcome.error?.message.hasPrefix("pyarrow cannot read it: Arrow") == true)
    }

    @Test func saysHowToGetPyarrowWhereItIsMissing() throws {
        try folder.add("a.parquet", "PAR1")
        try folder.add("python.text", "#!/bin/sh\nexec python3 -S -I \"$@\"\n")
        // Not by this process, whose children may have what it writes open for a moment.
        #expect(system("cd '\(folder.path)' && install -m 755 python.text python") == 0)
        let bare = parquet.with { $0.python = folder.path + "/python" }
        let outcome = Outcome(path: folder.path + "/a.parquet", bare)
        #expect(outcome.error?.kind == .unsupported)
        #expect(outcome.error?.message.hasSuffix("does not have: pip install pyarrow") == true)
        let missing = parquet.with { $0.python = "/nowhere/python3" }
        #expect(
            Outcome(path: folder.path + "/a.parquet", missing).error?.message
                == "cannot start '/nowhere/python3': No such file or directory")
    }

    @Test(.enabled(if: hasPyarrow, "pyarrow is not installed"))
    func refusesAFileThatChangesWhileItIsRead() throws {
        try write("a.parquet", #"{"n": list(range(0, 5000))}"#)
        let reader = try openReader(path: folder.path + "/a.parquet", configuration: parquet)
        #expect(try reader.nextBlock() != nil)
        let more = try #require(fopen(folder.path + "/a.parquet", "a"))
        fputs("more", more)
        fclose(more)
        let outcome = Outcome { () throws(RecordsError) in reader }
        #expect(outcome.error?.kind == .changed)
    }

    @Test func refusesWhatIsNoParquetFile() throws {
        try folder.add("a.csv", "a\n1\n")
        #expect(Outcome(path: folder.path + "/a.csv", parquet).error?.kind == .malformed)
        #expect(Outcome(path: "/nowhere", parquet).error?.kind == .notFound)
    }
}
