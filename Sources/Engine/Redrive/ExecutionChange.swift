import JSON
import Journal

/// What another workflow means for the states of the run's own execution.
struct ExecutionChange {
    /// The workflow that the run goes on with.
    let new: DefinitionText
    /// Those that it has had.
    let versions: [RedriveGround.Version]
    let keep: RedriveOrder.Keep

    /// Whether a result of the execution itself is void as its state is gone, or another and only
    /// what is unaffected stays. Map Runs look after their items themselves.
    func voids(_ event: Event) -> Bool {
        guard event.payload["mapRun"] == nil, let name = event.payload["state"]?.string else {
            return false
        }
        guard let state = new.state(name) else { return true }
        guard keep == .unaffected else { return false }
        return versions.contains { version in
            version.text.state(name).map { !WorkflowChange.isSame($0, state) } ?? false
        }
    }

    /// Whether a state that the execution has come to is another now: without being asked anything
    /// anew, it may lead elsewhere. What children of a distributed Map do is looked at with those.
    func concerns(_ ground: RedriveGround) throws(RunError) -> Bool {
        for version in versions {
            let visited = try ground.visitedStates(version.machine)
            if visited.contains(where: { !isSame($0, version.text) }) { return true }
        }
        return false
    }

    private func isSame(_ name: String, _ old: DefinitionText) -> Bool {
        guard let before = old.state(name), let after = new.state(name) else { return false }
        return WorkflowChange.isSame(Self.own(before), Self.own(after))
    }

    private static func own(_ state: Value) -> Value {
        guard var object = state.object,
            state["ItemProcessor"]?["ProcessorConfig"]?["Mode"] == "DISTRIBUTED"
        else { return state }
        object["ItemProcessor"] = nil
        return .object(object)
    }

    /// Whether the Map state of this Map Run reads, limits or writes otherwise than it did.
    func redefines(_ info: Value) -> Bool {
        let state = info["state"]?.string ?? ""
        return versions.contains { WorkflowChange.isRedefined(state, $0.text, new) }
    }
}
