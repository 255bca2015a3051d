import Dispatch
import Engine
import JSON
import MaprunTesting
import Reporting
import Scheduling
import StatesLanguage
import Synchronization
import Tasks

/// Runs the cases of one test file.
///
/// Where nothing real is called, time is virtual: waits and retries take none.
struct CaseRunner {
    private let file: TestFile
    private let definition: Definition
    private let launch: Launch

    init(_ file: TestFile, bindings: String?) throws {
        self.file = file
        definition = try Definition.load(file.definition, showsWarnings: false)
        launch = Launch(maxConcurrency: nil, bindings: bindings, mock: nil)
    }

    func run(_ testCase: TestFile.Case) -> TestVerdict {
        let start = Timing.now
        do {
            let answer = try testCase.state == nil ? workflow(testCase) : state(testCase)
            return TestVerdict(
                testCase.name, expected: testCase.expected, actual: answer,
                milliseconds: Timing.now - start)
        } catch {
            return TestVerdict(
                testCase.name, problem: "\(error)", milliseconds: Timing.now - start)
        }
    }

    private func workflow(_ testCase: TestFile.Case) throws -> Value {
        var launch = launch
        if let name = testCase.value["mock"]?.string {
            guard let mocks = file.mocks else {
                throw UsageError("the case has a 'mock', but the file names no 'mocks'")
            }
            launch.mock = "\(mocks)#\(name)"
        }
        let equipment = try Equipment(
            for: definition.machine, definitionPath: FilePath.absolute(file.definition),
            launch: launch, workers: nil)
        var options = RunOptions(
            root: "", name: Definition.name(ofFile: file.definition), definition: definition.text,
            definitionPath: file.definition, input: testCase.input, seed: 1)
        options.isExpress = testCase.value["type"]?.string?.uppercased() == "EXPRESS"
        return try ended(equipment, options).value
    }

    private func ended(
        _ equipment: Equipment, _ options: RunOptions
    ) throws -> ExecutionOutcome {
        let end = Mutex<Run.End?>(nil)
        var surroundings = equipment.surroundings
        if equipment.needsHandlers {
            let hasEnded = DispatchSemaphore(value: 0)
            let run = try Run.unkept(
                options, machine: definition.machine, surroundings: surroundings)
            run.begin {
                Self.set($0, end)
                hasEnded.signal()
            }
            hasEnded.wait()
            equipment.close()
        } else {
            let scheduler = VirtualScheduler(now: Timing.now)
            surroundings.scheduler = scheduler
            surroundings.prefetches = false
            let run = try Run.unkept(
                options, machine: definition.machine, surroundings: surroundings)
            run.begin { Self.set($0, end) }
            scheduler.run()
        }
        switch end.withLock({ $0 }) {
        case .ended(let outcome): return outcome
        case .refused(let error), .failed(let error): throw error
        case .interrupted, nil: throw UsageError("the execution never ends")
        }
    }

    private func state(_ testCase: TestFile.Case) throws -> Value {
        let value = testCase.value
        var test = StateTest(definition: definition.text)
        test.stateName = testCase.state
        test.input = testCase.input.serialized
        test.variables = value["variables"]?.serialized
        test.context = value["context"]?.serialized
        if let level = value["inspectionLevel"]?.string.flatMap(StateTest.InspectionLevel.init) {
            test.inspectionLevel = level
        }
        test.configuration = StateTest.Configuration(value["stateConfiguration"])
        if let count = value["retrierRetryCount"]?.number?.int {
            test.configuration.retrierRetryCount = count
        }
        test.revealsSecrets = value["revealSecrets"] == true
        test.mock = value["mock"].map { StateTest.Mock($0) }
        return try StateProbing(bindings: launch.bindings).run(test, besides: file.definition).value
    }

    private static func set(_ end: Run.End, _ place: borrowing Mutex<Run.End?>) {
        place.withLock { $0 = end }
    }
}
