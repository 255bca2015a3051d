import Foundation
import Testing

@Suite struct HelpTests {
    static let commands = [
        "run", "resume", "redrive", "status", "list", "results", "failures", "show", "validate",
        "datasets", "eval", "test", "history", "schema", "set",
        "stop", "explain", "diff", "check", "trace", "plan",
    ]

    @Test(arguments: commands)
    func everyCommandHasExamples(_ command: String) throws {
        let help = try Workspace().maprun(command, "--help")
        #expect(help.code == 0)
        #expect(help.out.contains("EXAMPLES:\n  maprun \(command)"), "\(help.out)")
    }

    @Test func theHelpNamesCommandsAndExitCodes() throws {
        let help = try Workspace().maprun("--help")
        #expect(help.code == 0)
        for command in Self.commands { #expect(help.out.contains("\n  \(command) ")) }
        for code in [0, 1, 2, 3, 4, 130] { #expect(help.out.contains("\n  \(code) ")) }
    }

    @Test func theVersionIsANumber() throws {
        let version = try Workspace().maprun("--version")
        #expect(version.code == 0)
        #expect(version.out.split(separator: ".").count == 3)
    }
}
