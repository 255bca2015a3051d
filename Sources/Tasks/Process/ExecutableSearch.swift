import Glibc

/// Finds the file that a command's first word means, as a shell does.
struct ExecutableSearch {
    /// `PATH`.
    var path: String?
    /// Where names with a slash are relative to.
    var directory: String

    /// Why there is no program of a name.
    enum Failure: Error, Equatable {
        case missing(String)
        case notExecutable(String)
    }

    /// `python3.11` stands for Lambda's runtime of that version; where only another Python 3 is
    /// installed, that one has to do.
    func findInterpreter(_ name: String) throws(Failure) -> String {
        do {
            return try find(name)
        } catch {
            guard name.hasPrefix("python3.") else { throw error }
            return try find("python3")
        }
    }

    func find(_ name: String) throws(Failure) -> String {
        if name.contains("/") {
            return try check(name.hasPrefix("/") ? name : "\(directory)/\(name)")
        }
        let standard = "/usr/local/bin:/usr/bin:/bin"
        for folder in (path ?? standard).split(separator: ":") {
            let candidate = "\(folder)/\(name)"
            if isFile(candidate) && access(candidate, X_OK) == 0 { return candidate }
        }
        throw .missing(name)
    }

    private func check(_ file: String) throws(Failure) -> String {
        guard isFile(file) else { throw .missing(file) }
        guard access(file, X_OK) == 0 else { throw .notExecutable(file) }
        return file
    }

    private func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
