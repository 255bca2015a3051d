/// The variables of one workflow while its states are read.
struct VariableScope {
    /// Names that some state of the workflow assigns, with the indices of those states.
    var assigned: [String: [Int]] = [:]
    /// Names that something has read.
    var used: Set<String> = []
    /// The first assignment of each name.
    var places: [String: Place] = [:]
    /// Assignments in workflows inside this one, with the index of the state they are inside of.
    var inner: [(name: String, place: Place, owner: Int)] = []
    /// Whether the workflow is executed by itself and sees nothing from outside.
    var isIsolated = false
}
