import ArgumentParser
import Engine
import JSON
import JSONSchema

/// The schema that items are to meet.
struct SchemaOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A JSON Schema (2020-12 or draft-07) that items have to meet.", valueName: "file"))
    var schema: String?

    @Option(help: "What has to meet it: the row as it was read, or the child's input.")
    var schemaOf = Place.row

    @Option(
        help: ArgumentHelp(
            "Whether texts stand for the numbers they spell: natural, as for CSV, or strict, as "
                + "for all else, unless given."))
    var reading: Reading?

    /// `--schema-of`.
    enum Place: String, ExpressibleByArgument, CaseIterable {
        case row, child
    }

    /// `--reading`.
    enum Reading: String, ExpressibleByArgument, CaseIterable {
        case natural, strict
    }

    func validate() throws {
        if schema == nil, reading != nil || schemaOf != .row {
            throw ValidationError("--schema-of and --reading go with --schema")
        }
    }

    /// What the schema demands; nil without one.
    func demand() throws -> InputCheck.Demand? {
        guard let path = schema else { return nil }
        let schema: Schema
        do {
            schema = try Schema(InputText.read(path))
        } catch let problems as SchemaProblems {
            throw UsageError(problems.all.map { "\(path):\($0.position): \($0.message)" })
        }
        let check: @Sendable (Value, Bool) -> String? = { [reading] value, isText in
            let natural = reading.map { $0 == .natural } ?? isText
            return Self.text(
                schema.violations(of: value, reading: natural ? .natural : .strict, limit: 4))
        }
        return schemaOf == .row ? .row(check) : .child(check)
    }

    /// The first few violations on one line.
    private static func text(_ violations: [Violation]) -> String? {
        guard !violations.isEmpty else { return nil }
        let shown = violations.prefix(3).map { violation in
            let place = violation.place.steps.isEmpty ? "" : "\(violation.place): "
            return place + violation.message
        }
        return shown.joined(separator: "; ") + (violations.count > 3 ? "; and more" : "")
    }
}
