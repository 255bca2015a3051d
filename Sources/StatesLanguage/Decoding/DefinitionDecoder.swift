import JSON

/// Reads a definition into the model and collects all problems on the way.
///
/// Nothing stops at the first problem: a field that cannot be read leaves a diagnostic and its
/// default behind, and the machine is thrown away at the end if there was an error.
struct DefinitionDecoder {
    let options: DecodingOptions
    var diagnostics: [Diagnostic] = []
    /// The workflow that is being read.
    var frame = WorkflowFrame()
    /// The state that is being read.
    var state = StateFrame()
    /// Variables of the workflows around the current place, outermost first.
    var scopes: [VariableScope] = []
    /// The places of all states read so far: names are unique in the whole machine.
    var stateNames: [String: String] = [:]
    var labels: Set<String> = []
    /// The language of workflows and states that do not say otherwise.
    var machineLanguage = QueryLanguage.jsonPath
    /// The variables that each state mentions.
    var references: [String: Set<String>] = [:]

    init(options: DecodingOptions) { self.options = options }

    /// What is known of a workflow while its states are read.
    struct WorkflowFrame {
        /// The indices of its states.
        var targets: [String: Int] = [:]
        /// Where each state can go.
        var edges: [[Int]] = []
        var hasTerminalState = false
        /// Whether something is so wrong that it makes no sense to look for unreachable states.
        var isDamaged = false
        /// Whether its executions are Express ones.
        var isExpress = false
        /// The language of its states.
        var language = QueryLanguage.jsonPath
        var depth = 0
        /// Names that a state decoded alone leads to; they become states that do nothing.
        var placeholders: [String] = []
    }

    /// What is known of a state while its fields are read.
    struct StateFrame {
        var name = ""
        var type = ""
        var index = 0
        var language = QueryLanguage.jsonPath
    }
}

extension DefinitionDecoder {
    /// Notes a problem at a place.
    mutating func report(
        _ code: DiagnosticCode, _ message: String, at place: Place,
        severity: Diagnostic.Severity = .error, offset: Int? = nil, suggestion: String? = nil,
        expressionCode: String? = nil
    ) {
        let offset = offset ?? place.node.offset
        diagnostics.append(
            Diagnostic(
                severity: severity, code: code, message: message,
                location: place.location.isEmpty ? "/" : place.location,
                pointer: place.node.pointer, offset: offset,
                position: Position(of: offset, in: place.node.document.bytes),
                suggestion: suggestion, expressionCode: expressionCode))
    }

    /// Notes a violation of the language's grammar.
    mutating func refuse(_ message: String, at place: Place, suggestion: String? = nil) {
        report(.schema, message, at: place, suggestion: suggestion)
    }

    mutating func warn(
        _ code: DiagnosticCode, _ message: String, at place: Place, offset: Int? = nil,
        suggestion: String? = nil
    ) {
        report(
            code, message, at: place, severity: .warning, offset: offset, suggestion: suggestion)
    }
}

extension DefinitionDecoder {
    /// Notes the members whose name their object already has.
    mutating func reportDuplicates(in root: Node) {
        for duplicate in root.document.duplicateNames {
            let object = Self.innermost(Place(root: root), around: duplicate.offset)
            report(
                .invalidJSON, "Duplicate field '\(duplicate.name)'", at: object,
                offset: duplicate.offset, suggestion: "remove or rename one of them")
        }
    }

    private static func innermost(_ place: Place, around offset: Int) -> Place {
        let children = place.elements + place.members.map(\.place)
        let child = children.first {
            $0.node.offset <= offset && offset < $0.node.offset + $0.node.count
        }
        return child.map { innermost($0, around: offset) } ?? place
    }
}
