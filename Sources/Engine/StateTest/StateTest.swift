import JSON
import Scheduling
import StatesLanguage

/// One state run alone, as AWS's TestState does it: with an input and, if wanted, a mocked result.
///
/// Texts are JSON as in the API, so that what is no JSON is refused in AWS's words.
public struct StateTest: Sendable {
    /// How much the answer tells of the values in between.
    public enum InspectionLevel: String, Sendable, CaseIterable {
        /// Only the output, or the error.
        case info = "INFO"
        /// Also every value on the way.
        case debug = "DEBUG"
        /// Also what an HTTP task sent and got; else the same as DEBUG.
        case trace = "TRACE"
    }

    /// A state, or a whole machine if `stateName` is given.
    public var definition: String
    /// The state of the machine; also one within a Map or a branch.
    public var stateName: String?
    /// The input.
    public var input = "{}"
    /// How much the answer tells.
    public var inspectionLevel = InspectionLevel.info
    /// The role that calls services: AWS demands one for tasks without a mock.
    public var roleARN: String?
    /// Whether secrets in HTTP requests are shown; AWS refuses it together with a mock.
    public var revealsSecrets = false
    /// The workflow variables that exist before the state.
    public var variables: String?
    /// The Context object, in place of one that is made up.
    public var context: String?
    /// What to answer instead of running the task, branches or iterations.
    public var mock: Mock?
    /// What is to have happened before.
    public var configuration = Configuration()

    /// A test of this state with the input `{}`.
    public init(definition: String) { self.definition = definition }

    /// What stands for the work of a Task, Parallel or Map state.
    public struct Mock: Sendable {
        /// How strictly a result is compared with what the service answers.
        public enum FieldValidation: String, Sendable, CaseIterable {
            /// Required members must be there, and all members have their types.
            case strict = "STRICT"
            /// Those members that are there have their types.
            case present = "PRESENT"
            case none = "NONE"
        }

        /// The result.
        public var result: String?
        /// The failure.
        public var errorOutput: (error: String?, cause: String?)?
        /// How strictly the result is checked.
        public var fieldValidation = FieldValidation.strict

        /// A mock that answers nothing yet: set one of `result` and `errorOutput`.
        public init() {}
    }

    /// What is to have happened before the state is run.
    public struct Configuration: Sendable {
        /// How often the state was retried.
        public var retrierRetryCount: Int?
        /// The state within a Map or Parallel that a mocked failure comes from.
        public var errorCausedByState: String?
        /// How many iterations of a Map failed.
        public var mapIterationFailureCount: Int?
        /// What the ItemReader of a Map read.
        public var mapItemReaderData: String?

        /// Nothing has happened.
        public init() {}
    }

    /// Runs the state; a task without a mock is handed to `tasks`. `onEnd` is called once, on any
    /// thread.
    public func run(
        scheduler: any Scheduler, tasks: any TaskHandler,
        onEnd: @escaping @Sendable (StateTestAnswer) -> Void
    ) {
        do throws(StateTestRefusal) {
            let prepared = try prepare(now: scheduler.now)
            let environment = EngineEnvironment(scheduler: scheduler, tasks: tasks)
            StateTestRunner(self, prepared, environment, onEnd).begin()
        } catch {
            onEnd(StateTestAnswer(error))
        }
    }
}

/// Why a call of TestState is not carried out.
struct StateTestRefusal: Error {
    var error = "ValidationException"
    var cause: String

    init(_ cause: String) { self.cause = cause }

    init(error: String, _ cause: String) {
        self.error = error
        self.cause = cause
    }
}
