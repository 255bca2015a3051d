import JSON
import StatesLanguage
import Tasks

/// What the Task states of a workflow call, as far as the definition says it literally.
struct TaskResources {
    /// Names or ARNs of Lambda functions.
    private(set) var functions: [String] = []

    /// ARNs of activities.
    private(set) var activities: [String] = []

    /// Names or ARNs of EventBridge connections.
    private(set) var connections: [String] = []

    /// States that somebody else answers for.
    private let mocked: Set<String>

    private static let invoke = "arn:aws:states:::lambda:invoke"

    init(_ workflow: Workflow, except mocked: Set<String> = []) {
        self.mocked = mocked
        collect(workflow)
    }

    /// Whether a Task state has to be answered by something real.
    private(set) var needsHandlers = false

    private mutating func collect(_ workflow: Workflow) {
        for state in workflow.states where !mocked.contains(state.name.string) {
            switch state.action {
            case .task(let task):
                needsHandlers = true
                collect(task, state.parameters)
            case .parallel(let branches): for branch in branches { collect(branch) }
            case .map(let map): collect(map.processor)
            case .pass, .choice, .wait, .succeed, .fail: break
            }
        }
    }

    private mutating func collect(_ task: TaskAction, _ parameters: Template?) {
        if task.resource.hasPrefix(Self.invoke) {
            if let name = parameters?.literal("FunctionName")?.string { functions.append(name) }
        } else if HTTPService.serves(task.resource) {
            let authentication =
                parameters?.literal("Authentication") ?? parameters?.literal("InvocationConfig")
            if let name = authentication?["ConnectionArn"]?.string { connections.append(name) }
        } else if task.resource.contains(":lambda:"), task.resource.contains(":function:") {
            functions.append(task.resource)
        } else if task.resource.contains(":activity:") {
            activities.append(task.resource)
        }
    }
}
