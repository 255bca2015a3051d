import Glibc

extension Bindings {
    /// The bindings for a definition: from `maprun.yaml` beside it, else from `template.yaml`,
    /// else none.
    public static func besides(definition: String) throws(BindingsError) -> Bindings {
        let folder = definition.lastIndex(of: "/").map { String(definition[..<$0]) } ?? "."
        for name in ["maprun.yaml", "maprun.yml", "template.yaml", "template.yml"] {
            let file = folder == "." ? name : "\(folder)/\(name)"
            if access(file, F_OK) == 0 { return try read(file: file) }
        }
        return Bindings()
    }

    /// The bindings in a file: a SAM template if it is called `template.…`, else a `maprun.yaml`.
    public static func read(file: String) throws(BindingsError) -> Bindings {
        let text = try contents(of: file)
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        let folder = absolute(parts.dropLast().joined(separator: "/"), isRooted: parts.count > 1)
        if parts.last?.hasPrefix("template.") == true {
            return try template(text, file: file, folder: folder)
        }
        return try maprun(text, file: file, folder: folder)
    }

    private static func absolute(_ folder: String, isRooted: Bool) -> String {
        let path = isRooted ? (folder.isEmpty ? "/" : folder) : "."
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func contents(of file: String) throws(BindingsError) -> String {
        guard let stream = fopen(file, "re") else { throw unreadable(file) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = fread(&block, 1, block.count, stream)
            bytes.append(contentsOf: block[..<count])
            if count == 0 { break }
        }
        if ferror(stream) != 0 { throw unreadable(file) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func unreadable(_ file: String) -> BindingsError {
        let reason = String(cString: strerror(errno))
        return BindingsError(problems: [
            BindingProblem(file: file, position: nil, message: "cannot be read: \(reason)")
        ])
    }
}
