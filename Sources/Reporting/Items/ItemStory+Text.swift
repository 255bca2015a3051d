import Engine
import JSON
import Journal
import StatesLanguage

extension ItemStory {
    /// What becomes of the item, in a word or two.
    public var verdict: String {
        if row == .gone { return "dropped" }
        if row == .changed { return "runs again" }
        guard let outcome else {
            if hasBegun { return isStandard ? "continues" : "starts again" }
            return endings.isEmpty ? "not yet run" : "runs again"
        }
        return outcome.status == .succeeded ? "kept" : "kept as failed"
    }

    /// Why.
    public var reason: String {
        switch row {
        case .gone: return "its row is no longer in the input"
        case .changed: return "its row has changed since it was run"
        case .same, .moved, .unknown: break
        }
        guard let outcome else { return reasonToRun }
        guard outcome.status == .succeeded else { return reasonOfFailure(outcome) }
        return "it succeeded at \(Self.text(outcome.stopTime))\(afterRedrive(outcome)), "
            + rowInWords
    }

    private var reasonToRun: String {
        let place = nextState.map { ", continues at state '\($0)'" } ?? ""
        if hasBegun {
            return isStandard
                ? "it was interrupted" + place
                : "it was interrupted, and EXPRESS executions start from the beginning"
        }
        guard let last = endings.last, let voided = last.voided else {
            let next = runHasEnded ? "; maprun redrive starts it" : ""
            guard let appeared else { return "it has not been started" + next }
            let what = appeared.hasChanged ? "its row changed" : "its row was new"
            return "\(what) at \(Self.text(appeared.time)), and it has not been started since"
                + next
        }
        let redrive = redrives.last { $0.time == voided }
        let by = "the redrive of \(Self.text(voided))"
        if redrive?.hasEdit ?? false { return "it was edited and fed back by \(by)" }
        guard last.outcome.status == .succeeded else {
            return "it \(Self.words(last.outcome)), and \(by) made that void" + place
        }
        return "it had succeeded, but the workflow has changed by \(by)"
    }

    private func reasonOfFailure(_ outcome: FinishedItem) -> String {
        let what = "it \(Self.words(outcome)) at \(Self.text(outcome.stopTime))"
        if isSetAside {
            return "\(what) and is set aside until maprun quarantine --release"
        }
        guard runHasEnded else {
            return "\(what); maprun redrive runs it again, once the run has ended"
        }
        let place =
            isStandard
            ? outcome.state.map { ", from state '\($0.string)' on" } ?? "" : ", from the beginning"
        return "\(what); maprun redrive runs it again\(place)"
    }

    private func afterRedrive(_ outcome: FinishedItem) -> String {
        if let appeared, appeared.time <= outcome.stopTime, endings.count == 1 {
            return appeared.hasChanged ? " after its row had changed" : " as a new row"
        }
        guard
            let redrive = redrives.last(where: { $0.time <= outcome.stopTime && !$0.isResume }),
            endings.count > 1 || redrive.time <= outcome.startTime
        else { return "" }
        let how = redrive.hasEdit ? ", edited and fed back," : ""
        return how + " in the redrive of \(Self.text(redrive.time))"
    }

    private var rowInWords: String {
        var words = row == .unknown ? "its row was not looked at" : "its row is unchanged"
        if let first = moves.first, let last = moves.last {
            words += " (moved from \(first.from) to \(last.to))"
        }
        if case .moved(let place) = row { words += "; it now stands at \(place)" }
        return words
    }

    private static func words(_ outcome: FinishedItem) -> String {
        let place = outcome.state.map { " in state '\($0.string)'" } ?? ""
        let error = outcome.error.map { " with \($0.string)" } ?? ""
        switch outcome.status {
        case .succeeded: return "succeeded"
        case .failed: return "failed\(error)\(place)"
        case .timedOut: return "timed out\(place)"
        case .aborted: return "was aborted\(place)"
        }
    }

    static func text(_ time: Int) -> String { Timestamp(milliseconds: time).text }

    /// What happened, oldest first.
    private var happenings: [(time: Int, what: String, more: [Member])] {
        var found: [(Int, String, [Member])] = []
        if let appeared {
            found.append((appeared.time, appeared.hasChanged ? "row changed" : "row new", []))
        }
        for move in moves {
            found.append(
                (
                    move.time, "moved from \(move.from) to \(move.to)",
                    [Member("from", .int(move.from)), Member("to", .int(move.to))]
                ))
        }
        for redrive in redrives {
            let verb = redrive.isResume ? "run resumed" : "run redriven"
            let how = verb + (redrive.hasRepair ? " with another workflow" : "")
            found.append((redrive.time, how + (redrive.hasEdit ? ", item edited" : ""), []))
        }
        for ending in endingsBefore + endings {
            found.append((ending.outcome.startTime, "started", []))
            var more = [Member("status", .string("\(ending.outcome.status.name)"))]
            if let error = ending.outcome.error { more.append(Member("error", .string(error))) }
            if let state = ending.outcome.state { more.append(Member("state", .string(state))) }
            if ending.voided != nil { more.append(Member("void", true)) }
            let void = ending.voided == nil ? "" : ", made void since"
            found.append((ending.outcome.stopTime, Self.words(ending.outcome) + void, more))
        }
        // Of things at the same time those stay in order that were found in order.
        return found.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }
            .map { (time: $0.element.0, what: $0.element.1, more: $0.element.2) }
    }

    /// The story in words.
    public var lines: [String] {
        let name = "item \(index)" + (key.map { " ('\($0)')" } ?? "") + " of \(map)"
        return ["\(name): \(verdict): \(reason)"]
            + happenings.map { "  \(Self.text($0.time))  \($0.what)" }
    }

    /// The story as JSON.
    public var value: Value {
        var object = ObjectValue([Member("index", .int(index)), Member("mapRun", .string(map))])
        object["key"] = key.map(Value.string)
        object["verdict"] = .string(verdict)
        object["reason"] = .string(reason)
        object["status"] = outcome.map { .string("\($0.status.name)") }
        object["nextState"] = nextState.map(Value.string)
        if case .moved(let place) = row { object["nextIndex"] = .int(place) }
        object["history"] = .array(
            happenings.map { happening in
                .object(
                    [
                        Member("time", .string(Self.text(happening.time))),
                        Member("what", .string(happening.what)),
                    ] + happening.more)
            })
        return .object(object)
    }
}
