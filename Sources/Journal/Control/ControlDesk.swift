import JSON

/// Where processes leave requests for the one that works on a run, and find its answers: small
/// files, each written under another name and renamed, so that no locks are needed.
public struct ControlDesk: Sendable {
    private let directory: String
    private let files: any FileSystem

    /// The desk of the run in `directory`.
    public init(_ directory: String, files: any FileSystem = SystemFiles()) {
        self.directory = directory + "/requests"
        self.files = files
    }

    // MARK: - Whoever asks

    /// Leaves a request; returns the name to ask for the answer by.
    public func submit(_ request: ControlRequest, time: Int) throws(RunError) -> String {
        let luck = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let name = "\(time)-\(luck)"
        try files.makeDirectories(directory)
        try write(request.value, to: "\(name).request")
        return name
    }

    /// Takes the answer to a request away, if it is there.
    public func answer(to name: String) throws(RunError) -> ControlAnswer? {
        let path = "\(directory)/\(name).answer"
        guard let value = try read(path) else { return nil }
        remove(path)
        return ControlAnswer(value)
    }

    /// Takes a request back, and the answer that may have come in the meantime.
    public func withdraw(_ name: String) {
        remove("\(directory)/\(name).request")
        remove("\(directory)/\(name).answer")
    }

    // MARK: - Whoever is asked

    /// The requests to the process with this claim, oldest first; those to others, who are gone,
    /// are removed. A folder that is not there has none.
    public func requests(to owner: Int) throws(RunError) -> [(name: String, ControlRequest)] {
        let names: [String]
        do {
            names = try files.entries(of: directory)
        } catch {
            if error.isMissing { return [] }
            throw error.error("list", directory)
        }
        var found: [(name: String, ControlRequest)] = []
        for name in names.sorted() where name.hasSuffix(".request") {
            let path = "\(directory)/\(name)"
            guard let value = try read(path) else { continue }
            guard let request = ControlRequest(value), request.owner == owner else {
                remove(path)
                continue
            }
            found.append((String(name.dropLast(8)), request))
        }
        return found
    }

    /// Answers a request, which is done with then.
    public func answer(_ name: String, _ answer: ControlAnswer) throws(RunError) {
        try write(answer.value, to: "\(name).answer")
        remove("\(directory)/\(name).request")
    }

    /// Makes the folder, as network file systems remember for a while that one is missing, and
    /// removes answers that the deaths of processes have left.
    public func prepare() throws(RunError) {
        try files.makeDirectories(directory)
        for name in (try? files.entries(of: directory)) ?? [] where name.hasSuffix(".answer") {
            remove("\(directory)/\(name)")
        }
    }

    private func write(_ value: Value, to name: String) throws(RunError) {
        var text = ByteBuffer()
        value.write(to: &text)
        text.append(0x0A)
        try files.replace(
            "\(directory)/\(name)", with: UnsafeRawBufferPointer(text.bytes), flushing: false)
    }

    private func read(_ path: String) throws(RunError) -> Value? {
        guard let document = try files.contents(of: path) else { return nil }
        // One that is not JSON was left by something else.
        return (try? Value.parse(document)) ?? .null
    }

    private func remove(_ path: String) {
        // Somebody else may have removed it first, which is as good.
        try? files.remove(path)
    }
}
