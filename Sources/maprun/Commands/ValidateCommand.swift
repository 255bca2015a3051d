import ArgumentParser
import Reporting
import StatesLanguage

/// Checks definitions.
struct ValidateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Tells everything that is wrong with definitions.",
        discussion: """
            Problems are written to standard output, each with its place. The exit code is 2 if \
            there are errors; warnings alone are none.

            EXAMPLES:
              maprun validate flow.asl.json
              maprun validate flows/*.asl.json --sarif > flows.sarif
            """)

    @Argument(help: ArgumentHelp("Definitions; - is standard input.", valueName: "file"))
    var files: [String]

    @Flag(help: "One JSON object a line.")
    var json = false

    @Flag(help: "A SARIF log, as editors and code hosts read it.")
    var sarif = false

    @Option(name: .customLong("type"), help: "How the state machines are executed.")
    var machineType = MachineType.standard

    func validate() throws {
        if json && sarif { throw ValidationError("--json and --sarif exclude each other") }
    }

    func run() throws {
        let options = DecodingOptions(machineType: machineType.decoded)
        var report = ValidationReport()
        for file in files {
            let text = try InputText.read(file)
            let result = StateMachine.decode(text, options: options)
            report.add(result.diagnostics, file: file, text: text)
        }
        if sarif {
            try Console.write(report.sarif(version: Maprun.version).prettyPrinted + "\n")
        } else if json {
            for value in report.values { try Console.print(value) }
        } else {
            for line in report.lines { try Console.print(line) }
            Console.note(report.summary(files: files.count))
        }
        if report.errorCount > 0 { throw ExitStatus.usage }
    }
}
