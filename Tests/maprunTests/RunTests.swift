import Foundation
import JSON
import Testing

@Suite struct RunTests {
    let workspace: Workspace

    init() throws {
        workspace = try Workspace()
        try workspace.write(Flows.pass, to: "pass.asl.json")
        try workspace.write(Flows.fail, to: "fail.asl.json")
    }

    @Test(
        arguments: [
            (#"{"a":1}"#, nil), ("input.json", nil), ("-", #"{"a":1}"#),
        ] as [(String, String?)])
    func theOutputAloneIsOnStandardOutput(_ argument: String, _ standardInput: String?) throws {
        try workspace.write(#"{"a": 1}"#, to: "input.json")
        let ran = try workspace.maprun(
            "run", "pass.asl.json", "--input", argument, input: standardInput)
        #expect(ran.code == 0)
        #expect(ran.out == #"{"a":1}"# + "\n")
        #expect(ran.err.contains("SUCCEEDED"))
    }

    @Test func theHistoryKeepsTheInputAsItWasWritten() throws {
        let text = "{ \"b\" : \"\\u0041\",\n  \"a\": 1.0 }\n"
        try workspace.write(text, to: "input.json")
        #expect(try workspace.maprun("run", "pass.asl.json", "--input", "input.json").code == 0)
        let events = try workspace.maprun("history", "last", "--json").lines
            .map { try Value.parse($0) }
        #expect(events[0]["executionStartedEventDetails"]?["input"]?.string == text)
        #expect(events[1]["stateEnteredEventDetails"]?["input"] == #"{"b":"A","a":1.0}"#)
    }

    @Test func aDefinitionComesFromStandardInputToo() throws {
        let ran = try workspace.maprun("run", "-", "--name", "piped", input: Flows.pass)
        #expect(ran.code == 0)
        #expect(ran.out == "{}\n")
        #expect(try workspace.read(workspace.run("piped") + "/definition.json") == Flows.pass)
    }

    @Test func aFailedExecutionTellsItsErrorAndExitsWithOne() throws {
        let ran = try workspace.maprun("run", "fail.asl.json")
        #expect(ran.code == 1)
        #expect(ran.out.isEmpty)
        #expect(ran.err.contains("\nexecution failed in state 'A': Odd: because\n"))
        #expect(ran.lastError == "maprun redrive \(try workspace.id("fail"))")
    }

    @Test(arguments: [
        ("pass.asl.json", 0, #"{"status":"SUCCEEDED","output":{}}"#),
        ("fail.asl.json", 1, #"{"status":"FAILED","error":"Odd","cause":"because"}"#),
    ])
    func withOutputJSONTheOutcomeIsOneObject(
        _ flow: String, _ code: Int32, _ line: String
    ) throws {
        let ran = try workspace.maprun("run", flow, "--output", "json", "--quiet")
        #expect(ran.code == code)
        #expect(ran.out == line + "\n")
        #expect(ran.err.isEmpty)
    }

    @Test(arguments: ["nope", "-"])
    func aRefusedInputIsToldAsJSONToo(_ input: String) throws {
        let ran = try workspace.maprun(
            "run", "pass.asl.json", "--input", input, "--output", "json", input: "{")
        #expect(ran.code == 2)
        #expect(
            ran.out.hasPrefix(
                #"{"status":"REFUSED","error":"InvalidExecutionInput","cause":"Invalid State "#))
        #expect(ran.err.contains("JSON"))
    }

    @Test func limitsOfExpressionsAreKeptAndCanBeRaised() throws {
        let flow = #"""
            {"StartAt":"A","QueryLanguage":"JSONata","States":{
              "A":{"Type":"Pass","Output":"{% $count([1..50000]) %}","End":true}}}
            """#
        try workspace.write(flow, to: "large.asl.json")
        let ran = try workspace.maprun("run", "large.asl.json", "--jsonata-limits", "memory=1MiB")
        #expect(ran.code == 1)
        #expect(ran.err.contains("Expression evaluation memory limit exceeded"))
        let id = try workspace.id("large")
        #expect(try workspace.maprun("redrive", id).code == 1)
        let raised = try workspace.maprun("redrive", id, "--jsonata-limits", "memory=64MiB")
        #expect(raised.code == 0)
        #expect(raised.out == "50000\n")
        // Whoever is killed here has to be resumed with these.
        let info = try workspace.read(workspace.run("large") + "/run.json")
        #expect(info.contains("67108864"))
    }

    @Test(arguments: [
        ["none.asl.json"], ["."], ["pass.asl.json", "--mock", "none.json#A"],
        ["pass.asl.json", "--limit", "2"],
    ])
    func whateverIsRefusedIsToldAsJSONToo(_ arguments: [String]) throws {
        let ran = try workspace.start(["run"] + arguments + ["--output", "json"]).wait()
        #expect(ran.code == 2)
        #expect(ran.out.hasPrefix(#"{"status":"REFUSED","error":"ValidationException","cause":""#))
        #expect(!ran.err.isEmpty)
    }

    @Test func anOutputThatCannotBeWrittenExitsWithThree() throws {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", "exec '\(Workspace.binary)' run pass.asl.json -q > /dev/full"]
        shell.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        try shell.run()
        shell.waitUntilExit()
        #expect(shell.terminationStatus == 3)
    }

    @Test func aRefusedDefinitionIsToldAsJSONToo() throws {
        try workspace.write(#"{"States": {}}"#, to: "bad.asl.json")
        let ran = try workspace.maprun("run", "bad.asl.json", "--output", "json")
        #expect(ran.code == 2)
        #expect(ran.out.hasPrefix(#"{"status":"REFUSED","error":"InvalidDefinition","cause":"#))
    }

    @Test func aRunLeavesAFolderWithWhatWasAsked() throws {
        try workspace.maprun(
            "run", "pass.asl.json", "--input", "[7]", "--name", "asked", "--seed", "5",
            "--type", "express")
        let run = try workspace.run("asked")
        let info = try workspace.read(run + "/run.json")
        for part in [#""input": ["#, #""type": "EXPRESS""#, #""seed": "5""#, workspace.folder] {
            #expect(info.contains(part), "\(part) is not in \(info)")
        }
        #expect(try workspace.read(run + "/definition.json") == Flows.pass)
        #expect(try workspace.read(run + "/status.json").contains("SUCCEEDED"))
    }

    @Test func theSameSeedGivesTheSameRandomNumbers() throws {
        try workspace.write(
            #"{"StartAt":"A","States":{"A":{"Type":"Pass","End":true,"Parameters":"#
                + #"{"id.$":"States.UUID()"}}}}"#, to: "random.asl.json")
        let outputs = try ["1", "1", "2"].map {
            try workspace.maprun("run", "random.asl.json", "--seed", $0, "-q").out
        }
        #expect(outputs[0] == outputs[1])
        #expect(outputs[0] != outputs[2])
    }

    @Test func severalRunsAtOnceDoNotDisturbEachOther() throws {
        let names = (0..<6).map { "run-\($0)" }
        let running = try names.map {
            try workspace.start(["run", "pass.asl.json", "--name", $0, "--input", "\"\($0)\""])
        }
        for (name, invocation) in zip(names, running) {
            let ran = invocation.wait()
            #expect(ran.code == 0)
            #expect(ran.out == "\"\(name)\"\n")
        }
        let listed = try workspace.maprun("list", "--json")
        #expect(listed.lines.count == names.count)
        #expect(listed.lines.allSatisfy { $0.contains(#""status":"SUCCEEDED""#) })
    }

    @Test func aRunCanBeKeptElsewhereAndResumedFromThere() throws {
        let ran = try workspace.maprun("run", "pass.asl.json", "--runs", "kept here")
        #expect(ran.code == 0)
        let again = try workspace.maprun("resume", "last", "--runs", "kept here")
        #expect(again.code == 0)
        #expect(again.out == ran.out)
        #expect(again.err.contains("has ended before: SUCCEEDED"))
    }

    @Test func whatAnEndedRunCameToIsToldAgain() throws {
        try workspace.maprun("run", "fail.asl.json")
        let again = try workspace.maprun("resume", "last")
        #expect(again.code == 1)
        #expect(again.err.contains("has ended before: FAILED\nexecution failed in state 'A'"))
        #expect(again.lastError.hasPrefix("maprun redrive "))
    }
}
