import JSON
import Reporting
import StatesLanguage

/// A definition as the command line names it.
struct Definition {
    let path: String
    let text: String
    let machine: StateMachine

    /// Reads a definition; problems are shown, and errors among them thrown.
    static func load(
        _ path: String, options: DecodingOptions = DecodingOptions(), showsWarnings: Bool = true
    ) throws -> Definition {
        try Definition(
            InputText.read(path), path: path, options: options, showsWarnings: showsWarnings)
    }

    /// Decodes a definition's text; problems are shown, and errors among them thrown.
    init(
        _ text: String, path: String, options: DecodingOptions = DecodingOptions(),
        showsWarnings: Bool
    ) throws {
        let result = StateMachine.decode(text, options: options)
        let problems = showsWarnings ? result.diagnostics : result.errors
        for problem in problems.sorted(by: { $0.offset < $1.offset }) {
            for line in problem.lines(file: path, text: text) { Console.note(line) }
        }
        guard let machine = result.machine else {
            throw Refused(path: path, problems: result.errors)
        }
        self.path = path
        self.text = text
        self.machine = machine
    }

    /// A definition with errors; they have been shown.
    struct Refused: Error {
        var path: String
        var problems: [Diagnostic]

        /// What AWS answers to whoever creates a state machine of it.
        var value: Value {
            [
                "status": "REFUSED", "error": "InvalidDefinition",
                "cause": problems.refusal.map(Value.string) ?? .null,
            ]
        }
    }

    /// The state machine's name if none is given: the file's without its endings.
    static func name(ofFile path: String) -> String {
        var name = FilePath.name(path)[...]
        for ending in [".json", ".asl"] where name.hasSuffix(ending) && name != ending {
            name = name.dropLast(ending.count)
        }
        return path == "-" || name.isEmpty ? "run" : String(name)
    }
}
