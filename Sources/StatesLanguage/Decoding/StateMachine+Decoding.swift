import JSON

extension StateMachine {
    /// Reads a definition; all problems in it are found in one pass.
    public static func decode(
        _ text: String, options: DecodingOptions = DecodingOptions()
    ) -> DecodingResult {
        let node: Node
        do {
            node = try Node.parse(text)
        } catch {
            return DecodingResult(machine: nil, diagnostics: [unreadable(text, error)])
        }
        guard node.value.kind == .object else {
            let problem = Diagnostic(
                severity: .error, code: .schema,
                message: "Definition must be a valid JSON object", location: nil,
                pointer: node.pointer, offset: node.offset, position: node.position,
                suggestion: "write an object with StartAt and States")
            return DecodingResult(machine: nil, diagnostics: [problem])
        }
        return decode(Place(root: node), text: text, options: options)
    }

    private static func decode(
        _ root: Place, text: String, options: DecodingOptions
    ) -> DecodingResult {
        var decoder = DefinitionDecoder(options: options)
        decoder.reportDuplicates(in: root.node)
        let workflow = decoder.decodeMachine(root)
        let hasErrors = decoder.diagnostics.contains { $0.severity == .error }
        guard let workflow, !hasErrors else {
            return DecodingResult(machine: nil, diagnostics: decoder.diagnostics)
        }
        let machine = StateMachine(
            workflow: workflow, text: text,
            variableReferences: decoder.references.mapValues { $0.sorted() })
        return DecodingResult(machine: machine, diagnostics: decoder.diagnostics)
    }

    /// Reads one state alone, as TestState takes it: the machine has it first, by the name
    /// `StateName`, and for each name that it leads to a state that does nothing.
    public static func decodeState(
        _ text: String, options: DecodingOptions = DecodingOptions()
    ) -> DecodingResult {
        let prefix = #"{"StartAt":"StateName","States":{"StateName":"#
        var options = options
        options.isSingleState = true
        let result = decode(prefix + text + "}}", options: options)
        let shifted = result.diagnostics.map { diagnostic in
            var shifted = diagnostic
            shifted.offset = max(0, diagnostic.offset - prefix.utf8.count)
            shifted.pointer.steps = Array(diagnostic.pointer.steps.dropFirst(2))
            var text = text
            shifted.position = text.withUTF8 { Position(of: shifted.offset, in: $0) }
            return shifted
        }
        return DecodingResult(machine: result.machine, diagnostics: shifted)
    }

    /// The problem of a text that is not JSON.
    private static func unreadable(_ text: String, _ error: ParseError) -> Diagnostic {
        let isBlank = text.allSatisfy(\.isWhitespace)
        let jackson = JacksonMessage(of: error, in: text)
        return Diagnostic(
            severity: .error, code: isBlank ? .schema : .invalidJSON,
            message: isBlank ? "Definition must be a valid JSON object" : jackson.withSource,
            location: isBlank ? nil : jackson.source, pointer: JSONPointer([]),
            offset: error.offset, position: error.position, suggestion: error.message)
    }
}
