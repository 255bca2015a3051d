import Foundation
import JSON
import StatesLanguage
import Testing

@testable import Engine

/// Histories of executions that were stopped or redriven.
@Suite struct RedrivenHistoryTests {
    private static let down = StateFault(error: "Down", cause: nil)
    private static let send =
        #""Parameters": {"QueueUrl": "q", "MessageBody": "m"}, "Type": "Task", "#
        + #""Resource": "arn:aws:states:::sqs:sendMessage""#

    private static func machine(_ states: String) -> String {
        "{\"StartAt\": \"A\", \"States\": {\(states)}}"
    }

    private static func map(_ type: String = "STANDARD", fields: String = "") -> String {
        machine(
            """
            "A": {"Type": "Map", \(fields) "MaxConcurrency": 1, "End": true, "ItemProcessor": {
              "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "\(type)"},
              "StartAt": "P", "States": {"P": {"Type": "Pass", "Next": "W"},
                "W": {\(send), "End": true}}}}
            """)
    }

    private func chain(_ events: [HistoryEvent]) -> [String] {
        events.map { "\($0.id)<\($0.previousID) \($0.type)" }
    }

    private func chain(of run: Run, _ fixture: RunFixture) throws -> [String] {
        let events = try fixture.history(of: run).events()
        let times = events.map(\.time)
        #expect(times == times.sorted())
        return chain(events)
    }

    @Test func whatRunsAgainStandsBehindTheEnd() async throws {
        let fixture = try RunFixture()
        let flow = Self.machine(
            #""A": {\#(Self.send), "Next": "P"}, "P": {"Type": "Pass", "Next": "B"}, "#
                + #""B": {\#(Self.send), "End": true, "#
                + #""Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 1, "MaxAttempts": 1}]}"#)
        let first = try fixture.start(flow) {
            $0.state == "A"
                ? .success(1)
                : .failure($0.attempt == 0 ? StateFault(error: "E", cause: nil) : Self.down)
        }
        #expect(await first.finish().outcome?.status == .failed)
        let before = [
            "1<0 ExecutionStarted", "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted",
            "5<4 TaskSucceeded", "6<5 TaskStateExited", "7<6 PassStateEntered",
            "8<7 PassStateExited", "9<8 TaskStateEntered", "10<9 TaskScheduled",
            "11<10 TaskStarted", "12<11 TaskFailed", "13<12 TaskScheduled", "14<13 TaskStarted",
            "15<14 TaskFailed", "16<15 ExecutionFailed",
        ]
        #expect(try chain(of: first, fixture) == before)
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .failure(Self.down) }
        #expect(await second.finish().outcome?.status == .failed)
        let third = try fixture.resume(second, redrive: .unsuccessful) { _ in .success(2) }
        #expect(await third.finish().outcome?.status == .succeeded)
        #expect(
            try chain(of: third, fixture) == before + [
                "17<16 ExecutionRedriven", "18<17 TaskScheduled", "19<18 TaskStarted",
                "20<19 TaskFailed", "21<20 ExecutionFailed", "22<21 ExecutionRedriven",
                "23<22 TaskScheduled", "24<23 TaskStarted", "25<24 TaskSucceeded",
                "26<25 TaskStateExited", "27<26 ExecutionSucceeded",
            ])
        let events = try fixture.history(of: third).events().map(\.description)
        #expect(events[16]["executionRedrivenEventDetails"] == ["redriveCount": 1])
        #expect(events[21]["executionRedrivenEventDetails"] == ["redriveCount": 2])
    }

    @Test func faultsNameTheEventOfTheWholeHistory() async throws {
        let fixture = try RunFixture()
        let flow = Self.machine(
            #""A": {\#(Self.send), "Next": "B"}, "B": {"Type": "Pass", "Next": "C"}, "#
                + #""C": {"Type": "Pass", "End": true, "InputPath": "$.none"}"#)
        var run = try fixture.start(flow) { _ in .failure(Self.down) }
        #expect(await run.finish().outcome?.status == .failed)
        for _ in 0..<2 {
            run = try fixture.resume(run, redrive: .unsuccessful) { _ in .success(["a": 1]) }
            let outcome = await run.finish().outcome
            let events = try fixture.history(of: run).events()
            let entered = try #require(
                events.last { $0.type == "PassStateEntered" && $0["name"] == "C" })
            #expect(entered.id == 14)
            let place = "(entered at the event id #14)."
            #expect(outcome?.cause?.contains(place) == true, "\(outcome?.cause ?? "")")
            #expect(events.last?["cause"]?.string == outcome?.cause)
        }
    }

    @Test func faultsOfChildrenNameTheEventOfTheirWholeHistory() async throws {
        let fixture = try RunFixture()
        let flow = Self.map().replacing(
            #"\#(Self.send), "End": true"#,
            with: #"\#(Self.send), "Next": "Q"}, "Q": {"Type": "Pass", "Next": "C"}, "#
                + #""C": {"Type": "Pass", "End": true, "InputPath": "$.none""#)
        var run = try fixture.start(flow, input: [0]) { _ in .failure(Self.down) }
        #expect(await run.finish().outcome?.status == .failed)
        for _ in 0..<2 {
            run = try fixture.resume(run, redrive: .unsuccessful) { _ in .success(["a": 1]) }
            #expect(await run.finish().outcome?.status == .failed)
            let events = try fixture.history(of: run).events(ofItem: 0) { _ in nil }
            let entered = try #require(
                events.last { $0.type == "PassStateEntered" && $0["name"] == "C" })
            #expect(entered.id == 16)
            let place = "(entered at the event id #16)."
            #expect(try fixture.map(run, "failures.jsonl").contains(place))
            #expect(events.last?["cause"]?.string?.contains(place) == true)
        }
    }

    @Test func aFailStateIsEnteredAgain() async throws {
        let fixture = try RunFixture()
        let flow = Self.machine(
            #""A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Fail", "Error": "E"}"#)
        let first = try fixture.start(flow)
        #expect(await first.finish().outcome?.status == .failed)
        let second = try fixture.resume(first, redrive: .unsuccessful)
        #expect(await second.finish().outcome?.status == .failed)
        #expect(
            try chain(of: second, fixture).dropFirst(3) == [
                "4<3 FailStateEntered", "5<4 ExecutionFailed", "6<5 ExecutionRedriven",
                "7<6 FailStateEntered", "8<7 ExecutionFailed",
            ])
    }

    @Test func onlyBranchesThatFailedGoOn() async throws {
        let fixture = try RunFixture()
        func branch(_ name: String) -> String {
            #"{"StartAt": "\#(name)", "States": {"\#(name)": {\#(Self.send), "Next": "\#(name)P"}, "#
                + #""\#(name)P": {"Type": "Pass", "End": true}}}"#
        }
        let flow = Self.machine(
            #""A": {"Type": "Parallel", "End": true, "Branches": [\#(branch("X")), \#(branch("Y"))]}"#
        )
        let first = try fixture.start(flow, workers: 1) {
            $0.state == "X" ? .success(1) : .failure(Self.down)
        }
        #expect(await first.finish().outcome?.status == .failed)
        let before = try chain(of: first, fixture)
        #expect(
            before.suffix(4).map { $0.split(separator: " ")[1] } == [
                "TaskFailed", "TaskStateAborted", "ParallelStateFailed", "ExecutionFailed",
            ])
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(2) }
        #expect(await second.finish().outcome?.output == [1, 2])
        let count = before.count
        let all = try chain(of: second, fixture)
        #expect(Array(all.prefix(count)) == before)
        #expect(
            Array(all.dropFirst(count)) == [
                "ExecutionRedriven", "TaskScheduled", "TaskStarted", "TaskSucceeded",
                "TaskStateExited", "PassStateEntered", "PassStateExited",
            ].enumerated().map { "\(count + $0 + 1)<\(count + $0) \($1)" } + [
                "\(count + 8)<\(count + 7) ParallelStateSucceeded",
                "\(count + 9)<\(count + 7) ParallelStateExited",
                "\(count + 10)<\(count + 9) ExecutionSucceeded",
            ])
    }

    @Test func aMapRunGoesOn() async throws {
        let fixture = try RunFixture()
        let first = try fixture.start(Self.map(), input: [0, 1]) {
            $0.execution.item == 1 ? .failure(Self.down) : .success(.int($0.execution.item ?? 0))
        }
        #expect(await first.finish().outcome?.status == .failed)
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(1) }
        #expect(await second.finish().outcome?.output == [0, 1])
        #expect(
            try chain(of: second, fixture).dropFirst() == [
                "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapRunStarted",
                "5<4 MapRunFailed", "6<5 MapStateFailed", "7<6 ExecutionFailed",
                "8<7 ExecutionRedriven", "9<8 MapRunRedriven", "10<9 MapRunSucceeded",
                "11<9 MapStateSucceeded", "12<9 MapStateExited", "13<12 ExecutionSucceeded",
            ])
        let events = try fixture.history(of: second).events()
        let arn = try #require(events[3]["mapRunArn"])
        #expect(
            events[8].description["mapRunRedrivenEventDetails"] == [
                "mapRunArn": arn, "redriveCount": 1,
            ])
    }

    @Test func childrenOfStandardMapsAreRedrivenAndThoseOfExpressOnesStartAgain() async throws {
        for type in ["STANDARD", "EXPRESS"] {
            let fixture = try RunFixture()
            let first = try fixture.start(
                Self.map(type), input: [0, 1], recordsExpress: true
            ) { $0.execution.item == 1 ? .failure(Self.down) : .success(0) }
            #expect(await first.finish().outcome?.status == .failed)
            let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(1) }
            #expect(await second.finish().outcome?.status == .succeeded)
            let history = try fixture.history(of: second)
            let start = [
                "1<0 ExecutionStarted", "2<0 PassStateEntered", "3<2 PassStateExited",
                "4<3 TaskStateEntered", "5<4 TaskScheduled", "6<5 TaskStarted",
            ]
            let whole =
                start + [
                    "7<6 TaskSucceeded", "8<7 TaskStateExited", "9<8 ExecutionSucceeded",
                ]
            #expect(try chain(history.events(ofItem: 0) { _ in nil }) == whole)
            let redriven = try history.events(ofItem: 1) { _ in nil }
            if type == "EXPRESS" {
                #expect(chain(redriven) == whole)
                continue
            }
            #expect(
                chain(redriven) == start + [
                    "7<6 TaskFailed", "8<7 ExecutionFailed", "9<8 ExecutionRedriven",
                    "10<9 TaskScheduled", "11<10 TaskStarted", "12<11 TaskSucceeded",
                    "13<12 TaskStateExited", "14<13 ExecutionSucceeded",
                ])
        }
    }

    @Test func aStopAbortsTheMapRunFirst() async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let first = try fixture.start(Self.map(), input: [0, 1]) { request in
            guard request.execution.item == 1 else { return .success(0) }
            reached.signal()
            return nil
        }
        #expect(await first.stop(when: reached).outcome?.status == .aborted)
        let stopped = [
            "2<0 MapStateEntered", "3<2 MapStateStarted", "4<3 MapRunStarted", "5<4 MapRunAborted",
            "6<4 MapStateAborted", "7<4 ExecutionAborted",
        ]
        #expect(try chain(of: first, fixture).dropFirst() == stopped[...])
        let history = try fixture.history(of: first)
        #expect(
            try history.events().last?.description["executionAbortedEventDetails"] == [
                "error": "Operator", "cause": "enough",
            ])
        #expect(
            try chain(history.events(ofItem: 1) { _ in nil }).suffix(3) == [
                "6<5 TaskStarted", "7<6 TaskStateAborted", "8<6 ExecutionAborted",
            ])
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(1) }
        #expect(await second.finish().outcome?.output == [0, 1])
        #expect(
            try chain(of: second, fixture).dropFirst() == stopped[...] + [
                "8<7 ExecutionRedriven", "9<8 MapRunRedriven", "10<9 MapRunSucceeded",
                "11<9 MapStateSucceeded", "12<9 MapStateExited", "13<12 ExecutionSucceeded",
            ])
    }

    @Test func aStopAbortsWhatRunsInBranches() async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let flow = Self.machine(
            """
            "A": {"Type": "Parallel", "End": true, "Branches": [
              {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1000, "End": true}}},
              {"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {
                "StartAt": "T", "States": {"T": {\(Self.send), "End": true}}}}}}]}
            """)
        let run = try fixture.start(flow, input: [0]) { _ in
            reached.signal()
            return nil
        }
        #expect(await run.stop(when: reached).outcome?.status == .aborted)
        #expect(
            try chain(of: run, fixture).dropFirst(2) == [
                "3<2 ParallelStateStarted", "4<3 WaitStateEntered", "5<3 MapStateEntered",
                "6<5 MapStateStarted", "7<6 MapIterationStarted", "8<7 TaskStateEntered",
                "9<8 TaskScheduled", "10<9 TaskStarted", "11<4 WaitStateAborted",
                "12<10 MapIterationAborted", "13<10 TaskStateAborted", "14<6 MapStateAborted",
                "15<3 ParallelStateAborted", "16<3 ExecutionAborted",
            ])
    }

    @Test func anInterruptionLeavesNoTrace() async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let flow = Self.machine(
            #""A": {\#(Self.send), "Next": "B"}, "B": {\#(Self.send), "End": true}"#)
        let first = try fixture.start(flow) { _ in
            reached.signal()
            return .success(1)
        }
        #expect(await first.interrupt(when: reached).isInterrupted)
        let second = try fixture.resume(first) { _ in .success(2) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(
            try chain(of: second, fixture).dropFirst() == [
                "2<0 TaskStateEntered", "3<2 TaskScheduled", "4<3 TaskStarted",
                "5<4 TaskSucceeded", "6<5 TaskStateExited", "7<6 TaskStateEntered",
                "8<7 TaskScheduled", "9<8 TaskStarted", "10<9 TaskSucceeded",
                "11<10 TaskStateExited", "12<11 ExecutionSucceeded",
            ])
    }

    @Test func aRepairedWorkflowShowsWhatTheOldOneDid() async throws {
        let fixture = try RunFixture()
        let flow = Self.machine(
            #""A": {\#(Self.send), "Next": "B"}, "B": {"Type": "Fail", "Error": "E"}"#)
        let first = try fixture.start(flow) { _ in .success(1) }
        #expect(await first.finish().outcome?.status == .failed)
        var order = RedriveOrder.unsuccessful
        order.repair = RedriveOrder.Repair(
            text: flow.replacing(#""Type": "Fail", "Error": "E""#, with: #""Type": "Succeed""#),
            path: "fixed")
        let second = try fixture.resume(first, redrive: order)
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(
            try chain(of: second, fixture).dropFirst(5) == [
                "6<5 TaskStateExited", "7<6 FailStateEntered", "8<7 ExecutionFailed",
                "9<8 ExecutionRedriven", "10<9 SucceedStateEntered", "11<10 SucceedStateExited",
                "12<11 ExecutionSucceeded",
            ])
    }

    @Test func aWaitThatWasAbortedIsNotEnteredAgain() async throws {
        let fixture = try RunFixture()
        let reached = Reached()
        let flow = Self.machine(
            """
            "A": {"Type": "Parallel", "End": true, "Branches": [
              {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "End": true}}},
              {"StartAt": "T", "States": {"T": {\(Self.send), "End": true}}}]}
            """)
        let first = try fixture.start(flow) { _ in
            reached.signal()
            return nil
        }
        #expect(await first.stop(when: reached).outcome?.status == .aborted)
        let second = try fixture.resume(first, redrive: .unsuccessful) { _ in .success(1) }
        #expect(await second.finish().outcome?.status == .succeeded)
        #expect(
            try chain(of: second, fixture).dropFirst(3) == [
                "4<3 WaitStateEntered", "5<3 TaskStateEntered", "6<5 TaskScheduled",
                "7<6 TaskStarted", "8<4 WaitStateAborted", "9<7 TaskStateAborted",
                "10<3 ParallelStateAborted", "11<3 ExecutionAborted", "12<11 ExecutionRedriven",
                "13<12 TaskScheduled", "14<13 TaskStarted", "15<14 TaskSucceeded",
                "16<15 TaskStateExited", "17<12 WaitStateExited", "18<17 ParallelStateSucceeded",
                "19<17 ParallelStateExited", "20<19 ExecutionSucceeded",
            ])
    }
}
