import JSON
import Journal
import StatesLanguage

extension Run {
    /// Begins a new run: makes its folder and claims it.
    public static func create(
        _ options: RunOptions, machine: StateMachine, version: String,
        surroundings: Surroundings
    ) throws(RunError) -> Run {
        let started = surroundings.scheduler.now
        var text = options.definition
        let info = options.info(started: started, version: version)
        let made: Result<RunDirectory, RunError> = text.withUTF8 { bytes in
            do throws(RunError) {
                return .success(
                    try RunDirectory.create(
                        root: options.root, name: options.name, time: started, info: info,
                        definition: bytes, durability: options.durability))
            } catch {
                return .failure(error)
            }
        }
        return try Run(
            options, machine: machine, directory: made.get(), startTime: started,
            surroundings: surroundings)
    }

    /// A run of which nothing is kept on disk.
    public static func unkept(
        _ options: RunOptions, machine: StateMachine, surroundings: Surroundings
    ) throws(RunError) -> Run {
        try Run(
            options, machine: machine, directory: nil, startTime: surroundings.scheduler.now,
            surroundings: surroundings)
    }

    /// The options and definition of a run that was begun before.
    public static func recorded(
        root: String, id: String
    ) throws(RunError) -> (directory: RunDirectory, options: RunOptions) {
        var directory = try RunDirectory.open(root: root, id: id)
        directory.definitionName = try ExecutionHistory.read(directory.journalPath).definitionFile
        guard let document = try SystemFiles().contents(of: directory.definitionPath) else {
            throw RunError(
                .damaged, "'\(directory.definitionPath)' is missing; put it back to resume the run",
                path: directory.definitionPath)
        }
        let text = String(decoding: document.bytes, as: UTF8.self)
        return (directory, try RunOptions(directory, root: root, definition: text))
    }

    /// Claims a run that was begun before, to continue it; one that has ended is taken up again
    /// where `redrive` says, with the same machine or a repaired one. With `widens` a run of a
    /// selection goes on with the rest.
    public static func resume(
        _ recorded: (directory: RunDirectory, options: RunOptions), machine: StateMachine,
        surroundings: Surroundings, redrive: RedriveOrder? = nil, widens: Bool = false
    ) throws(RunError) -> Run {
        let started = recorded.directory.info["started"]?.number?.int
        return try Run(
            recorded.options, machine: machine, directory: recorded.directory,
            startTime: started ?? surroundings.scheduler.now, surroundings: surroundings,
            redrive: redrive, widens: widens)
    }
}
