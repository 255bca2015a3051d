// swift-tools-version: 6.1
import PackageDescription

// Built by `run` with the fuzzer's instrumentation in every module, so apart from everything else.

let package = Package(
    name: "maprun-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "maprun", path: "../..")],
    targets: [
        .target(name: "CFuzzer"),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CFuzzer",
                .product(name: "JSON", package: "maprun"),
                .product(name: "JSONPath", package: "maprun"),
                .product(name: "JSONata", package: "maprun"),
                .product(name: "Records", package: "maprun"),
                .product(name: "StatesLanguage", package: "maprun"),
            ],
            swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
