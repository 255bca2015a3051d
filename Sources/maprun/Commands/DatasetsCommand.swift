import ArgumentParser
import Datasets
import Glibc

/// Makes up data to try things on.
struct DatasetsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets", abstract: "Writes a made-up dataset to standard output.",
        discussion: """
            The same kind, format, rows and seed always give the same bytes.

            EXAMPLES:
              maprun datasets registrations --rows 100000 --gzip > registrations.csv.gz
              maprun datasets orders --rows 1000 --seed 7 --format jsonl
            """)

    @Argument(help: "What the rows are about: registrations, customers or orders.")
    var kind: Dataset.Kind

    @Option(help: "How many rows there are.")
    var rows = 1000

    @Option(help: "What the rows depend on.")
    var seed: UInt64 = 1

    @Option(help: "How they are written.")
    var format = Dataset.Format.csv

    @Flag(help: "Compress the data with gzip.")
    var gzip = false

    func validate() throws {
        if rows < 0 { throw ValidationError("--rows must not be negative") }
        if gzip && isatty(STDOUT_FILENO) == 1 {
            throw ValidationError("--gzip writes no text; send it to a file with > FILE")
        }
    }

    func run() throws {
        let dataset = Dataset(
            kind: kind, format: format, rows: rows, seed: seed, isGzipped: gzip)
        try dataset.write { (block) throws in try Console.write(block) }
    }
}

extension Dataset.Kind: ExpressibleByArgument {}
extension Dataset.Format: ExpressibleByArgument {}
