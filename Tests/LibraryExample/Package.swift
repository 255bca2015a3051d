// swift-tools-version: 6.1
import PackageDescription

// A program that uses the languages and the engine without the command line.

let package = Package(
    name: "LibraryExample",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "maprun", path: "../..")],
    targets: [
        .executableTarget(
            name: "LibraryExample",
            dependencies: ["JSON", "JSONPath", "JSONata", "StatesLanguage", "Engine"].map {
                .product(name: $0, package: "maprun")
            })
    ]
)
