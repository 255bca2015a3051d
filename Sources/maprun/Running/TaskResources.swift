import JSON
import StatesLanguage

/// What the Task states of a workflow call, as far as the definition says it literally.
struct TaskResources {
    /// Names or ARNs of Lambda functions.
    private(set) var functions: [String] = []

    private static let invoke = "arn:aws:states:::lambda:invoke"

    init(_ workflow: Workflow) { collect(workflow) }

    private mutating func collect(_ workflow: Workflow) {
        for state in workflow.states {
            switch state.action {
            case .task(let task): collect(task, state.parameters)
            case .parallel(let branches): for branch in branches { collect(branch) }
            case .map(let map): collect(map.processor)
            case .pass, .choice, .wait, .succeed, .fail: break
            }
        }
    }

    private mutating func collect(_ task: TaskAction, _ parameters: Template?) {
        if task.resource.hasPrefix(Self.invoke) {
            if let name = Self.literal("FunctionName", of: parameters) { functions.append(name) }
        } else if task.resource.contains(":lambda:"), task.resource.contains(":function:") {
            functions.append(task.resource)
        }
    }

    /// The text of a member that is no expression.
    private static func literal(_ name: Key, of template: Template?) -> String? {
        switch template {
        case .literal(let value): return value[name]?.string
        case .object(let members):
            guard case .literal(let value) = members.first(where: { $0.key == name })?.value else {
                return nil
            }
            return value.string
        default: return nil
        }
    }
}
