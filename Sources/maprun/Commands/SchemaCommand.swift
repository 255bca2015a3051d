import ArgumentParser
import StatesLanguage
import Tasks

/// Writes the JSON Schemas that editors check and complete with.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Writes a JSON Schema for editors.",
        discussion: """
            EXAMPLES:
              maprun schema definition > asl.schema.json
              maprun schema bindings > maprun.schema.json
            """)

    enum Subject: String, ExpressibleByArgument, CaseIterable {
        case definition, bindings
    }

    @Argument(help: "Of what: definition, or bindings for maprun.yaml.")
    var subject: Subject

    func run() throws {
        switch subject {
        case .definition: try Console.write(DefinitionSchema.value.prettyPrinted + "\n")
        case .bindings: try Console.write(BindingsSchema.text)
        }
    }
}
