import Glibc

/// The registration batch written by hand for exactly this job: no interpreter, no journal.
///
///     floor [--direct] INPUT.csv.gz OUTPUT.jsonl TODAY START-DATE SPOTS
///
/// An item is a key/value object, as in any program that has records; with `--direct` its fields go
/// straight from the row into the output.
@main enum Floor {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        let isDirect = arguments.first == "--direct"
        if isDirect { arguments.removeFirst() }
        guard arguments.count == 5, let today = Day(text: arguments[2]),
            let spots = Int(arguments[4])
        else { exit(message: "usage: floor [--direct] INPUT OUTPUT TODAY START-DATE SPOTS") }
        let startDate = Slice(copying: arguments[3])
        let rules = Rules(today: today, startDate: startDate, spots: spots)
        var reader = CSVReader(source: Inflater(path: arguments[0]))
        var output = Output(path: arguments[1])
        var totals = Totals()
        let header = reader.header()
        let columns = Columns(header)
        let registrar = Registrar(header: header, rules: rules)
        while let row = reader.next() {
            if isDirect {
                writeDirect(row, columns, rules, index: totals.items, &totals, to: &output)
            } else {
                registrar.write(row, index: totals.items, &totals, to: &output)
            }
        }
        output.flush()
        print(totals.summary)
    }
}

func exit(message: String) -> Never {
    _ = (message + "\n").withCString { write(STDERR_FILENO, $0, strlen($0)) }
    exit(1)
}

struct Totals {
    var succeeded = 0
    var rejected = (information: 0, age: 0, spots: 0)
    var fees = 0

    var items: Int { succeeded + rejected.information + rejected.age + rejected.spots }

    var summary: String {
        "succeeded \(succeeded) InformationIncomplete \(rejected.information) "
            + "AgeInvalid \(rejected.age) NoSpots \(rejected.spots) fees \(fees)"
    }

    mutating func count(_ rejection: Rejection) {
        switch rejection {
        case .missing: rejected.information += 1
        case .notADate, .age: rejected.age += 1
        case .noSpots: rejected.spots += 1
        }
    }
}
