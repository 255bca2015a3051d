/// Where the folder of a Map Run is written anew, and how it takes the place of the old one: by
/// two renames, after each of which one of the two is complete and can be found.
enum Generation {
    /// The folder within `maps` in which new generations are written.
    static let new = ".rebase"
    /// The folder within `maps` to which old generations go before they are removed.
    static let old = ".old"
    /// The file that is written last, and without which a folder is not complete.
    static let marker = "map.json"

    /// The names of the new generations that are complete.
    static func complete(
        in maps: String, _ files: any FileSystem
    ) throws(RunError) -> [String] {
        var found: [String] = []
        for name in try entries(of: "\(maps)/\(new)", files) {
            if try exists("\(maps)/\(new)/\(name)/\(marker)", files) { found.append(name) }
        }
        return found
    }

    /// Puts the new generation in the place of the old one, and removes that.
    static func swap(
        _ name: String, in maps: String, _ files: any FileSystem, flushing: Bool
    ) throws(RunError) {
        try files.makeDirectories("\(maps)/\(old)")
        try removeTree("\(maps)/\(old)/\(name)", files)
        try rename("\(maps)/\(name)", to: "\(maps)/\(old)/\(name)", files)
        if flushing { try files.flushDirectory("\(maps)/\(old)") }
        try rename("\(maps)/\(new)/\(name)", to: "\(maps)/\(name)", files)
        if flushing { try files.flushDirectory(maps) }
        // Not the folders above: another Map Run may be at its own swap.
        try removeTree("\(maps)/\(old)/\(name)", files)
    }

    /// Whether a swap was interrupted.
    static func isUnsettled(_ maps: String, _ files: any FileSystem) throws(RunError) -> Bool {
        for folder in [new, old] where try !entries(of: "\(maps)/\(folder)", files).isEmpty {
            return true
        }
        return false
    }

    /// Ends a swap that was interrupted, and removes what is not needed any more.
    static func settle(_ maps: String, _ files: any FileSystem) throws(RunError) {
        for name in try complete(in: maps, files) where try !exists("\(maps)/\(name)", files) {
            try rename("\(maps)/\(new)/\(name)", to: "\(maps)/\(name)", files)
        }
        for name in try entries(of: "\(maps)/\(old)", files) {
            guard try exists("\(maps)/\(old)/\(name)/\(marker)", files) else { continue }
            guard try !exists("\(maps)/\(name)", files) else { continue }
            try rename("\(maps)/\(old)/\(name)", to: "\(maps)/\(name)", files)
        }
        for folder in [new, old] { try removeTree("\(maps)/\(folder)", files) }
    }

    /// Removes a folder with all that is in it, if it is there.
    static func removeTree(_ path: String, _ files: any FileSystem) throws(RunError) {
        for name in try entries(of: path, files) {
            try removeTree("\(path)/\(name)", files)
        }
        do {
            try files.remove(path)
        } catch {
            if !error.isMissing { throw error.error("remove", path) }
        }
    }

    private static func rename(
        _ source: String, to target: String, _ files: any FileSystem
    ) throws(RunError) {
        do { try files.rename(source, to: target) } catch { throw error.error("move", source) }
    }

    /// None where there is no folder.
    private static func entries(
        of path: String, _ files: any FileSystem
    ) throws(RunError) -> [String] {
        do {
            return try files.entries(of: path)
        } catch {
            if error.isMissing { return [] }
            throw error.error("list", path)
        }
    }

    private static func exists(_ path: String, _ files: any FileSystem) throws(RunError) -> Bool {
        do {
            files.close(try files.open(path, .read))
            return true
        } catch {
            if error.isMissing { return false }
            throw error.error("read", path)
        }
    }
}
