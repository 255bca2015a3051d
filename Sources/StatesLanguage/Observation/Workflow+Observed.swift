import JSON

extension Workflow {
    /// The same workflow, telling `observer` of the expressions of its states as they are
    /// evaluated: also of those in branches and inline Maps, but not of the children of
    /// distributed Maps, which are executions of their own: those, and the Map's ItemSelector, are
    /// told to what `children` gives for the Map's name.
    package func observed(
        by observer: any EvaluationObserver,
        children: (String) -> (any EvaluationObserver)? = { _ in nil }
    ) -> Workflow {
        Workflow(
            states: states.map {
                $0.observed(by: observer, children: children)
            },
            startAt: startAt, timeoutSeconds: timeoutSeconds, queryLanguage: queryLanguage,
            comment: comment)
    }
}

extension State {
    fileprivate func observed(
        by observer: any EvaluationObserver,
        children: (String) -> (any EvaluationObserver)?
    ) -> State {
        var state = self
        let arguments = queryLanguage == .jsonata ? "Arguments" : "Parameters"
        state.parameters = parameters?.observed(arguments, by: observer)
        state.resultSelector = resultSelector?.observed("ResultSelector", by: observer)
        state.assign = assign.observed("Assign", by: observer)
        state.output = output?.observed("Output", by: observer)
        state.catchers = catchers.enumerated().map {
            $0.element.observed("Catch[\($0.offset)]", by: observer)
        }
        switch action {
        case .task(var task):
            task.credentials = task.credentials?.observed("Credentials", by: observer)
            state.action = .task(task)
        case .choice(let choice): state.action = .choice(choice.observed(by: observer))
        case .parallel(let branches):
            state.action = .parallel(
                branches.map {
                    $0.observed(by: observer, children: children)
                })
        case .map(let map):
            state.action = .map(
                map.observed(name.string, by: observer, children: children))
        case .pass, .wait, .succeed, .fail: break
        }
        return state
    }
}

extension Catcher {
    fileprivate func observed(_ field: String, by observer: any EvaluationObserver) -> Catcher {
        var catcher = self
        catcher.assign = assign.observed("\(field).Assign", by: observer)
        catcher.output = output?.observed("\(field).Output", by: observer)
        return catcher
    }
}

extension ChoiceAction {
    fileprivate func observed(by observer: any EvaluationObserver) -> ChoiceAction {
        let rules = rules.enumerated().map { place, rule in
            let field = "Choices[\(place)]"
            return Rule(
                condition: rule.condition.observed(field, by: observer), next: rule.next,
                assign: rule.assign.observed("\(field).Assign", by: observer),
                output: rule.output?.observed("\(field).Output", by: observer))
        }
        return ChoiceAction(rules: rules, defaultNext: defaultNext)
    }
}

extension MapAction {
    fileprivate func observed(
        _ name: String, by observer: any EvaluationObserver,
        children: (String) -> (any EvaluationObserver)?
    ) -> MapAction {
        var map = self
        map.itemsTemplate = itemsTemplate?.observed("Items", by: observer)
        guard distribution != nil else {
            map.itemSelector = itemSelector?.observed("ItemSelector", by: observer)
            map.processor = processor.observed(by: observer, children: children)
            return map
        }
        map.distribution = distribution?.observed(by: observer)
        if let observer = children(name) {
            map.itemSelector = itemSelector?.observed("ItemSelector", by: observer)
            map.processor = processor.observed(by: observer)
        }
        return map
    }
}

extension MapAction.Distribution {
    fileprivate func observed(by observer: any EvaluationObserver) -> MapAction.Distribution {
        var distribution = self
        distribution.reader?.parameters = reader?.parameters?.observed(
            "ItemReader.Parameters", by: observer)
        distribution.batcher?.batchInput = batcher?.batchInput?.observed(
            "ItemBatcher.BatchInput", by: observer)
        distribution.writer?.parameters = writer?.parameters?.observed(
            "ResultWriter.Parameters", by: observer)
        return distribution
    }
}
