import Glibc

/// How to end a program that should not go on: what to do, and how long to wait before the next.
struct Teardown: Sendable {
    enum Action: Sendable, Equatable {
        /// No more documents: a program that reads until the end of its input ends by itself.
        case closeInput
        /// A signal to the program and all it has started.
        case signal(Int32)
    }

    struct Step: Sendable {
        var action: Action
        var seconds: Double
    }

    var steps: [Step]

    /// For a program that overstays: SIGTERM, then SIGKILL.
    static func stop(grace: Double) -> Teardown {
        Teardown(steps: [
            Step(action: .signal(SIGTERM), seconds: grace),
            Step(action: .signal(SIGKILL), seconds: .infinity),
        ])
    }

    /// For a program that is no longer needed: the end of its input, then as `stop`.
    static func dismiss(grace: Double) -> Teardown {
        Teardown(
            steps: [Step(action: .closeInput, seconds: grace)] + stop(grace: grace).steps)
    }
}
