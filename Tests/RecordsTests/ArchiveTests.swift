import CArchive
import Foundation
import Glibc
import JSON
import Records
import Testing

@Suite struct ArchiveTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    enum Form: CaseIterable { case tar, gzippedTar, zip, encryptedZip }

    /// Writes an archive of these files with libarchive itself, which refuses no name.
    private func write(_ name: String, _ form: Form, _ files: [(String, String)]) throws {
        let archive = try #require(archive_write_new())
        defer { archive_write_free(archive) }
        switch form {
        case .tar, .gzippedTar: archive_write_set_format_pax_restricted(archive)
        case .zip, .encryptedZip: archive_write_set_format_zip(archive)
        }
        if form == .gzippedTar { archive_write_add_filter_gzip(archive) }
        if form == .encryptedZip {
            archive_write_set_options(archive, "zip:encryption=traditional")
            archive_write_set_passphrase(archive, "secret")
        }
        try #require(archive_write_open_filename(archive, folder.path + "/" + name) == ARCHIVE_OK)
        for (path, content) in files {
            let entry = try #require(archive_entry_new())
            defer { archive_entry_free(entry) }
            archive_entry_set_pathname(entry, path)
            archive_entry_set_size(entry, Int64(content.utf8.count))
            archive_entry_set_filetype(entry, path.hasSuffix("/") ? 0o040000 : 0o100000)
            archive_entry_set_perm(entry, 0o644)
            archive_entry_set_mtime(entry, 1_700_000_000, 0)
            try #require(archive_write_header(archive, entry) == ARCHIVE_OK)
            let bytes = Array(content.utf8)
            archive_write_data(archive, bytes, bytes.count)
        }
        archive_write_close(archive)
    }

    @Test func namesInAZipAreUTF8WhateverTheLocale() throws {
        let python = Process()
        python.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        python.arguments = [
            "python3", "-c",
            "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'w').writestr('\u{E9}.csv', 'a')",
            folder.path + "/o.zip",
        ]
        try python.run()
        python.waitUntilExit()
        let listed = list("o.zip/")
        #expect(listed.error == nil)
        #expect(listed.items.first?.value["Key"] == "o.zip/\u{E9}.csv")
    }

    private func listing(_ prefix: String) -> ListingConfiguration {
        var listing = ListingConfiguration(root: folder.path)
        listing.prefix = prefix
        return listing
    }

    private func list(_ prefix: String) -> Outcome {
        Outcome { () throws(RecordsError) in try openListing(listing(prefix)) }
    }

    private func flatten(_ prefix: String) -> Outcome {
        Outcome { () throws(RecordsError) in try openFlattened(listing(prefix), .csv) }
    }

    @Test(arguments: [Form.tar, .gzippedTar, .zip])
    func readsEachEntryAsAnObject(form: Form) throws {
        try write(
            "data", form,
            [("in/", ""), ("in/1.csv", "a\n1\n2\n"), ("x.csv", "a\n9\n"), ("in/2.csv", "a\n3\n")])
        let listed = list("data/in/")
        #expect(listed.error == nil)
        let items = listed.items
        #expect(items.map { $0.value["Key"]?.string } == ["data/in/1.csv", "data/in/2.csv"])
        #expect(items.first?.value["Size"] == 6)
        #expect(items.first?.value["LastModified"] == 1_700_000_000)
        let outcome = flatten("data/in/")
        #expect(outcome.error == nil)
        #expect(outcome.json == [#"{"a":"1"}"#, #"{"a":"2"}"#, #"{"a":"3"}"#])
        #expect(outcome.items.last?.source == "data/in/2.csv")
    }

    @Test func decompressesEntries() throws {
        try folder.add("1.csv.gz", CompressionTests.gzip(Array("a\n1\n".utf8)))
        #expect(system("tar -cf \(folder.path)/data.tar -C \(folder.path) 1.csv.gz") == 0)
        #expect(flatten("data.tar/").json == [#"{"a":"1"}"#])
    }

    @Test(arguments: [Form.tar, .zip], ["../out.csv", "/etc/out.csv", "in/../../out.csv"])
    func refusesNamesThatLeadOutOfTheArchive(form: Form, name: String) throws {
        try write("data", form, [("1.csv", "a\n1\n"), (name, "a\n2\n")])
        let outcome = flatten("data/")
        #expect(outcome.items.count == 1)
        #expect(outcome.error?.kind == .malformed)
        #expect(outcome.error?.message.contains("'\(name)' would lie outside") == true)
    }

    @Test func refusesEncryptedEntries() throws {
        try write("data.zip", .encryptedZip, [("1.csv", "a\n1\n")])
        let outcome = flatten("data.zip/")
        #expect(outcome.error?.kind == .unsupported)
        #expect(outcome.error?.message.contains("'1.csv' is encrypted") == true)
    }

    @Test(arguments: [Form.tar, .gzippedTar])
    func failsAtTheEndOfATruncatedArchive(form: Form) throws {
        let rows = "a\n" + (0..<50_000).map { "\($0 &* 7919 % 10007)\n" }.joined()
        try write("data", form, [("1.csv", rows), ("2.csv", rows)])
        let size = try InputIdentity(path: folder.path + "/data").size
        #expect(truncate(folder.path + "/data", off_t(size * 3 / 4)) == 0)
        let outcome = flatten("data/")
        #expect(outcome.error?.kind == .truncated)
        #expect(outcome.items.count > 40_000)
    }

    /// A file of two entries, each a block of header and one of data, cut after `size` bytes; where
    /// it is compressed that is done after the cut.
    private func cut(_ form: Form, to size: Int, zeros: Int = 0) throws {
        let plain = form == .gzippedTar ? Form.tar : form
        try write("data", plain, [("1.csv", "a\n1\n"), ("2.csv", "a\n2\n")])
        let path = folder.path + "/data"
        try #require(truncate(path, off_t(size)) == 0)
        try #require(truncate(path, off_t(size + zeros)) == 0)
        guard form == .gzippedTar else { return }
        try #require(system("gzip \(path) && mv \(path).gz \(path)") == 0)
    }

    @Test(arguments: [Form.tar, .gzippedTar], [(1024, 1), (2048, 2)])
    func refusesATarThatEndsBetweenTwoEntries(form: Form, place: (size: Int, items: Int)) throws {
        try cut(form, to: place.size)
        let outcome = flatten("data/")
        #expect(outcome.items.count == place.items)
        #expect(outcome.error?.kind == .truncated)
        #expect(outcome.error?.file == folder.path + "/data")
        #expect(outcome.error?.byteOffset == place.size)
        #expect(outcome.error?.message.contains("unexpected end of the tar archive") == true)
        // A listing reads no entry, and is to notice it too.
        #expect(list("data/").error?.kind == .truncated)
    }

    @Test(arguments: [Form.tar, .gzippedTar], [512, 1024, 8192])
    func readsATarWithAnyNumberOfBlocksOfZerosAtItsEnd(form: Form, zeros: Int) throws {
        try cut(form, to: 2048, zeros: zeros)
        let outcome = flatten("data/")
        #expect(outcome.error == nil)
        #expect(outcome.items.count == 2)
    }

    @Test func readsWhatOtherToolsWrite() throws {
        try folder.add("1.csv", Array("a\n1\n".utf8))
        let tars = ["--format=gnu", "--format=ustar", "--format=v7", "--format=pax", "-b1"]
        let commands =
            tars.map { "tar -C . \($0) -cf data 1.csv" }
            + [
                "python3 -c \"import tarfile; t = tarfile.open('data','w'); t.add('1.csv'); t.close()\"",
                "echo 1.csv | python3 -c \"import zipfile; zipfile.ZipFile('data','w').write('1.csv')\"",
            ]
        for command in commands {
            #expect(system("cd \(folder.path) && rm -f data && \(command)") == 0, "\(command)")
            let outcome = flatten("data/")
            #expect(outcome.error == nil, "\(command)")
            #expect(outcome.items.count == 1, "\(command)")
        }
    }

    @Test(arguments: [(2100, 2048), (10, 0), (40, 40), (41, 40), (60, 40)])
    func namesThePlaceWhereAnArchiveIsCut(size: Int, place: Int) throws {
        let form = size == 2100 ? Form.tar : .zip
        try write("data", form, [("1.csv", "a\n1\n"), ("2.csv", "a\n2\n"), ("3.csv", "a\n3\n")])
        if form == .zip {
            let zip =
                "import zipfile; z=zipfile.ZipFile('data','w'); [z.writestr(n,'a,b,c') for n in ('1.csv','2.csv')]"
            #expect(system("cd \(folder.path) && python3 -c \"\(zip)\"") == 0)
        }
        try #require(truncate(folder.path + "/data", off_t(size)) == 0)
        let error = flatten("data/").error
        #expect(error?.kind == .truncated)
        #expect(error?.byteOffset == place)
        #expect(error?.message.contains("ends too early, at byte \(size) of the file") == true)
    }

    @Test func refusesAZipThatIsCutAnywhere() throws {
        let make =
            "import zipfile, io; b=io.BytesIO(); i=zipfile.ZipFile(b,'w'); i.writestr('i','a'); "
            + "i.close(); z=zipfile.ZipFile('whole','w'); z.writestr('1.csv','a\\n1\\n'); "
            + "z.writestr('2.csv','a\\n2\\n'); z.comment=b'note'; c=b.getvalue(); "
            + "z.writestr('in.zip', c) if NESTED else None; z.close()"
        for isNested in [false, true] {
            let command = make.replacing("NESTED", with: isNested ? "True" : "False")
            #expect(system("cd \(folder.path) && python3 -c \"\(command)\"") == 0)
            let size = try InputIdentity(path: folder.path + "/whole").size
            #expect(list("whole/").error == nil)
            #expect(list("whole/").items.count == (isNested ? 3 : 2))
            for length in 4..<size {
                #expect(system("cp \(folder.path)/whole \(folder.path)/data") == 0)
                try #require(truncate(folder.path + "/data", off_t(length)) == 0)
                let error = list("data/").error
                #expect(error?.kind == .truncated, "\(length): \(String(describing: error))")
                #expect(error?.message.contains("ends too early") == true, "\(length)")
                #expect(error?.file == folder.path + "/data")
            }
        }
    }

    @Test func readsAZipBehindAProgram() throws {
        let make =
            "import zipfile; z=zipfile.ZipFile('z','w'); z.writestr('1.csv','a\\n1\\n'); z.close(); "
            + "open('data','wb').write(b'#!/bin/sh\\n' * 3 + open('z','rb').read())"
        #expect(system("cd \(folder.path) && python3 -c \"\(make)\"") == 0)
        #expect(list("data/").error == nil)
        #expect(list("data/").items.count == 1)
    }

    @Test(arguments: ["gzip", "bzip2", "xz", "zstd"])
    func saysOfEveryCutCompressedArchiveThatItEndsTooEarly(tool: String) throws {
        try write("whole", .tar, [("1.csv", "a\n1\n")])
        let path = folder.path + "/data"
        guard system("\(tool) -c \(folder.path)/whole > \(path) 2>/dev/null") == 0 else { return }
        let size = try InputIdentity(path: path).size
        for length in stride(from: size - 1, to: 5, by: -3) {
            try #require(truncate(path, off_t(length)) == 0)
            let error = flatten("data/").error
            #expect(error?.kind == .truncated, "\(length) bytes: \(String(describing: error))")
            #expect(error?.message.contains("ends too early") == true, "\(length) bytes")
        }
    }

    @Test func tellsHowLittleThereIsInAFileThatIsNoArchive() throws {
        for (text, message) in [
            ("", "no tar or zip archive: it is empty"), ("a", "it has only 1 byte ("),
            ("a\n1\n", "it has only 4 bytes ("),
        ] {
            try folder.add("data", Array(text.utf8))
            #expect(flatten("data/").error?.message.contains(message) == true)
        }
    }

    @Test(arguments: [Form.tar, .gzippedTar, .zip])
    func refusesAnArchiveThatChangesWhileItIsRead(form: Form) throws {
        try write("data", form, [("1.csv", "a\n1\n"), ("2.csv", "a\n2\n")])
        let reader = try openFlattened(listing("data/"), .csv)
        #expect(try reader.nextBlock() != nil)
        let more = try #require(fopen(folder.path + "/data", "a"))
        fputs("more", more)
        fclose(more)
        let outcome = Outcome { () throws(RecordsError) in reader }
        #expect(outcome.error?.kind == .changed)
        #expect(outcome.error?.file == folder.path + "/data")
    }

    @Test func saysThatAPlainFileIsNoArchive() throws {
        try folder.add("data.csv", "a\n1\n")
        #expect(list("data.csv/").error?.kind == .unsupported)
    }
}
