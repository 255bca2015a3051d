import JSON
import StatesLanguage

/// Something that a traced execution has come to.
package struct TraceNote: Sendable {
    /// One visit of a state.
    package struct Visit: Sendable {
        /// Visits of a trace are counted from 1.
        package var number: Int
        /// The state's name.
        package var state: String
        /// The state's type.
        package var type: String
        /// The iterations and branches that it is in, outermost first: `Lines[3]`.
        package var around: [String]
        /// The item whose child execution it belongs to; nil in the execution itself.
        package var item: Int?
    }

    /// Where it happened.
    package var visit: Visit
    /// What happened.
    package var content: Content

    /// What can happen in a state.
    package enum Content: Sendable {
        /// The state was entered with this input.
        case entered(Value)
        /// An expression of the state was evaluated.
        case evaluated(Evaluation)
        /// An attempt of its task was started.
        case called(TaskRequest)
        /// What an attempt of its task, or a Map Run, ended with.
        case answered(Result<Value, StateFault>)
        /// It waits until then, in milliseconds since 1970.
        case waits(until: Int, now: Int)
        /// It failed and will be tried again at a time in milliseconds since 1970.
        case retries(StateFault, retry: Int, at: Int, now: Int)
        /// It failed and one of its catchers took that on.
        case caught(StateFault, catcher: Int)
        /// It was left with this output for the state of that name, or for the end.
        case left(Value, next: String?)
        /// It failed, and with it the workflow it belongs to; with the field that raised that.
        case failed(StateFault, field: String?)
        /// A distributed Map is about to start its items.
        case launches(MapRunRequest)
    }
}
