import Engine
import JSON
import StatesLanguage

/// A trace for people: a heading for each state and a line for each thing it comes to.
package struct TraceText {
    private let width: Int
    private var visit = 0
    /// What the visits that go on were given, and what the last one to end gave.
    private var inputs: [Int: String] = [:]
    private var lastOutput: String?

    /// Lines of this width; nil to show everything, however long.
    package init(width: Int?) { self.width = width ?? .max }

    /// The lines for one event.
    package mutating func lines(_ event: ItemTrace.Event) -> [String] {
        switch event {
        case .item(let item):
            visit = 0
            return lines(item)
        case .state(let note):
            let indent = String(repeating: "  ", count: note.visit.around.count)
            let heading = note.visit.number == visit ? [] : [heading(note)]
            visit = note.visit.number
            return (heading + lines(note)).map { shortened(indent + $0) }
        }
    }

    /// The last line.
    package func line(_ outcome: ExecutionOutcome, milliseconds: Int) -> String {
        let status =
            "\(outcome.status.rawValue) after \(Quantity.duration(milliseconds: milliseconds))"
        guard outcome.status != .succeeded else { return status }
        let place = outcome.failedState.map { " in '\($0)'" } ?? ""
        let text = Self.text(outcome.error, outcome.cause)
        return wrapped(text, after: "\(status)\(place): ", indent: "  ").joined(separator: "\n")
    }

    private func heading(_ note: TraceNote) -> String {
        let visit = note.visit
        var again = ""
        if case .entered = note.content {} else { again = ", continued" }
        let place = visit.around.isEmpty ? "" : "  in " + visit.around.joined(separator: ", ")
        return "\(visit.number)  \(visit.state)  \(visit.type)\(again)\(place)"
    }

    private func lines(_ item: TracedItem) -> [String] {
        let place = item.line.map { ", line \($0)" } ?? ""
        var lines = ["item \(item.index) of '\(item.map)'\(place)"]
        if let source = item.source { lines.append(line("item", source.serialized)) }
        lines += item.evaluations.map(line)
        switch item.input {
        case .success(let input): lines.append(line("input", input.serialized))
        case .failure(let fault): lines += self.lines("fails", fault)
        }
        return lines.map(shortened)
    }

    /// Values that are carried on from state to state are shown once.
    private mutating func lines(_ note: TraceNote) -> [String] {
        switch note.content {
        case .entered(let input):
            let text = input.serialized
            inputs[note.visit.number] = text
            return [line("input", text == lastOutput ? "the output above" : text)]
        case .left(let output, let next):
            let text = output.serialized
            let isInput = inputs.removeValue(forKey: note.visit.number) == text
            lastOutput = text
            return [
                line("output", isInput ? "the input" : text), line("next", next ?? "end"),
            ]
        default: return lines(note.content)
        }
    }

    private func lines(_ content: TraceNote.Content) -> [String] {
        switch content {
        case .evaluated(let evaluation): [line(evaluation)]
        case .called(let request):
            [
                line(
                    request.attempt == 0 ? "calls" : "calls again", request.resource),
                line("with", request.input.serialized),
            ]
        case .answered(.success(let value)): [line("answer", value.serialized)]
        case .answered(.failure(let fault)):
            lines("answer", fault)
        case .waits(let time, let now): [line("waits", Self.duration(time - now))]
        case .retries(let fault, let retry, let time, let now):
            lines("fails", fault) + [line("retry", "\(retry) in \(Self.duration(time - now))")]
        case .caught(let fault, let catcher):
            lines("fails", fault) + [line("caught", "by Catch[\(catcher)]")]
        case .failed(let fault, let field):
            lines("fails", fault) + (field.map { [line("raised by", $0)] } ?? [])
        case .entered, .left: []
        case .launches(let request):
            [line("starts", "a Map Run of \(request.executionType.rawValue) children")]
        }
    }

    private func line(_ label: String, _ text: String) -> String {
        let padding = String(repeating: " ", count: max(0, 9 - label.count))
        return "     \(label)\(padding)  \(text)"
    }

    /// What an expression came to stays in sight, however long the expression is.
    private func line(_ evaluation: Evaluation) -> String {
        let expression = evaluation.expression.split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let outcome =
            switch evaluation.result {
            case nil: ""
            case .success(let value): " → \(value.serialized)"
            case .failure: " fails"
            }
        let operands = evaluation.operands.map { path, value in
            "\(path) is \(value.map { Self.shortened($0.serialized, to: width / 4) } ?? "nowhere")"
        }
        let because = operands.isEmpty ? "" : "  (\(operands.joined(separator: ", ")))"
        let room = width == .max ? Int.max : width - max(evaluation.field.count, 9) - 7
        let rest = room - min(outcome.count + because.count, room / 2)
        return line(
            evaluation.field, Self.shortened(expression, to: max(rest, 12)) + outcome + because)
    }

    /// An error is what is looked for, so it is shown on as many lines as it takes.
    private func lines(_ label: String, _ fault: StateFault) -> [String] {
        wrapped(
            Self.text(fault.error, fault.cause), after: line(label, ""),
            indent: String(repeating: " ", count: 16))
    }

    private func wrapped(_ text: String, after start: String, indent: String) -> [String] {
        // Nested states stand further to the right.
        let width = width == .max ? width : width - 8
        var lines: [String] = []
        var line = start
        var isBegun = false
        for word in text.split(separator: " ") {
            let longer = line + (isBegun ? " " : "") + word
            if isBegun, longer.count > width {
                lines.append(line)
                line = indent + word
            } else {
                line = longer
            }
            isBegun = true
        }
        return lines + [line]
    }

    private func shortened(_ line: String) -> String { Self.shortened(line, to: width) }

    private static func shortened(_ text: String, to width: Int) -> String {
        guard text.utf8.count > width, text.count > width else { return text }
        return text.prefix(width - 1) + "…"
    }

    private static func duration(_ milliseconds: Int) -> String {
        Quantity.duration(milliseconds: milliseconds)
    }

    private static func text(_ error: String?, _ cause: String?) -> String {
        [error, cause].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
