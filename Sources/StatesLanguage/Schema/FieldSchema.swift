import JSON

/// What the fields of a definition may hold, as fragments of a JSON Schema, with a line of help
/// for an editor to show.
enum FieldSchema {
    /// The schema of the field with this name.
    static func schema(of field: String) -> Value {
        fields[field] ?? (ChoiceOperator.byName[field].map(schema(of:)) ?? [:])
    }

    private static func schema(of choiceOperator: ChoiceOperator) -> Value {
        switch choiceOperator {
        case .compare(_, _, withPath: true): path("The path to the other side.")
        case .compare(.numeric, _, _): ["type": "number"]
        case .compare(.boolean, _, _), .isType, .isPresent: ["type": "boolean"]
        case .compare(.timestamp, _, _): ["type": "string", "format": "date-time"]
        case .compare(.string, _, _), .matches: ["type": "string"]
        }
    }

    private static func text(_ help: String) -> Value {
        ["type": "string", "description": .string(help)]
    }

    private static func path(_ help: String) -> Value {
        ["type": "string", "pattern": #"^(\$|States\.)"#, "description": .string(help)]
    }

    private static func nullablePath(_ help: String) -> Value {
        ["type": ["string", "null"], "pattern": #"^\$"#, "description": .string(help)]
    }

    private static func any(_ help: String) -> Value { ["description": .string(help)] }

    private static func object(_ help: String) -> Value {
        ["type": "object", "description": .string(help)]
    }

    private static func values(_ values: [String], _ help: String) -> Value {
        ["enum": .array(values.map { .string($0) }), "description": .string(help)]
    }

    /// A number, or a JSONata expression for one.
    private static func number(_ type: String, _ minimum: Int, _ help: String) -> Value {
        [
            "description": .string(help),
            "anyOf": [
                ["type": .string(type), "minimum": .int(minimum)],
                ["type": "string", "pattern": #"^\{%[\s\S]*%\}$"#],
            ],
        ]
    }

    private static func list(of definition: String, _ help: String) -> Value {
        [
            "type": "array", "items": ["$ref": .string("#/$defs/\(definition)")],
            "description": .string(help),
        ]
    }

    private static func reference(_ definition: String, _ help: String) -> Value {
        ["$ref": .string("#/$defs/\(definition)"), "description": .string(help)]
    }

    private static let fields: [String: Value] = workflowFields.merging(dataFields) { $1 }
        .merging(typeFields) { $1 }.merging(mapFields) { $1 }

    private static let workflowFields: [String: Value] = [
        "Comment": text("A note for readers."),
        "StartAt": text("The name of the state to begin with."),
        "States": [
            "type": "object", "minProperties": 1,
            "additionalProperties": ["$ref": "#/$defs/State"],
            "description": "The states by name.",
        ],
        "Version": values(["1.0"], "The version of the language."),
        "QueryLanguage": values(["JSONPath", "JSONata"], "How fields pick and shape data."),
        "ProcessorConfig": reference("ProcessorConfig", "How items are processed."),
        "Mode": values(
            ["INLINE", "DISTRIBUTED"], "Within this execution, or in child executions."),
        "ExecutionType": values(["STANDARD", "EXPRESS"], "The type of the child executions."),
        "Next": text("The name of the state that follows."),
        "Default": text("The state that follows when no rule matches."),
        "End": ["type": "boolean", "description": "Whether the workflow ends here."],
    ]

    private static let dataFields: [String: Value] = [
        "InputPath": nullablePath("The part of the input that the state sees."),
        "OutputPath": nullablePath("The part of the output that passes on."),
        "ResultPath": nullablePath("Where the result goes in the input."),
        "Parameters": any("A template for the input of the work."),
        "ResultSelector": object("A template for the result."),
        "Arguments": any("The input of the work, with JSONata expressions in it."),
        "Output": any("The output, with JSONata expressions in it."),
        "Assign": object("Variables and their new values."),
        "Retry": list(of: "Retrier", "What to do again after which errors."),
        "Catch": list(of: "Catcher", "Where to go after which errors."),
        "ErrorEquals": [
            "type": "array", "minItems": 1, "items": ["type": "string"],
            "description": "Names of errors.",
        ],
        "IntervalSeconds": number("integer", 0, "The delay before the first retry."),
        "MaxAttempts": number("integer", 0, "How many retries there are."),
        "BackoffRate": number("number", 1, "By what the delay grows with each retry."),
        "MaxDelaySeconds": number("integer", 1, "The longest delay."),
        "JitterStrategy": values(["FULL", "NONE"], "Whether delays are random."),
    ]

    private static let typeFields: [String: Value] = [
        "Result": any("The result, literally."),
        "Resource": text("The ARN of the function, activity or service call."),
        "TimeoutSeconds": number("integer", 1, "The longest duration."),
        "TimeoutSecondsPath": path("The path to the longest duration."),
        "HeartbeatSeconds": number("integer", 1, "The longest time between signs of life."),
        "HeartbeatSecondsPath": path("The path to the longest time between signs of life."),
        "Credentials": object("The role that the task runs as."),
        "Seconds": number("integer", 0, "How long to wait."),
        "SecondsPath": path("The path to the number of seconds."),
        "Timestamp": text("The moment to wait for."),
        "TimestampPath": path("The path to the moment to wait for."),
        "Error": text("The name of the error."),
        "ErrorPath": path("The path to the name of the error."),
        "Cause": text("What happened."),
        "CausePath": path("The path to the cause."),
        "Branches": list(of: "Branch", "Workflows that run side by side."),
        "Choices": list(of: "Rule", "Rules, of which the first that matches counts."),
        "Condition": ["type": ["boolean", "string"], "description": "When the rule matches."],
        "Variable": path("What is compared."),
        "And": list(of: "NestedRule", "Whether all of these match."),
        "Or": list(of: "NestedRule", "Whether one of these matches."),
        "Not": reference("NestedRule", "Whether this does not match."),
    ]

    private static let mapFields: [String: Value] = [
        "ItemProcessor": reference("Processor", "What happens to each item."),
        "Iterator": reference("Processor", "What happens to each item (old name)."),
        "ItemsPath": path("The path to the items."),
        "Items": any("The items: an array, or an expression for one."),
        "ItemSelector": any("A template for the input of each item."),
        "MaxConcurrency": number("integer", 0, "How many items run at once; 0 is no limit."),
        "MaxConcurrencyPath": path("The path to the number of items that run at once."),
        "ToleratedFailureCount": number("integer", 0, "How many items may fail."),
        "ToleratedFailureCountPath": path("The path to how many items may fail."),
        "ToleratedFailurePercentage": number("number", 0, "How many percent of items may fail."),
        "ToleratedFailurePercentagePath": path("The path to how many percent may fail."),
        "Label": ["type": "string", "maxLength": 40, "description": "The name of the Map Run."],
        "ItemReader": reference("ItemReader", "Where the items are read from."),
        "ItemBatcher": reference("ItemBatcher", "How items are put into batches."),
        "ResultWriter": reference("ResultWriter", "Where the results go."),
        "ReaderConfig": reference("ReaderConfig", "How the items are read."),
        "WriterConfig": reference("WriterConfig", "How the results are written."),
        "InputType": values(DefinitionDecoder.inputTypes, "The format of the items."),
        "Transformation": values(
            ["NONE", "COMPACT", "FLATTEN", "LOAD_AND_FLATTEN"], "The shape of items or results."),
        "ManifestType": values(["S3_INVENTORY", "ATHENA_DATA"], "What the manifest lists."),
        "CSVHeaderLocation": values(["FIRST_ROW", "GIVEN"], "Where the names of columns are."),
        "CSVHeaders": any("The names of the columns."),
        "CSVDelimiter": values(DefinitionDecoder.delimiters, "What stands between two fields."),
        "MaxItems": number("integer", 0, "How many items are read at most; 0 is no limit."),
        "MaxItemsPath": path("The path to how many items are read at most."),
        "ItemsPointer": text("The JSON Pointer to the items in the file."),
        "MaxItemsPerBatch": number("integer", 1, "How many items a batch has at most."),
        "MaxItemsPerBatchPath": path("The path to how many items a batch has at most."),
        "MaxInputBytesPerBatch": number("integer", 1, "How many bytes a batch has at most."),
        "MaxInputBytesPerBatchPath": path("The path to how many bytes a batch has at most."),
        "BatchInput": any("A template for what all batches get."),
        "OutputType": values(["JSON", "JSONL"], "The format of the result files."),
    ]
}
