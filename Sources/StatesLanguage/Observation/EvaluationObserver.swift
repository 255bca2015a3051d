import JSON

/// Hears of every expression that the fields of an observed workflow evaluate.
package protocol EvaluationObserver: AnyObject, Sendable {
    /// An expression has been evaluated, by the thread that runs the workflow.
    func evaluated(_ evaluation: Evaluation)
}

/// One expression of a state and what has come of it.
package struct Evaluation: Sendable {
    /// Where the expression stands in its state: `Parameters.child.name`, `Choices[0]`.
    package var field: String
    /// The path, intrinsic call, comparison or JSONata expression as the definition has it.
    package var expression: String
    /// The value that it had, or the fault that it raised; nil for a place that is written to.
    package var result: Result<Value, StateFault>?
    /// What a comparison was made of: its paths and what they led to, nil for nowhere.
    package var operands: [(path: String, value: Value?)] = []

    /// An evaluation without operands.
    package init(
        field: String, expression: String, result: Result<Value, StateFault>? = nil
    ) {
        self.field = field
        self.expression = expression
        self.result = result
    }
}
