import JSON

/// How a run was started, as far as it matters when it is resumed from somewhere else.
struct Launch {
    /// The folder it was started in.
    var directory: String
    /// `--max-concurrency`.
    var maxConcurrency: Int?

    init(directory: String, maxConcurrency: Int?) {
        self.directory = directory
        self.maxConcurrency = maxConcurrency
    }

    /// What `run.json` keeps of it.
    var value: Value {
        var object = ObjectValue([Member("directory", .string(directory))])
        if let maxConcurrency { object["maxConcurrency"] = .int(maxConcurrency) }
        return .object(object)
    }

    init(_ value: Value) {
        directory = value["directory"]?.string ?? FilePath.workingDirectory
        maxConcurrency = value["maxConcurrency"]?.number?.int
    }
}
