import Foundation

/// The repository as its files say it is: the rooms that Package.swift lists, and their sources.
struct House {
    struct Room {
        var name: String
        /// Modules of ours and system libraries.
        var imports: [String]
        /// Modules of packages.
        var packages: [String]
    }

    struct Source {
        var room: String
        var path: String
        var lines: [Substring]
    }

    /// The modules that each name in a room's `packages` stands for.
    private static let packageModules = [
        "argumentParser": ["ArgumentParser"], "yams": ["Yams"],
    ]

    let root: URL
    let rooms: [Room]

    init(file: StaticString = #filePath) throws {
        root = URL(filePath: "\(file)").deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let manifest = try String(
            contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        rooms = Self.rooms(in: manifest)
    }

    /// Reads the `Room(…)` entries of the list named rooms.
    private static func rooms(in manifest: String) -> [Room] {
        let list = manifest.components(separatedBy: "let rooms: [Room] = [").last ?? ""
        let entries = list.components(separatedBy: "\n]").first ?? ""
        return entries.components(separatedBy: "Room(").dropFirst().map(room)
    }

    private static func room(in entry: String) -> Room {
        let packages = words(in: bracketed(after: "packages:", in: entry))
        return Room(
            name: strings(in: entry).first ?? "",
            imports: strings(in: bracketed(after: "imports:", in: entry)),
            packages: packages.flatMap { packageModules[$0] ?? [$0] })
    }

    private static func bracketed(after label: String, in text: String) -> Substring {
        guard let found = text.range(of: label) else { return "" }
        return text[found.upperBound...].prefix { $0 != "]" }
    }

    private static func strings(in text: some StringProtocol) -> [String] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
    }

    private static func words(in text: Substring) -> [String] {
        text.split { !$0.isLetter }.map(String.init)
    }
}

extension House {
    /// The Swift files below `folder`, with their path from the root.
    func sources(in folder: String) throws -> [Source] {
        let top = root.appending(path: folder)
        let paths = FileManager.default.enumerator(atPath: top.path)?.compactMap { $0 as? String }
        return try (paths ?? []).filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = try String(contentsOf: top.appending(path: path), encoding: .utf8)
            return Source(
                room: String(path.prefix { $0 != "/" }), path: folder + "/" + path,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false))
        }
    }

    /// The modules that a source imports.
    func imports(of source: Source) -> [String] {
        var isInText = false
        return source.lines.compactMap { line in
            // A text of several lines may hold a program in another language.
            if line.components(separatedBy: "\"\"\"").count == 2 { isInText.toggle() }
            if isInText { return nil }
            let words = line.split(separator: " ").filter { !$0.hasPrefix("@") }
            guard let keyword = words.firstIndex(of: "import"), keyword <= 1,
                keyword == 0 || Self.accessLevels.contains(words[0])
            else { return nil }
            let rest = words[(keyword + 1)...].filter { !Self.kinds.contains($0) }
            return rest.first.map { String($0.prefix { $0 != "." }) }
        }
    }

    private static let accessLevels: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]
}
