// swift-tools-version: 6.1
import PackageDescription

// A package of its own: what is measured against must not slow the build of what is measured.

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    targets: [
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .executableTarget(
            name: "floor", dependencies: ["CZlib"], swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(name: "bare-loop", swiftSettings: [.swiftLanguageMode(.v6)]),
    ]
)
