import JSON

extension DefinitionDecoder {
    /// The fields that only a distributed Map has.
    mutating func decodeDistribution(
        of place: Place, _ executionType: MapAction.ExecutionType
    ) -> MapAction.Distribution {
        var distribution = MapAction.Distribution(executionType: executionType)
        distribution.label = decodeLabel(of: place)
        distribution.toleratedFailureCount =
            integerSetting("ToleratedFailureCount", of: place, 0...Int.max)
        distribution.toleratedFailurePercentage =
            numberSetting("ToleratedFailurePercentage", of: place, 0...100)
        distribution.reader = place["ItemReader"].flatMap { decodeReader($0) }
        distribution.batcher = place["ItemBatcher"].flatMap { decodeBatcher($0) }
        distribution.writer = place["ResultWriter"].flatMap { decodeWriter($0) }
        return distribution
    }

    private static let longestLabel = 40

    private mutating func decodeLabel(of place: Place) -> String? {
        guard let label = string("Label", of: place), let member = place["Label"] else {
            return nil
        }
        if label.isEmpty {
            report(.invalidLabel, "Label cannot be empty", at: member)
        } else if label.unicodeScalars.count > Self.longestLabel {
            report(
                .invalidLabel, "Label cannot be longer than \(Self.longestLabel) characters",
                at: member)
        }
        if let scalar = label.unicodeScalars.first(where: Self.isForbiddenInLabel) {
            let code = "U+" + String(scalar.value, radix: 16, uppercase: true)
            report(
                .invalidLabel, "Label cannot contain the character \(code)", at: member,
                suggestion: "use letters, digits, '-' and '_'")
        }
        if !label.isEmpty, !labels.insert(label).inserted {
            report(.duplicateLabel, "Duplicate Label: \(label)", at: member)
        }
        return label
    }

    private static func isForbiddenInLabel(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || scalar.properties.isWhitespace
            || "?*<>{}[]:;,\\|^~$#%&`\"".unicodeScalars.contains(scalar)
    }

    private mutating func decodeReader(_ place: Place) -> ItemReaderAction? {
        guard expect(.object, place) else { return nil }
        check(place, against: .reader)
        guard let resource = string("Resource", of: place) else { return nil }
        checkService(of: place, among: ["s3:getObject", "s3:listObjectsV2"])
        var reader = ItemReaderAction(resource: resource)
        reader.parameters = decodeParameters(of: place)
        let config = place["ReaderConfig"]
        if let config, expect(.object, config) { decodeReaderConfig(config, into: &reader) }
        let needsType = resource.hasSuffix(":getObject") || reader.transformation != nil
        if needsType, reader.transformation != "NONE", config?["InputType"] == nil {
            refuse("The field 'InputType' is required but was missing", at: config ?? place)
        }
        return reader
    }

    /// Items are read by few services only.
    private mutating func checkService(of place: Place, among services: [String]) {
        guard let member = place["Resource"], let resource = member.value.string,
            !services.contains(where: { resource.hasSuffix(":states:::" + $0) })
        else { return }
        let known = services.map { "arn:aws:states:::" + $0 }
        refuse(
            "The resource provided \(resource) is not recognized. The value is not a valid "
                + "resource ARN, or the resource is not available in this region.",
            at: member,
            suggestion: Suggestion.nearest(to: resource, among: known)
                ?? "use \(known.joined(separator: " or "))")
    }

    /// `Parameters` or `Arguments` of a reader or writer.
    private mutating func decodeParameters(of place: Place) -> Template? {
        let name = state.language == .jsonPath ? "Parameters" : "Arguments"
        return place[name].map { template($0) }
    }

    static let inputTypes = ["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]
    static let delimiters = ["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]

    private mutating func decodeReaderConfig(
        _ config: Place, into reader: inout ItemReaderAction
    ) {
        check(config, against: .readerConfig)
        reader.inputType = choice("InputType", of: config, among: Self.inputTypes)
        reader.transformation = choice(
            "Transformation", of: config, among: ["NONE", "LOAD_AND_FLATTEN"])
        reader.manifestType = choice(
            "ManifestType", of: config, among: ["S3_INVENTORY", "ATHENA_DATA"])
        reader.csvDelimiter = choice(
            "CSVDelimiter", of: config, among: Self.delimiters)
        let header = choice("CSVHeaderLocation", of: config, among: ["FIRST_ROW", "GIVEN"])
        if reader.inputType == "JSON", header != nil {
            refuse("Field 'CSVHeaderLocation' is not supported", at: config)
        } else if reader.inputType == "CSV", config["CSVHeaderLocation"] == nil {
            warn(
                .differsOnAWS, "AWS wants to be told where the header of a CSV file is", at: config,
                suggestion: "add \"CSVHeaderLocation\": \"FIRST_ROW\"")
        }
        reader.headersAreGiven = header == "GIVEN"
        reader.csvHeaders = decodeHeaders(of: config)
        if reader.headersAreGiven, config["CSVHeaders"] == nil {
            refuse("These fields are required: [CSVHeaders]", at: config)
        }
        reader.maxItems = integerSetting("MaxItems", of: config, 0...100_000_000)
        reader.itemsPointer = decodeItemsPointer(of: config)
    }

    private mutating func decodeHeaders(of config: Place) -> Setting? {
        guard let headers = config["CSVHeaders"] else { return nil }
        if let expression = expressionSetting(headers) { return expression }
        return strings(headers).map { _ in .literal(headers.value) }
    }

    private mutating func decodeItemsPointer(of config: Place) -> Setting? {
        guard let member = config["ItemsPointer"] else { return nil }
        if let expression = expressionSetting(member) { return expression }
        guard expect(.string, member), let text = member.value.string else { return nil }
        guard JSONPointer(parsing: text) != nil, text.utf8.count < 2000 else {
            refuse(
                "Value is not a JSON Pointer", at: member,
                suggestion: "it starts with '/', and '~' is written as '~0'")
            return nil
        }
        return .literal(member.value)
    }

    private mutating func decodeBatcher(_ place: Place) -> ItemBatcherAction? {
        guard expect(.object, place) else { return nil }
        check(place, against: .batcher)
        var batcher = ItemBatcherAction()
        batcher.maxItemsPerBatch = integerSetting("MaxItemsPerBatch", of: place, 1...Int.max)
        batcher.maxInputBytesPerBatch =
            integerSetting("MaxInputBytesPerBatch", of: place, 1...262_144)
        batcher.batchInput = place["BatchInput"].map { template($0) }
        let limits = ["MaxItemsPerBatch", "MaxInputBytesPerBatch"]
        if batcher.batchInput == nil, state.language == .jsonPath {
            require(oneOf: limits.flatMap { [$0, $0 + "Path"] }, in: place)
        } else if batcher.batchInput == nil {
            require(oneOf: limits, in: place)
        }
        return batcher
    }

    private mutating func decodeWriter(_ place: Place) -> ResultWriterAction? {
        guard expect(.object, place) else { return nil }
        check(place, against: .writer)
        let name = state.language == .jsonPath ? "Parameters" : "Arguments"
        require(oneOf: ["Resource", "WriterConfig"], in: place)
        for (given, missing) in [("Resource", name), (name, "Resource")]
        where place[given] != nil && place[missing] == nil {
            refuse("The field '\(missing)' is required but was missing", at: place)
        }
        var writer = ResultWriterAction()
        writer.resource = string("Resource", of: place)
        checkService(of: place, among: ["s3:putObject"])
        writer.parameters = decodeParameters(of: place)
        if let config = place["WriterConfig"], expect(.object, config) {
            check(config, against: .writerConfig)
            writer.outputType = choice("OutputType", of: config, among: ["JSON", "JSONL"])
            writer.transformation = choice(
                "Transformation", of: config, among: ["NONE", "COMPACT", "FLATTEN"])
        }
        return writer
    }
}
