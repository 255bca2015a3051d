/// The kinds of problems that ValidateStateMachineDefinition tells apart.
public enum DiagnosticCode: String, Sendable, CaseIterable {
    case invalidJSON = "INVALID_JSON_DESCRIPTION"
    case missingDescription = "MISSING_DESCRIPTION"
    case schema = "SCHEMA_VALIDATION_FAILED"
    case invalidResource = "INVALID_RESOURCE"
    case missingEndState = "MISSING_END_STATE"
    case duplicateStateName = "DUPLICATE_STATE_NAME"
    case invalidStateName = "INVALID_STATE_NAME"
    case duplicateLabel = "DUPLICATE_LABEL_NAME"
    case invalidLabel = "INVALID_LABEL_NAME"
    case missingTransitionTarget = "MISSING_TRANSITION_TARGET"
    case tooDeeplyNested = "TOO_DEEPLY_NESTED"
    case unsupportedExpression = "UNSUPPORTED_JSONATA_EXPRESSION"
    case invalidExpression = "INVALID_JSONATA_EXPRESSION"
    case reservedVariable = "RESERVED_VARIABLE_NAME"
    case invalidVariable = "INVALID_VARIABLE_NAME"
    /// A warning: the value looks like a path, but its name does not end in `.$`.
    case noDollar = "NO_DOLLAR"
    /// A warning: the value looks like a path, but its name does not end in `Path`.
    case noPath = "NO_PATH"
    /// A warning: `Result` is literal, a path in it is not evaluated.
    case resultIsStatic = "PASS_RESULT_IS_STATIC"
    /// A warning of maprun's own: nothing assigns the variable that is read.
    case unknownVariable = "UNKNOWN_VARIABLE"
    /// A warning of maprun's own: neither JSONata nor the expression has the function.
    case unknownFunction = "UNKNOWN_FUNCTION"
    /// A warning of maprun's own: nothing reads the variable that is assigned.
    case unusedVariable = "UNUSED_VARIABLE"
    /// A warning of maprun's own: the field is read by nothing here.
    case noEffect = "NO_EFFECT"
    /// A warning of maprun's own: it works here, but AWS does not accept it.
    case differsOnAWS = "DIFFERS_ON_AWS"
}
