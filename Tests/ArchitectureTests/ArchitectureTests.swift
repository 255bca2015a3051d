import Foundation
import Testing

@Suite struct ArchitectureTests {
    private let house: House

    init() throws { house = try House() }

    /// What the platform offers and costs nothing at start-up.
    private let platform: Set<String> = ["Glibc", "Musl", "Darwin", "Dispatch", "Synchronization"]
    private let foundations: Set<String> = [
        "Foundation", "FoundationEssentials", "FoundationNetworking", "FoundationXML",
    ]
    private let roomsWithoutFoundation: Set<String> = [
        "JSON", "JSONPath", "JSONata", "JSONSchema", "StatesLanguage", "Records", "Datasets",
        "Scheduling", "Journal", "Engine",
    ]

    @Test func theManifestIsUnderstood() {
        let names = house.rooms.map(\.name)
        #expect(names.first == "JSON")
        #expect(names.last == "maprun")
        #expect(names.count == Set(names).count)
        #expect(house.rooms.first { $0.name == "JSONPath" }?.imports == ["JSON"])
        #expect(house.rooms.first { $0.name == "maprun" }?.packages == ["ArgumentParser"])
        #expect(roomsWithoutFoundation.isSubset(of: names))
    }

    @Test func aRoomImportsOnlyRoomsAboveIt() {
        let names = house.rooms.map(\.name)
        for (place, room) in house.rooms.enumerated() {
            for imported in room.imports {
                guard let position = names.firstIndex(of: imported) else { continue }
                #expect(position < place, "\(room.name) imports \(imported), which stands below it")
            }
        }
    }

    @Test func everyFolderOfSourcesIsARoomOrASystemLibrary() throws {
        let names = Set(house.rooms.map(\.name))
        let libraries = Set(house.rooms.flatMap(\.imports)).subtracting(names)
        for source in try house.sources(in: "Sources") {
            #expect(names.union(libraries).contains(source.room), "\(source.path)")
        }
    }

    @Test func sourcesImportWhatTheirRoomMay() throws {
        for source in try house.sources(in: "Sources") {
            guard let room = house.rooms.first(where: { $0.name == source.room }) else { continue }
            let allowed = platform.union(foundations).union(room.imports).union(room.packages)
            for module in house.imports(of: source) {
                #expect(allowed.contains(module), "\(source.path) imports \(module)")
            }
        }
    }

    @Test func theLanguageAndTheEngineDoWithoutFoundation() throws {
        for source in try house.sources(in: "Sources")
        where roomsWithoutFoundation.contains(source.room) {
            let imported = foundations.intersection(house.imports(of: source))
            #expect(imported.isEmpty, "\(source.path) imports \(imported.sorted())")
        }
    }

    @Test(arguments: ["Sources", "Tests", "benchmarks/Sources"])
    func noFileExceedsFiveHundredLines(folder: String) throws {
        for source in try house.sources(in: folder) {
            #expect(source.lines.count <= 501, "\(source.path) has \(source.lines.count) lines")
        }
    }

    @Test func sourcesNeitherTrapOnInputNorPutThingsOff() throws {
        let banned = ["try!", "as!", "fatalError(", "TO" + "DO", "FIX" + "ME"]
        for source in try house.sources(in: "Sources") {
            for (number, line) in source.lines.enumerated() {
                let words = line.split(separator: " ")
                let found = banned.filter { word in words.contains { $0.hasPrefix(word) } }
                #expect(found.isEmpty, "\(source.path):\(number + 1) says \(found)")
            }
        }
    }
}
