import Foundation
import Journal
import Testing

@Suite struct SystemFilesTests {
    @Test func aFileInPlaceOfAFolderIsRefused() throws {
        let path = NSTemporaryDirectory() + "maprun-files-" + UUID().uuidString
        try "a file".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: RunError.self) { try SystemFiles().makeDirectories(path + "/a/b") }
    }
}
