// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "jsonata-benchmark",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "maprun", path: "../..")],
    targets: [
        .executableTarget(
            name: "bench",
            dependencies: [
                .product(name: "JSON", package: "maprun"),
                .product(name: "JSONata", package: "maprun"),
            ])
    ]
)
