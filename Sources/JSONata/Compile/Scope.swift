/// The names that a part of an expression binds.
final class Scope {
    enum Variable {
        case slot(Int)
        case binding(label: Int)
    }

    let parent: Scope?
    let frame: FrameLayout
    private var variables: [String: Variable] = [:]
    /// Names that have a value for certain where the compiler is now.
    private var assigned: Set<String> = []

    init(parent: Scope?, frame: FrameLayout) {
        self.parent = parent
        self.frame = frame
    }

    func declare(_ name: String) -> Int {
        if case .slot(let slot) = variables[name] { return slot }
        let slot = frame.newSlot()
        variables[name] = .slot(slot)
        return slot
    }

    /// Declares the next parameter; of two with one name the later counts.
    func declareParameter(_ name: String) { variables[name] = .slot(frame.newSlot()) }

    func bind(_ name: String, label: Int) { variables[name] = .binding(label: label) }

    func markAssigned(_ name: String) { assigned.insert(name) }

    func isAssigned(_ name: String) -> Bool { assigned.contains(name) }

    subscript(name: String) -> Variable? { variables[name] }

    func slot(of name: String) -> Int? {
        guard case .slot(let slot) = variables[name] else { return nil }
        return slot
    }
}
