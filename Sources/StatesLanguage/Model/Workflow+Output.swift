extension Workflow {
    /// The template whose value is the workflow's output as it stands, if a state is the last to
    /// have a say in it: a Pass state, or a Succeed state in JSONata, behind which comes at most a
    /// Succeed state that passes on what it gets.
    package func finalTemplate(of state: State) -> Template? {
        guard state.assign.isEmpty, ends(after: state) else { return nil }
        switch (state.action, state.queryLanguage) {
        case (.pass, .jsonata), (.succeed, .jsonata): return state.output
        case (.pass(result: .none), .jsonPath):
            guard case .replace = state.resultPath, state.outputPath.isWhole else { return nil }
            return state.parameters
        default: return nil
        }
    }

    private func ends(after state: State) -> Bool {
        guard case .next(let index) = state.transition else { return true }
        return states[index].passesOnToEnd
    }
}

extension State {
    /// Whether it is a Succeed state that does nothing to its input.
    fileprivate var passesOnToEnd: Bool {
        guard case .succeed = action, assign.isEmpty else { return false }
        switch queryLanguage {
        case .jsonPath: return inputPath.isWhole && outputPath.isWhole
        case .jsonata: return output == nil
        }
    }
}
