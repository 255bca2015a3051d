/// Which fields an object of a definition may have, for each query language.
struct FieldTable: Sendable {
    /// Fields of both languages.
    let both: [String]
    /// Fields that only JSONPath states have.
    var jsonPath: [String] = []
    /// Fields that only JSONata states have.
    var jsonata: [String] = []
    /// Of each list at most one may be given.
    var exclusive: [[String]] = []
    /// Fields without which the object means nothing.
    var required: [String] = []

    /// The fields that `language` allows.
    func allowed(_ language: QueryLanguage) -> [String] {
        both + (language == .jsonPath ? jsonPath : jsonata)
    }

    /// The fields of the other language.
    func foreign(_ language: QueryLanguage) -> [String] {
        language == .jsonPath ? jsonata : jsonPath
    }
}

extension FieldTable {
    /// The names of the types in the order in which AWS lists them.
    static let typeNames = [
        "Task", "Wait", "Pass", "Succeed", "Fail", "Choice", "Parallel", "Map",
    ]

    private static let common = ["Type", "Comment", "QueryLanguage"]
    private static let flow = ["Next", "End"]
    private static let paths = ["InputPath", "OutputPath"]
    private static let handling = ["Retry", "Catch"]

    /// The fields of each type of state.
    static let states: [String: FieldTable] = [
        "Task": FieldTable(
            both: common + flow + handling + [
                "Resource", "Assign", "TimeoutSeconds", "HeartbeatSeconds", "Credentials",
            ],
            jsonPath: paths + [
                "Parameters", "ResultSelector", "ResultPath", "TimeoutSecondsPath",
                "HeartbeatSecondsPath",
            ],
            jsonata: ["Arguments", "Output"],
            exclusive: [
                ["TimeoutSeconds", "TimeoutSecondsPath"],
                ["HeartbeatSeconds", "HeartbeatSecondsPath"],
            ],
            required: ["Resource"]),
        "Wait": FieldTable(
            both: common + flow + ["Assign", "Seconds", "Timestamp"],
            jsonPath: paths + ["SecondsPath", "TimestampPath"],
            jsonata: ["Output"],
            exclusive: [["SecondsPath", "Seconds", "TimestampPath", "Timestamp"]]),
        "Pass": FieldTable(
            both: common + flow + ["Assign"],
            jsonPath: paths + ["Result", "Parameters", "ResultPath"],
            jsonata: ["Output"]),
        "Succeed": FieldTable(both: common, jsonPath: paths, jsonata: ["Output"]),
        "Fail": FieldTable(
            both: common + ["Error", "Cause"],
            jsonPath: ["ErrorPath", "CausePath"],
            exclusive: [["Error", "ErrorPath"], ["Cause", "CausePath"]]),
        "Choice": FieldTable(
            both: common + ["Choices", "Default", "Assign"],
            jsonPath: paths, jsonata: ["Output"],
            required: ["Choices"]),
        "Parallel": FieldTable(
            both: common + flow + handling + ["Branches", "Assign"],
            jsonPath: paths + ["Parameters", "ResultSelector", "ResultPath"],
            jsonata: ["Arguments", "Output"],
            required: ["Branches"]),
        "Map": map,
    ]

    private static let map = FieldTable(
        both: common + flow + handling + [
            "ItemProcessor", "Iterator", "ItemSelector", "ItemReader", "ItemBatcher",
            "ResultWriter", "MaxConcurrency", "ToleratedFailureCount",
            "ToleratedFailurePercentage", "Label", "Assign",
        ],
        jsonPath: paths + [
            "ItemsPath", "Parameters", "ResultSelector", "ResultPath", "MaxConcurrencyPath",
            "ToleratedFailureCountPath", "ToleratedFailurePercentagePath",
        ],
        jsonata: ["Items", "Output"],
        exclusive: [
            ["ItemProcessor", "Iterator"], ["ItemSelector", "Parameters"],
            ["MaxConcurrency", "MaxConcurrencyPath"],
            ["ToleratedFailureCount", "ToleratedFailureCountPath"],
            ["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
        ])

    /// The fields of a Map that only a distributed one has.
    static let distributedOnly = [
        "ItemReader", "ItemBatcher", "ResultWriter", "ToleratedFailureCount",
        "ToleratedFailureCountPath", "ToleratedFailurePercentage",
        "ToleratedFailurePercentagePath", "Label",
    ]
}

extension FieldTable {
    static let machine = FieldTable(
        both: ["Comment", "StartAt", "States", "Version", "TimeoutSeconds", "QueryLanguage"],
        required: ["States", "StartAt"])
    static let branch = FieldTable(
        both: ["Comment", "StartAt", "States", "QueryLanguage"], required: ["States", "StartAt"])
    static let processor = FieldTable(
        both: ["Comment", "StartAt", "States", "QueryLanguage", "ProcessorConfig"],
        required: ["States", "StartAt"])
    static let processorConfig = FieldTable(both: ["Mode", "ExecutionType"])

    static let retrier = FieldTable(
        both: [
            "ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate", "MaxDelaySeconds",
            "JitterStrategy", "Comment",
        ],
        required: ["ErrorEquals"])
    static let catcher = FieldTable(
        both: ["ErrorEquals", "Next", "Assign", "Comment"],
        jsonPath: ["ResultPath"], jsonata: ["Output"],
        required: ["ErrorEquals", "Next"])

    static let reader = FieldTable(
        both: ["Resource", "ReaderConfig"], jsonPath: ["Parameters"], jsonata: ["Arguments"],
        required: ["Resource"])
    static let readerConfig = FieldTable(
        both: [
            "InputType", "Transformation", "ManifestType", "CSVHeaderLocation", "CSVHeaders",
            "CSVDelimiter", "MaxItems", "ItemsPointer",
        ],
        jsonPath: ["MaxItemsPath"],
        exclusive: [["MaxItems", "MaxItemsPath"]])
    static let batcher = FieldTable(
        both: ["MaxItemsPerBatch", "MaxInputBytesPerBatch", "BatchInput"],
        jsonPath: ["MaxItemsPerBatchPath", "MaxInputBytesPerBatchPath"],
        exclusive: [
            ["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
            ["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
        ])
    static let writer = FieldTable(
        both: ["Resource", "WriterConfig"], jsonPath: ["Parameters"], jsonata: ["Arguments"])
    static let writerConfig = FieldTable(both: ["OutputType", "Transformation"])

    /// A rule of a Choice; `Next` and the like only at the top level.
    static let rule = FieldTable(
        both: ["Next", "Assign", "Comment"],
        jsonPath: ["Variable", "And", "Or", "Not"] + ChoiceOperator.names,
        jsonata: ["Condition", "Output"],
        required: ["Next"])
    static let nestedRule = FieldTable(
        both: ["Comment"], jsonPath: ["Variable", "And", "Or", "Not"] + ChoiceOperator.names)
}
