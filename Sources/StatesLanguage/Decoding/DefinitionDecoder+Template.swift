import JSON
import JSONPath

extension DefinitionDecoder {
    /// A payload template or, in JSONata states, any JSON with expressions in it. A payload template
    /// that is an array is literal; one within an object is not.
    mutating func template(_ place: Place) -> Template {
        guard state.language == .jsonPath else { return expressions(place) }
        return place.kind == .array ? .literal(place.value) : payload(place)
    }

    /// A part of a template.
    mutating func templatePart(_ place: Place) -> Template {
        state.language == .jsonPath ? payload(place) : expressions(place)
    }

    /// A template that must be an object.
    mutating func objectTemplate(_ place: Place) -> Template? {
        expect(.object, place) ? template(place) : nil
    }

    private mutating func payload(_ place: Place) -> Template {
        switch place.kind {
        case .object: return payloadObject(place)
        case .array: return array(place.elements.map { payload($0) }, of: place)
        default: return .literal(place.value)
        }
    }

    private func array(_ elements: [Template], of place: Place) -> Template {
        elements.allSatisfy(\.isLiteral) ? .literal(place.value) : .array(elements)
    }

    /// AWS prints static members first, in order, then the others in the order of a HashMap.
    private mutating func payloadObject(_ place: Place) -> Template {
        var fixed: [TemplateMember] = []
        var dynamic: [TemplateMember] = []
        for (name, _, member) in place.members {
            if name.hasSuffix(".$") {
                guard let value = dynamicValue(name, member, in: place) else { continue }
                dynamic.append(TemplateMember(Key(String(name.dropLast(2))), value))
            } else {
                warnAboutMissingDollar(name, member)
                fixed.append(TemplateMember(Key(name), payload(member)))
            }
        }
        checkTwins(fixed, dynamic, in: place)
        if dynamic.isEmpty, fixed.allSatisfy(\.value.isLiteral) { return .literal(place.value) }
        let order = HashMapOrder.places(of: dynamic.map(\.key.string))
        return .object(fixed + order.map { dynamic[$0] })
    }

    /// `k` and `k.$` would make the same member.
    private mutating func checkTwins(
        _ fixed: [TemplateMember], _ dynamic: [TemplateMember], in place: Place
    ) {
        for member in dynamic where fixed.contains(where: { $0.key == member.key }) {
            refuse(
                "There should only be one of the following fields: "
                    + "[\(member.key), \(member.key).$]",
                at: place)
        }
    }

    /// The value of a member whose name ends in `.$`: a path or an intrinsic call.
    mutating func dynamicValue(_ name: String, _ member: Place, in object: Place) -> Template? {
        guard let text = member.value.string else {
            return refuseDynamic(name, member, in: object, why: "write a path in quotes")
        }
        if text.hasPrefix("$") {
            do {
                let path = try ValuePath(parsing: text)
                note(path, at: member)
                return .path(path, field: name)
            } catch {
                return refuseDynamic(
                    name, member, in: object, offset: error.offset, why: error.message)
            }
        }
        do {
            let call = try IntrinsicCall(parsing: text)
            for variable in call.variableNames { mention(variable, at: member) }
            return .intrinsic(call)
        } catch {
            return refuseDynamic(
                name, member, in: object, offset: error.offset, why: error.message)
        }
    }

    private mutating func refuseDynamic(
        _ name: String, _ member: Place, in object: Place, offset: Int = 0, why: String
    ) -> Template? {
        report(
            .schema,
            "The value for the field '\(name)' must be a valid JSONPath or a valid intrinsic "
                + "function call",
            at: object, offset: member.offset(of: offset), suggestion: why)
        return nil
    }

    private mutating func expressions(_ place: Place) -> Template {
        switch place.kind {
        case .object:
            let members = place.members.map { name, _, member in
                warnAboutDollar(name, member)
                return TemplateMember(Key(name), expressions(member))
            }
            if members.allSatisfy(\.value.isLiteral) { return .literal(place.value) }
            return .object(members)
        case .array: return array(place.elements.map { expressions($0) }, of: place)
        case .string:
            guard place.isExpression else {
                refuseHalf(place)
                return .literal(place.value)
            }
            return expression(place).map { .expression($0) } ?? .literal(.null)
        default: return .literal(place.value)
        }
    }
}

extension DefinitionDecoder {
    /// A path in a member without `.$` is a text; probably it was not meant so.
    private mutating func warnAboutMissingDollar(_ name: String, _ place: Place) {
        guard let text = place.value.string else { return }
        if place.isExpression {
            warn(
                .noEffect, "The expression is a plain text in a JSONPath state", at: place,
                suggestion: "set QueryLanguage to JSONata")
        }
        guard Self.looksDynamic(text) else { return }
        warn(
            .noDollar, "Field '\(name)' has a value that looks like a path or intrinsic function",
            at: place, suggestion: "did you mean '\(name).$'?")
    }

    /// `k.$` is a name like any other in a JSONata state.
    private mutating func warnAboutDollar(_ name: String, _ place: Place) {
        guard name.hasSuffix(".$"), place.value.string?.hasPrefix("$") == true else { return }
        warn(
            .noEffect, "The path of field '\(name)' is a plain text in a JSONata state", at: place,
            suggestion: "write '\(name.dropLast(2))' with an expression")
    }

    /// Warns of all texts in a literal that look like paths.
    mutating func warnAboutPaths(in place: Place, code: DiagnosticCode) {
        switch place.kind {
        case .string:
            guard let text = place.value.string, Self.looksDynamic(text) else { return }
            warn(code, "The value is taken literally, no path in it is evaluated", at: place)
        case .object: for (_, _, member) in place.members { warnAboutPaths(in: member, code: code) }
        case .array: for element in place.elements { warnAboutPaths(in: element, code: code) }
        default: return
        }
    }

    static func looksDynamic(_ text: String) -> Bool {
        text.hasPrefix("$.") || text.hasPrefix("$$.") || text.hasPrefix("$[")
            || (text.hasPrefix("States.") && text.hasSuffix(")"))
    }
}
