import Journal

/// What is told of a run's own execution besides its end, as `DescribeExecution` does.
public struct ExecutionRecord: Sendable {
    /// The execution's ARN.
    public let arn: String
    /// The state machine's ARN.
    public let stateMachineARN: String
    /// When it began, in milliseconds since 1970.
    public let startTime: Int
    /// How often it has been redriven.
    public let redriveCount: Int
    /// When it was redriven last.
    public let redriveTime: Int?

    /// The execution of a run, of which this is the history.
    public init(_ run: RunDirectory, _ history: ExecutionHistory) {
        var machine = ExecutionFacts.Machine(name: run.name)
        machine.isExpress = run.info["type"]?.string == "EXPRESS"
        machine.seed = RunOptions.seed(run.info)
        arn = ExecutionFacts.arn(of: run.id, machine)
        stateMachineARN = machine.arn
        startTime = run.info["started"]?.number?.int ?? 0
        let redrives = ExecutionFacts.Redrives(history.notes)
        redriveCount = redrives?.count ?? 0
        redriveTime = redrives?.time
    }
}
