import JSON

extension DefinitionDecoder {
    private static let longestTimeout = 99_999_999
    private static let longestName = 80
    private static let largestDefinition = 1 << 20
    private static let deepestNesting = 100

    /// Reads the whole machine.
    mutating func decodeMachine(_ place: Place) -> Workflow? {
        check(place, against: .machine)
        if place.node.document.bytes.count > Self.largestDefinition {
            warn(
                .differsOnAWS, "AWS accepts definitions of up to 1 MiB only", at: place,
                suggestion: "move parts into state machines of their own")
        }
        _ = choice("Version", of: place, among: ["1.0"])
        let timeout = place["TimeoutSeconds"].flatMap { decodeTimeout($0) }
        if let language = language(of: place) { machineLanguage = language }
        var frame = WorkflowFrame()
        frame.isExpress = options.machineType == .express
        frame.language = machineLanguage
        var known = VariableScope()
        for name in options.knownVariables { known.assigned[name] = [] }
        scopes = [known]
        return decodeStates(of: place, frame: frame, timeout: timeout, owner: 0)
    }

    /// AWS takes 0 too; what it does with it is not known.
    private mutating func decodeTimeout(_ place: Place) -> Int? {
        let seconds = integer(place, 0...Self.longestTimeout)
        guard seconds == 0 else { return seconds }
        warn(
            .noEffect, "'TimeoutSeconds' of 0 is no limit here; it is not known what AWS does",
            at: place, suggestion: "remove it or set a limit")
        return nil
    }

    /// Reads a branch or an item processor.
    mutating func decodeNested(
        _ place: Place, table: FieldTable, isExpress: Bool? = nil, isDistributed: Bool = false
    ) -> Workflow? {
        guard expect(.object, place) else { return nil }
        let outer = (frame, state)
        let owner = state.index
        defer { (frame, state) = outer }
        var inner = WorkflowFrame()
        inner.isExpress = isExpress ?? frame.isExpress
        inner.depth = frame.depth + 1
        guard inner.depth <= Self.deepestNesting else {
            report(.tooDeeplyNested, "The states are too deeply nested", at: place)
            return nil
        }
        check(place, against: table)
        inner.language = language(of: place) ?? machineLanguage
        return decodeStates(
            of: place, frame: inner, owner: owner, isDistributed: isDistributed)
    }

    /// `QueryLanguage`, which may not go back from JSONata to JSONPath.
    mutating func language(of place: Place) -> QueryLanguage? {
        let names = ["JSONPath", "JSONata"]
        guard let name = choice("QueryLanguage", of: place, among: names),
            let language = QueryLanguage(rawValue: name)
        else { return nil }
        if language == .jsonPath, machineLanguage == .jsonata {
            refuse(
                "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine",
                at: place)
            return nil
        }
        return language
    }

    private mutating func decodeStates(
        of place: Place, frame: WorkflowFrame, timeout: Int? = nil, owner: Int,
        isDistributed: Bool = false
    ) -> Workflow? {
        self.frame = frame
        let comment = string("Comment", of: place)
        guard let states = place["States"], expect(.object, states) else { return nil }
        let members = states.members
        if members.isEmpty { refuse("Value cannot be empty", at: states) }
        for (index, member) in members.enumerated() { self.frame.targets[member.name] = index }
        self.frame.edges = Array(repeating: [], count: members.count)
        enterScope(of: states, isDistributed: isDistributed)
        let decoded = members.enumerated().map { index, member in
            decodeState(member.name, member.place, index: index)
        }
        leaveScope(owner: owner)
        let start = decodeStart(of: place)
        checkStructure(of: place, members: members.map(\.place), start: start)
        guard let start else { return nil }
        let placeholders = self.frame.placeholders.map {
            State(name: Key($0), action: .succeed, queryLanguage: frame.language)
        }
        return Workflow(
            states: decoded + placeholders, startAt: start, timeoutSeconds: timeout,
            queryLanguage: frame.language, comment: comment)
    }

    private mutating func decodeStart(of place: Place) -> Int? {
        guard string("StartAt", of: place) != nil, let start = place["StartAt"] else { return nil }
        return target(start, from: nil)
    }

    /// Resolves the name of a state to its index and notes the way from the current state.
    mutating func target(_ place: Place, from origin: Int?) -> Int? {
        guard expect(.string, place), let name = place.value.string else {
            frame.isDamaged = true
            return nil
        }
        guard let index = frame.targets[name] ?? placeholder(name) else {
            report(
                .missingTransitionTarget, "Missing 'Next' target: \(name)", at: place,
                suggestion: Suggestion.nearest(to: name, among: frame.targets.keys))
            return nil
        }
        if let origin { frame.edges[origin].append(index) }
        return index
    }

    /// The index of a state that only stands for its name, where a state is decoded alone.
    private mutating func placeholder(_ name: String) -> Int? {
        guard options.isSingleState, frame.depth == 0 else { return nil }
        let index = frame.edges.count
        frame.targets[name] = index
        frame.edges.append([])
        frame.placeholders.append(name)
        frame.hasTerminalState = true
        return index
    }

    /// Every workflow must be able to end, and every state must be reachable.
    private mutating func checkStructure(of place: Place, members: [Place], start: Int?) {
        guard !frame.isDamaged, !members.isEmpty else { return }
        guard frame.hasTerminalState else {
            diagnostics.append(
                Diagnostic(
                    severity: .error, code: .missingEndState,
                    message: "Workflow has no terminal state", location: nil,
                    pointer: place.node.pointer, offset: place.node.offset,
                    position: place.node.position,
                    suggestion: "give a state \"End\": true, or add a Succeed or Fail state"))
            return
        }
        guard let start else { return }
        for index in unreachable(from: start) {
            let name = members[index].node.pointer.steps.last ?? ""
            report(
                .missingTransitionTarget, "State \"\(name)\" is not reachable.",
                at: members[index], suggestion: "remove it or let another state name it")
        }
    }

    private func unreachable(from start: Int) -> [Int] {
        var reached: Set<Int> = [start]
        var open = [start]
        while let index = open.popLast() {
            for next in frame.edges[index] where reached.insert(next).inserted {
                open.append(next)
            }
        }
        return frame.edges.indices.filter { !reached.contains($0) }
    }

    /// Names are unique in the whole machine and not too long.
    mutating func checkName(_ name: String, at place: Place) {
        if name.isEmpty {
            report(.invalidStateName, "State name cannot be empty", at: place)
        } else if name.unicodeScalars.count > Self.longestName {
            report(
                .invalidStateName, "State name is longer than \(Self.longestName) characters",
                at: place)
        }
        if let first = stateNames[name] {
            report(
                .duplicateStateName, "Duplicate State name: \(name)", at: place,
                suggestion: "names are unique in the whole machine; the first is at \(first)")
        } else {
            stateNames[name] = place.location
        }
    }
}
