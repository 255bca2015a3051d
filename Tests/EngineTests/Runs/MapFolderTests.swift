import JSON
import Journal
import MaprunTesting
import Scheduling
import StatesLanguage
import Synchronization
import Testing

@testable import Engine

/// The folders of Map Runs that belong to items.
@Suite struct MapFolderTests {
    /// Items of the same number have Map Runs of their own where their parents are in other Map Runs.
    @Test func mapRunsThatBeginAtTheSameMomentHaveFoldersOfTheirOwn() throws {
        let fixture = try RunFixture()
        let run = try RunDirectory.create(
            root: fixture.root + "/runs", name: "r", time: 0, info: [:],
            definition: UnsafeBufferPointer(start: nil, count: 0))
        let requests = try (0..<3).map { try request(seed: $0) }
        let folders = try requests.map { try MapFolder.find($0, in: run) }
        #expect(folders.map(\.name) == ["M~0~~0", "M~0~~0~2", "M~0~~0~3"])
        #expect(folders.map(\.isNew) == [true, true, true])
        // Asked again before it is written, and found once it is.
        #expect(try MapFolder.find(requests[1], in: run).name == folders[1].name)
        for (folder, request) in zip(folders, requests) {
            try folder.write(["arn": .string(request.childMachine.mapRunARN)], flushing: false)
        }
        for (folder, request) in zip(folders, requests) {
            let found = try MapFolder.find(request, in: run)
            #expect(found.name == folder.name && !found.isNew)
        }
        let fourth = try request(seed: 3)
        #expect(try MapFolder.find(fourth, in: run).name == "M~0~~0~4")
    }

    /// What the Map of item 0 asks for in a Map Run that this seed tells from others.
    private func request(seed: UInt64) throws -> MapRunRequest {
        let definition = """
            {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true,
              "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED",
                "ExecutionType": "EXPRESS"}, "StartAt": "P",
                "States": {"P": {"Type": "Pass", "End": true}}}}}}
            """
        let machine = try #require(StateMachine.decode(definition).machine)
        let scheduler = VirtualScheduler()
        let launcher = Asked()
        var parent = ExecutionFacts.Machine(name: "outer")
        parent.seed = seed
        let facts = ExecutionFacts(machine: parent, input: [1], startTime: 0, item: 0)
        Execution.start(
            Plan(machine.workflow), facts: facts,
            environment: EngineEnvironment(
                scheduler: scheduler, tasks: RecordedTasks([:]), mapRuns: launcher)
        ) { _ in }
        _ = scheduler.run()
        return try #require(launcher.request.withLock { $0 })
    }

    /// Keeps what it is asked for.
    private final class Asked: MapRunLauncher {
        let request = Mutex<MapRunRequest?>(nil)

        func launch(
            _ request: MapRunRequest,
            onEnd: @escaping @Sendable (Result<Value, StateFault>) -> Void
        ) -> TaskCancellation? {
            self.request.withLock { $0 = request }
            return nil
        }
    }
}
