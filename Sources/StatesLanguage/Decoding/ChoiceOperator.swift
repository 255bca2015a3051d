/// The comparison operators of JSONPath Choice rules, by name.
enum ChoiceOperator: Sendable {
    case compare(DataTest.Family, DataTest.Relation, withPath: Bool)
    case matches
    case isType(DataTest.TypeTest)
    case isPresent

    private static let families: [(name: String, family: DataTest.Family)] = [
        ("String", .string), ("Numeric", .numeric), ("Timestamp", .timestamp),
    ]
    private static let relations: [(name: String, relation: DataTest.Relation)] = [
        ("Equals", .equals), ("LessThan", .lessThan), ("GreaterThan", .greaterThan),
        ("LessThanEquals", .lessThanEquals), ("GreaterThanEquals", .greaterThanEquals),
    ]

    /// All operators in the order of the States Language's own list.
    static let all: [(name: String, operator: ChoiceOperator)] = {
        var all: [(name: String, operator: ChoiceOperator)] = []
        func add(_ name: String, _ family: DataTest.Family, _ relation: DataTest.Relation) {
            all.append((name, .compare(family, relation, withPath: false)))
            all.append((name + "Path", .compare(family, relation, withPath: true)))
        }
        for (family, value) in families {
            for (relation, order) in relations { add(family + relation, value, order) }
        }
        add("BooleanEquals", .boolean, .equals)
        return all + [
            ("StringMatches", .matches), ("IsPresent", .isPresent), ("IsNull", .isType(.null)),
            ("IsNumeric", .isType(.numeric)), ("IsString", .isType(.string)),
            ("IsBoolean", .isType(.boolean)), ("IsTimestamp", .isType(.timestamp)),
        ]
    }()

    static let names = all.map(\.name)
    static let byName = Dictionary(
        all.map { ($0.name, $0.operator) }, uniquingKeysWith: { first, _ in first })
}
