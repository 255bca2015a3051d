#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension SystemFiles {
    public func rename(_ source: String, to target: String) throws(SystemFault) {
        #if canImport(Glibc)
        _ = try Self.retried { Glibc.rename(source, target) }
        #else
        _ = try Self.retried { Darwin.rename(source, target) }
        #endif
    }

    public func link(_ source: String, to target: String) throws(SystemFault) {
        #if canImport(Glibc)
        _ = try Self.retried { Glibc.link(source, target) }
        #else
        _ = try Self.retried { Darwin.link(source, target) }
        #endif
    }

    public func remove(_ path: String) throws(SystemFault) {
        #if canImport(Glibc)
        _ = try Self.retried { Glibc.remove(path) }
        #else
        _ = try Self.retried { Darwin.remove(path) }
        #endif
    }

    public func makeDirectory(_ path: String) throws(SystemFault) {
        _ = try Self.retried { mkdir(path, 0o777) }
    }

    public func entries(of directory: String) throws(SystemFault) -> [String] {
        guard let stream = opendir(directory) else { throw .last }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
