/// The variables of one workflow while its states are read.
struct VariableScope {
    /// Names that some state of the workflow assigns.
    var assigned: Set<String> = []
    /// Names that something has read.
    var used: Set<String> = []
    /// The first assignment of each name.
    var places: [String: Place] = [:]
    /// Whether the workflow is executed by itself and sees nothing from outside.
    var isIsolated = false
}
