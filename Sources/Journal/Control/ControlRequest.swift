import JSON

/// What another process asks of the one that works on a run.
public struct ControlRequest: Sendable, Equatable {
    /// What is to be done.
    public enum Action: Sendable, Equatable {
        /// Change a Map Run, by its folder's name; nil is the only one that runs.
        case update(MapRunUpdate, map: String?)
        /// Let so many calls start in a time, such as `50/s`; nil lets any number.
        case pace(String?)
        /// End the run as aborted.
        case stop(error: String?, cause: String?)
    }

    /// The number of the claim that the request is for: a later process leaves it alone.
    public var owner: Int
    /// What is to be done.
    public var action: Action

    /// A request to the process with this claim.
    public init(_ action: Action, owner: Int) {
        self.action = action
        self.owner = owner
    }

    var value: Value {
        var object = ObjectValue([Member("format", 1), Member("owner", .int(owner))])
        switch action {
        case .update(let update, let map):
            object["action"] = "update"
            object["map"] = map.map(Value.string)
            for member in update.value.object?.members ?? [] { object[member.key] = member.value }
        case .pace(let rate):
            object["action"] = "pace"
            object["rate"] = rate.map(Value.string)
        case .stop(let error, let cause):
            object["action"] = "stop"
            object["error"] = error.map(Value.string)
            object["cause"] = cause.map(Value.string)
        }
        return .object(object)
    }

    init?(_ value: Value) {
        guard value["format"]?.number?.int == 1, let owner = value["owner"]?.number?.int else {
            return nil
        }
        self.owner = owner
        switch value["action"]?.string {
        case "update": action = .update(MapRunUpdate(value), map: value["map"]?.string)
        case "pace": action = .pace(value["rate"]?.string)
        case "stop":
            action = .stop(error: value["error"]?.string, cause: value["cause"]?.string)
        default: return nil
        }
    }
}

/// What the process that works on a run says to a request.
public enum ControlAnswer: Sendable, Equatable {
    /// It is done, and a resume keeps it.
    case done
    /// It is not done, for this reason.
    case refused(String)

    var value: Value {
        switch self {
        case .done: ["done": true]
        case .refused(let reason): ["done": false, "reason": .string(reason)]
        }
    }

    init(_ value: Value) {
        self = value["done"] == true ? .done : .refused(value["reason"]?.string ?? "")
    }
}
