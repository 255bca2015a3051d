import ArgumentParser
import Glibc
import Journal
import Reporting
import Tasks

/// The command line: finds the subcommand, runs it, and turns what it throws into an exit code.
@main
struct Maprun: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "maprun",
        abstract: "Runs Amazon States Language workflows as batch jobs on this machine.",
        discussion: """
            EXAMPLES:
              maprun run flow.asl.json --input '{"customer": 7}'
              maprun resume last
              maprun failures last --group-by error

            \(ExitStatus.table)
            """,
        version: version,
        subcommands: [
            RunCommand.self, ResumeCommand.self, RedriveCommand.self, SetCommand.self,
            StopCommand.self, QuarantineCommand.self, StatusCommand.self,
            ListCommand.self,
            ResultsCommand.self, DiffCommand.self, FailuresCommand.self, ShowCommand.self,
            ExplainCommand.self,
            ValidateCommand.self, CheckCommand.self, PlanCommand.self, TraceCommand.self,
            TestCommand.self, EvalCommand.self, HistoryCommand.self, SchemaCommand.self,
            DatasetsCommand.self,
        ])

    static func main() {
        // A reader that goes away is told by the write that fails.
        signal(SIGPIPE, SIG_IGN)
        Glibc.exit(status { try runCommand() }.rawValue)
    }

    private static func runCommand() throws {
        var command = try parseAsRoot()
        try command.run()
    }

    private static func status(of body: () throws -> Void) -> ExitStatus {
        do {
            try body()
            return .succeeded
        } catch let status as ExitStatus {
            return status
        } catch is Console.ReaderHasGone {
            return .succeeded
        } catch let error as UsageError {
            for message in error.messages { Console.note("maprun: \(message)") }
            return .usage
        } catch let failure as Console.CannotWrite {
            Console.note("maprun: cannot write standard output: \(failure.reason)")
            return .machineFailed
        } catch let refused as Definition.Refused {
            let count = Quantity.count(refused.problems.count, "error")
            Console.note("maprun: '\(refused.path)' has \(count); nothing was started")
            return .usage
        } catch let error as BindingsError {
            for problem in error.problems { Console.note("maprun: \(problem)") }
            return .usage
        } catch let error as RunError {
            Console.note("maprun: \(error)")
            return ExitStatus(error)
        } catch let stopped as StoppedRun {
            Console.note("maprun: \(stopped.error)")
            if let command = stopped.resumeCommand { Console.note(command) }
            return .machineFailed
        } catch {
            return explain(error)
        }
    }

    /// What the argument parser throws: help that was asked for, or flags it does not know.
    private static func explain(_ error: any Error) -> ExitStatus {
        let text = fullMessage(for: error)
        guard exitCode(for: error).isSuccess else {
            Console.note(text)
            return .usage
        }
        // Whoever asked for help and closed the pipe has read enough.
        try? Console.print(text)
        return .succeeded
    }
}
