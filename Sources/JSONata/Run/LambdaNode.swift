/// How many variables a frame holds; known once its scope has been compiled.
final class FrameLayout: @unchecked Sendable {
    // Proof: changed by the compiler only, before the expression is handed out.
    let parent: FrameLayout?
    private(set) var count = 0

    init(parent: FrameLayout?) { self.parent = parent }

    func newSlot() -> Int {
        count += 1
        return count - 1
    }
}

/// `function($a, $b) { body }`.
final class LambdaNode: Node, @unchecked Sendable {
    let parameterCount: Int
    let signature: Signature?
    let layout: FrameLayout
    let body: Node

    init(parameterCount: Int, signature: Signature?, layout: FrameLayout, body: Node) {
        self.parameterCount = parameterCount
        self.signature = signature
        self.layout = layout
        self.body = body
    }

    override func evaluate(_ input: Item, _ machine: inout Machine) throws -> Item {
        try machine.nested(
            .function(
                Closure(self, frame: machine.keptFrame, bindings: machine.bindings, input: input)))
    }
}
