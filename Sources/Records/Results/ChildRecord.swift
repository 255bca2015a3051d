import JSON

/// What a Map Run knows of one child execution, as the files of `ResultWriter` show it.
public struct ChildRecord: Sendable {
    /// How the child ended, or that it never started.
    public enum Status: String, Sendable {
        case succeeded = "SUCCEEDED"
        case failed = "FAILED"
        case timedOut = "TIMED_OUT"
        case aborted = "ABORTED"
        case pending = "PENDING"

        /// The files that children of this status are listed in.
        public var category: ResultCategory {
            switch self {
            case .succeeded: .succeeded
            case .failed, .timedOut, .aborted: .failed
            case .pending: .pending
            }
        }
    }

    /// Whether the child can be redriven, by the names of `RedriveStatus`.
    public enum RedriveStatus: String, Sendable {
        case redrivable = "REDRIVABLE"
        case redrivableByMapRun = "REDRIVABLE_BY_MAP_RUN"
        case notRedrivable = "NOT_REDRIVABLE"
    }

    /// A JSON value, or its text as it was kept.
    public enum Payload: Sendable {
        case value(Value)
        case json(Text)
    }

    /// How the child ended.
    public var status: Status
    /// The child execution's name.
    public var name: Text
    /// The child execution.
    public var executionArn: Text
    /// The machine it belongs to, with the Map's label.
    public var stateMachineArn: Text
    /// What the child was started with.
    public var input: Payload
    /// What a child that succeeded gave back.
    public var output: Payload?
    /// The error's name, if it failed with one.
    public var error: Text?
    /// What the error says.
    public var cause: Text?
    /// How often it has been redriven.
    public var redriveCount: Int
    /// Whether it can be redriven.
    public var redriveStatus: RedriveStatus
    /// Why not, where it is not redrivable; of a child that succeeded AWS's sentence is the default.
    public var redriveStatusReason: Text?
    /// When it started, as AWS prints times: `2025-02-04T01:49:50.099Z`.
    public var startDate: Text?
    /// When it ended.
    public var stopDate: Text?

    /// A record.
    public init(
        _ status: Status, name: Text, executionArn: Text, stateMachineArn: Text, input: Payload,
        output: Payload? = nil, error: Text? = nil, cause: Text? = nil, redriveCount: Int = 0,
        redriveStatus: RedriveStatus? = nil, redriveStatusReason: Text? = nil,
        startDate: Text? = nil, stopDate: Text? = nil
    ) {
        self.status = status
        self.name = name
        self.executionArn = executionArn
        self.stateMachineArn = stateMachineArn
        self.input = input
        self.output = output
        self.error = error
        self.cause = cause
        self.redriveCount = redriveCount
        self.redriveStatus =
            redriveStatus ?? (status == .succeeded ? .notRedrivable : .redrivableByMapRun)
        self.redriveStatusReason =
            redriveStatusReason
            ?? (status == .succeeded ? "Execution is SUCCEEDED and cannot be redriven" : nil)
        self.startDate = startDate
        self.stopDate = stopDate
    }
}

/// The three sorts of files that `ResultWriter` writes, by the names in them.
public enum ResultCategory: String, Sendable, CaseIterable {
    case failed = "FAILED"
    case pending = "PENDING"
    case succeeded = "SUCCEEDED"
}
