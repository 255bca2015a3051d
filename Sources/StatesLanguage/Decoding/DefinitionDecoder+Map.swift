import JSON

extension DefinitionDecoder {
    mutating func decodeMap(_ place: Place) -> State.Action? {
        require(oneAloneOf: ["ItemProcessor", "Iterator"], in: place)
        let processor = place["ItemProcessor"] ?? place["Iterator"]
        let executionType = processor.flatMap { processorType($0) }
        let workflow = processor.flatMap {
            decodeNested(
                $0, table: .processor, isExpress: executionType.map { $0 == .express },
                isDistributed: executionType != nil)
        }
        let (items, itemsTemplate) = decodeItems(of: place)
        let maxConcurrency = integerSetting("MaxConcurrency", of: place, 0...Int.max)
        let selector = (place["ItemSelector"] ?? jsonPathMember("Parameters", of: place))
            .map { template($0) }
        let distribution = executionType.map { decodeDistribution(of: place, $0) }
        if executionType == nil, processor != nil { refuseDistributedFields(of: place) }
        guard let workflow else { return nil }
        var map = MapAction(processor: workflow)
        (map.items, map.itemsTemplate) = (items, itemsTemplate)
        map.maxConcurrency = maxConcurrency
        map.itemSelector = selector
        map.distribution = distribution
        return .map(map)
    }

    func jsonPathMember(_ name: String, of place: Place) -> Place? {
        state.language == .jsonPath ? place[name] : nil
    }

    /// The type of the child executions of a distributed Map; nil for an inline one.
    private mutating func processorType(_ place: Place) -> MapAction.ExecutionType? {
        guard let config = place["ProcessorConfig"], expect(.object, config) else { return nil }
        check(config, against: .processorConfig)
        let mode = choice("Mode", of: config, among: ["INLINE", "DISTRIBUTED"])
        let type = choice("ExecutionType", of: config, among: ["STANDARD", "EXPRESS"])
        if mode == "INLINE", config["ExecutionType"] != nil {
            refuse("Field 'ExecutionType' is not supported", at: config)
        }
        guard mode == "DISTRIBUTED", let place = config["Mode"] else { return nil }
        if frame.isExpress {
            refuse(
                "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state "
                    + "machines", at: place)
        }
        if config["ExecutionType"] == nil {
            refuse("These fields are required: [ExecutionType]", at: config)
        }
        return type.flatMap(MapAction.ExecutionType.init(rawValue:)) ?? .standard
    }

    /// AWS accepts tolerance in an inline Map, where it has no effect.
    private mutating func refuseDistributedFields(of place: Place) {
        let names = FieldTable.distributedOnly
        for (name, _, member) in place.members where names.contains(name) {
            let hint = "set ProcessorConfig.Mode to DISTRIBUTED or remove it"
            if ["ItemReader", "ItemBatcher", "ResultWriter"].contains(name) {
                refuse("Field '\(name)' is not supported", at: place, suggestion: hint)
            } else {
                warn(
                    .noEffect, "Field '\(name)' has no effect in an inline Map", at: member,
                    suggestion: hint)
            }
        }
    }

    /// `ItemsPath`, or `Items` as an expression or as an array with expressions in it.
    private mutating func decodeItems(of place: Place) -> (Setting?, Template?) {
        guard state.language == .jsonata else {
            let items = place["ItemsPath"].flatMap { path($0, isReference: true) }
            return ((items ?? ValuePath.input).map { .path($0) }, nil)
        }
        guard let items = place["Items"] else { return (nil, nil) }
        if items.kind == .array { return (nil, template(items)) }
        if items.isExpression { return (expressionSetting(items), nil) }
        let mode = (place["ItemProcessor"] ?? place["Iterator"])?["ProcessorConfig"]?["Mode"]
        if items.kind == .object, mode?.value == "DISTRIBUTED" { return (nil, template(items)) }
        refuse(
            "The field 'Items' must be an array or a JSONata expression", at: items,
            suggestion: "write \"{% … %}\"")
        return (nil, nil)
    }
}
