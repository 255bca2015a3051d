// swift-tools-version: 6.1
import PackageDescription

// The rooms of the house, bottom to top: a room imports only rooms above it in this list.
// `MAPRUN_MODULES=JSON,Records swift test` builds only those modules, what they need, and their
// tests; without the variable everything is built.

struct Room {
    var name: String
    var imports: [String] = []
    var packages: [Target.Dependency] = []
    var resources: [Resource] = []
    var documents: [String] = []
    var tests: [String]? = []
    var testResources: [Resource] = []
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let rooms: [Room] = [
    Room(name: "JSON", imports: ["CBytes"]),
    Room(name: "JSONPath", imports: ["JSON"]),
    Room(
        name: "JSONata", imports: ["JSON", "CBytes"],
        testResources: [.copy("known-failures.txt")]),
    Room(name: "JSONSchema", imports: ["JSON", "JSONata"]),
    Room(name: "StatesLanguage", imports: ["JSON", "JSONPath", "JSONata", "CBytes"]),
    Room(name: "Records", imports: ["JSON", "CBytes", "CZlib", "CArchive"]),
    Room(name: "Datasets", imports: ["JSON", "CZlib"]),
    Room(name: "Scheduling", imports: ["CBytes"], tests: ["MaprunTesting"]),
    Room(name: "Journal", imports: ["JSON", "CBytes"], documents: ["FORMAT.md"]),
    Room(
        name: "Engine",
        imports: [
            "JSON", "JSONPath", "JSONata", "StatesLanguage", "Records", "Scheduling", "Journal",
            "CBytes",
        ],
        tests: ["MaprunTesting"],
        testResources: [.copy("Conformance/known-failures.txt")]),
    Room(
        name: "Tasks",
        imports: ["JSON", "StatesLanguage", "Scheduling", "Engine", "CBytes", "CCurl"],
        packages: [yams],
        resources: [.embedInCode("Resources")],
        tests: ["MaprunTesting"]),
    Room(
        name: "Reporting", imports: ["JSON", "StatesLanguage", "Journal", "Engine"],
        resources: [.embedInCode("Resources")]),
    Room(
        name: "MaprunTesting",
        imports: ["JSON", "StatesLanguage", "Scheduling", "Journal", "Engine"], tests: nil),
    Room(
        name: "maprun",
        imports: [
            "JSON", "JSONPath", "JSONata", "JSONSchema", "StatesLanguage", "Records", "Datasets",
            "Scheduling", "Journal", "Engine", "Tasks", "Reporting", "MaprunTesting",
        ],
        packages: [argumentParser],
        tests: []),
]

let systemLibraries: [Target] = [
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
        name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
    .target(name: "CBytes"),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
]

let wanted = Context.environment["MAPRUN_MODULES"]?.split(separator: ",").map(String.init)

func closure(of names: [String]) -> Set<String> {
    var reached = Set<String>()
    var open = names
    while let name = open.popLast() {
        guard reached.insert(name).inserted, let room = rooms.first(where: { $0.name == name })
        else { continue }
        open += room.imports
        if names.contains(name) { open += room.tests ?? [] }
    }
    return reached
}

let built = wanted.map(closure) ?? Set(rooms.map(\.name))
let settings: [SwiftSetting] = [.swiftLanguageMode(.v6)]

let sources: [Target] = rooms.filter { built.contains($0.name) }.map { room in
    let dependencies = room.imports.map { Target.Dependency(stringLiteral: $0) } + room.packages
    return room.name == "maprun"
        ? .executableTarget(
            name: room.name, dependencies: dependencies, resources: room.resources,
            swiftSettings: settings)
        : .target(
            name: room.name, dependencies: dependencies, exclude: room.documents,
            resources: room.resources,
            swiftSettings: settings)
}

let tests: [Target] = rooms.filter { wanted?.contains($0.name) ?? true }.compactMap { room in
    room.tests.map { extra in
        .testTarget(
            name: room.name + "Tests",
            dependencies: ([room.name] + room.imports + extra).map {
                Target.Dependency(stringLiteral: $0)
            } + room.packages,
            resources: room.testResources,
            swiftSettings: settings)
    }
}

// They need none of the modules built: one reads this file and all sources, the other builds and
// runs a package that uses the products.
let outsiders = ["Architecture", "Library"].filter { wanted?.contains($0) ?? true }.map {
    Target.testTarget(name: $0 + "Tests", swiftSettings: settings)
}

let libraries = [
    "JSON", "JSONPath", "JSONata", "StatesLanguage", "Records", "Engine", "MaprunTesting",
]

let package = Package(
    name: "maprun",
    platforms: [.macOS(.v15)],
    products: libraries.filter(built.contains).map { .library(name: $0, targets: [$0]) }
        + (built.contains("maprun") ? [.executable(name: "maprun", targets: ["maprun"])] : []),
    dependencies: (built.contains("maprun")
        ? [.package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")] : [])
        + (built.contains("Tasks")
            ? [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")] : []),
    targets: systemLibraries + sources + tests + outsiders
)
