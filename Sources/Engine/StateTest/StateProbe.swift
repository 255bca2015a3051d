import JSON
import StatesLanguage

/// Takes note of what a state under test passes through; executions have none.
final class StateProbe {
    /// The fault that the state raised, before retriers and catchers.
    var fault: StateFault?
    /// What the mocked or real work gave.
    var result: Value?
    /// What was given to the work.
    var arguments: Value?
    /// What an HTTP task sent and got.
    var request: Value?
    var response: Value?
    var afterResultSelector: Value?
    var afterResultPath: Value?
    /// What a Map state was about to run.
    var mapRun: MapRunRequest?
    var itemSelections: [Value] = []
    var batches: [Value] = []
}
