import JSON

/// The right to work on a run: held by one process at a time, without file locks, which network
/// file systems do not reliably have.
///
/// Claims are files `owner.1`, `owner.2`, … made by hard link, which fails if the name is taken;
/// the highest number holds the run. A claim whose process is dead, or that was released, is
/// overtaken by making the next number, which only one of several processes can do.
public final class RunOwner: Sendable {
    private let directory: String
    /// The number of the claim.
    public let number: Int
    private let files: any FileSystem
    /// What was found and taken over, in words; nil if the run was free.
    public let takenOver: String?
    /// Whether the process that held the run before has died without having been asked to end.
    public let predecessorDied: Bool

    /// Claims the run in `directory` for this process.
    ///
    /// With `force` a claim is taken over whose process cannot be seen from here.
    public convenience init(
        _ directory: String, force: Bool = false, files: any FileSystem = SystemFiles()
    ) throws(RunError) {
        try self.init(directory, as: .current(), force: force, files: files) { own, other in
            own.liveness(of: other)
        }
    }

    init(
        _ directory: String, as process: ProcessIdentity, force: Bool, files: any FileSystem,
        liveness: (ProcessIdentity, ProcessIdentity) -> ProcessIdentity.Liveness
    ) throws(RunError) {
        self.directory = directory
        self.files = files
        let last = try Self.lastClaim(in: directory, files)
        var found: String?
        if let last, !last.isReleased {
            found = try Self.takeOver(last, liveness: { liveness(process, $0) }, force: force)
        }
        takenOver = found
        let asked = try files.contents(of: Self.askedPath(directory, last?.number ?? 0))
        predecessorDied = found != nil && asked == nil
        number = (last?.number ?? 0) + 1
        try Self.claim(number, in: directory, for: process, files)
        try Self.confirm(number, in: directory, files)
    }

    /// Leaves word that this process was asked to end: if it dies, that is no item's doing.
    public func noteAskedToEnd() {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        // Only a hint: a run that is about to end must not fail for it.
        try? files.replace(Self.askedPath(directory, number), with: none, flushing: false)
    }

    /// Gives the run free for others.
    public func release() throws(RunError) {
        let path = Self.path(directory, number)
        do {
            try files.rename(path, to: path + ".released")
            // Only litter by now.
            try? files.remove(Self.askedPath(directory, number))
        } catch {
            throw error.error("release", path)
        }
    }
}

extension RunOwner {
    /// The process that works on the run in `directory`, in words; nil if none does. One that
    /// cannot be seen from here counts as working.
    public static func holder(
        of directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> String? {
        try holding(of: directory, files: files)?.holder
    }

    /// The claim under which a process works on the run in `directory`, and that process in words;
    /// nil if none does.
    public static func holding(
        of directory: String, files: any FileSystem = SystemFiles()
    ) throws(RunError) -> (number: Int, holder: String)? {
        guard let claim = try lastClaim(in: directory, files), !claim.isReleased else { return nil }
        guard let process = claim.process else {
            return (claim.number, "a process whose claim is unreadable")
        }
        let isDead = ProcessIdentity.current(files).liveness(of: process) == .dead
        return isDead ? nil : (claim.number, "process \(process.pid) on \(process.host)")
    }

    private struct Claim {
        var number: Int
        var isReleased: Bool
        var path: String
        var process: ProcessIdentity?
    }

    private static func path(_ directory: String, _ number: Int) -> String {
        "\(directory)/owner.\(number)"
    }

    private static func askedPath(_ directory: String, _ number: Int) -> String {
        "\(directory)/owner.\(number).asked"
    }

    private static func number(_ name: String) -> (Int, isReleased: Bool)? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2 || (parts.count == 3 && parts[2] == "released"),
            parts[0] == "owner", let number = Int(parts[1])
        else { return nil }
        return (number, parts.count == 3)
    }

    private static func claims(
        in directory: String, _ files: any FileSystem
    ) throws(RunError) -> [(number: Int, isReleased: Bool)] {
        do {
            return try files.entries(of: directory).compactMap(number)
        } catch {
            throw error.error("list", directory)
        }
    }

    private static func lastClaim(
        in directory: String, _ files: any FileSystem
    ) throws(RunError) -> Claim? {
        var triesLeft = 10
        while true {
            guard let last = try claims(in: directory, files).max(by: { $0.number < $1.number })
            else { return nil }
            let path = path(directory, last.number) + (last.isReleased ? ".released" : "")
            // Released or overtaken since the folder was read: what is there now counts.
            let document = try files.contents(of: path)
            triesLeft -= 1
            if document == nil, triesLeft > 0 { continue }
            let process = document.flatMap { try? Value.parse($0) }
                .flatMap(ProcessIdentity.init)
            return Claim(
                number: last.number, isReleased: last.isReleased, path: path, process: process)
        }
    }

    /// What is taken over, in words, if the claim's process is dead or `force` says so.
    private static func takeOver(
        _ claim: Claim, liveness: (ProcessIdentity) -> ProcessIdentity.Liveness, force: Bool
    ) throws(RunError) -> String {
        guard let process = claim.process else {
            if force { return "an unreadable claim" }
            throw inUse(claim, "someone; '\(claim.path)' is unreadable")
        }
        let name = "process \(process.pid) on \(process.host)"
        switch liveness(process) {
        case .dead: return "\(name), which has died"
        case .alive: throw inUse(claim, name)
        case .unknown:
            if force { return name }
            throw inUse(claim, "\(name), which cannot be seen from here")
        }
    }

    private static func inUse(_ claim: Claim, _ holder: String) -> RunError {
        RunError(
            .inUse,
            "the run is in use by \(holder); wait for it, or stop it. If it surely no longer runs, "
                + "remove '\(claim.path)'", path: claim.path)
    }

    private static func claim(
        _ number: Int, in directory: String, for process: ProcessIdentity,
        _ files: any FileSystem
    ) throws(RunError) {
        var text = ByteBuffer()
        process.value.write(to: &text)
        let path = path(directory, number)
        let draft = "\(directory)/claim.\(process.host).\(process.pid).\(process.start)"
        try files.replace(draft, with: UnsafeRawBufferPointer(text.bytes), flushing: false)
        defer { try? files.remove(draft) }
        do {
            try files.link(draft, to: path)
        } catch {
            // Over a network the answer to a link that succeeded can get lost and the repetition
            // fail, so what counts is whose claim is there now.
            let holder = try files.contents(of: path).flatMap { try? Value.parse($0) }
            guard holder.flatMap(ProcessIdentity.init) == process else {
                guard error.isTaken else { throw error.error("claim", path) }
                throw RunError(
                    .inUse, "another process has just taken the run; wait for it", path: path)
            }
        }
    }

    /// Removes older claims, unless a newer one shows that ours came too late.
    private static func confirm(
        _ number: Int, in directory: String, _ files: any FileSystem
    ) throws(RunError) {
        let claims = try claims(in: directory, files)
        if claims.contains(where: { $0.number > number }) {
            let path = path(directory, number)
            do { try files.remove(path) } catch { throw error.error("withdraw", path) }
            throw RunError(
                .inUse, "another process has just taken the run; wait for it", path: path)
        }
        for old in claims where old.number < number {
            // Only litter: losing the race to remove it is right.
            try? files.remove(path(directory, old.number) + (old.isReleased ? ".released" : ""))
            try? files.remove(askedPath(directory, old.number))
        }
    }
}
