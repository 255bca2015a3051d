/// Finds the step whose input a `%` stands for, walking back over the steps in front of it.
enum ParentFinder {
    /// Answers the uses of `%` in a path's last step from the steps before; what runs out of
    /// steps is left for the enclosing path.
    static func resolve(_ path: Syntax) throws {
        guard let steps = path.steps, let last = steps.last else { return }
        var slots = last.seeking
        if case .parent(let slot) = last.kind { slots.append(slot) }
        for slot in slots {
            var index = steps.count - 2
            while slot.level > 0 {
                guard index >= 0 else {
                    path.seeking.append(slot)
                    break
                }
                var step = steps[index]
                index -= 1
                // Steps that bind the focus leave the context where it was: together one level.
                while index >= 0, step.focus != nil, steps[index].focus != nil {
                    step = steps[index]
                    index -= 1
                }
                try seek(slot, in: step)
            }
        }
    }

    /// Takes this step into account: counts the slot's level down, or up for another `%`.
    static func seek(_ slot: ParentSlot, in node: Syntax) throws {
        switch node.kind {
        case .name, .wildcard:
            slot.level -= 1
            guard slot.level == 0 else { return }
            if let known = node.ancestor {
                slot.label = known.label
            } else {
                node.ancestor = slot
            }
            node.isTuple = true
        case .parent: slot.level += 1
        case .block(let expressions):
            guard let last = expressions.last else { return }
            node.isTuple = true
            try seek(slot, in: last)
        case .path(let steps):
            node.isTuple = true
            var index = steps.count - 1
            repeat {
                try seek(slot, in: steps[index])
                index -= 1
            } while slot.level > 0 && index >= 0
        default:
            throw JSONataError("S0217", at: node.offset, token: node.kindName)
        }
    }
}
