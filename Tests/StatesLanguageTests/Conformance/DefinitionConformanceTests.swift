import JSON
import Testing

@testable import StatesLanguage

@Suite(
    .enabled(if: ConformanceCase.folder != nil, "MAPRUN_CONFORMANCE names no folder of cases"),
    .serialized)
struct DefinitionConformanceTests {
    /// Cases that are answered differently on purpose, each with its reason.
    static let known: [String: String] = [:]

    @Test func definitionsThatAWSAcceptedHaveNoErrors() {
        for one in ConformanceCase.all(kind: "execution") {
            let errors = StateMachine.decode(one.definition, options: one.options).errors
            #expect(errors.isEmpty, "\(one.id): \(errors.map(\.complaint))")
        }
    }

    @Test func definitionsThatAWSRefusedAreRefusedAtTheSamePlaces() {
        var tally = ConformanceTally()
        for one in ConformanceCase.all(kind: "validation") {
            let actual = one.answer
            tally.note(one, passed: one.agrees(with: actual), actual: actual)
        }
        tally.finish()
        #expect(tally.failures.filter { Self.known[$0] == nil } == [])
    }

    @Test func variableReferencesAreListedAsAWSListsThem() {
        var tally = ConformanceTally()
        for one in ConformanceCase.all(kind: "variable-references") {
            let references = StateMachine.decode(one.definition).machine?.variableReferences ?? [:]
            let members = references.map { name, variables in
                Member(Key(name), .array(variables.map { .string($0) }))
            }
            let actual: Value = ["variableReferences": .object(members)]
            let expected = one.value["expect"]?["variableReferences"]
            let isEqual = Self.sets(actual["variableReferences"]) == Self.sets(expected)
            tally.note(one, passed: isEqual, actual: actual)
        }
        tally.finish()
        #expect(tally.failures == [])
    }

    private static func sets(_ value: Value?) -> [String: Set<String>] {
        var sets: [String: Set<String>] = [:]
        for member in value?.object?.members ?? [] {
            sets[member.key.string] = Set((member.value.array?.elements ?? []).compactMap(\.string))
        }
        return sets
    }
}

extension ConformanceCase {
    var options: DecodingOptions {
        DecodingOptions(machineType: value["type"]?.string == "EXPRESS" ? .express : .standard)
    }

    /// What CreateStateMachine or ValidateStateMachineDefinition would say here.
    var answer: Value {
        if let input = value["input_text"]?.string, let cause = ExecutionInput.refusal(of: input) {
            return [
                "status": "REFUSED", "error": "InvalidExecutionInput", "cause": .string(cause),
            ]
        }
        let diagnostics = StateMachine.decode(definition, options: options).diagnostics
        guard let refusal = diagnostics.refusal else { return ["status": "VALID"] }
        if value["expect"]?["diagnostics"] != nil {
            return ["status": "INVALID", "diagnostics": .array(diagnostics.map(Self.describe))]
        }
        let problems = diagnostics.filter { $0.severity == .error }.map(\.complaint)
        return [
            "status": "INVALID", "error": "InvalidDefinition", "cause": .string(refusal),
            "problems": .array(problems.map { .string($0) }),
        ]
    }

    private static func describe(_ diagnostic: Diagnostic) -> Value {
        var members: Value = [
            "code": .string(diagnostic.code.rawValue), "message": .string(diagnostic.message),
            "severity": .string(diagnostic.severity.rawValue),
        ]
        guard let location = diagnostic.location, case .object(var object) = members else {
            return members
        }
        object["location"] = .string(location)
        members = .object(object)
        return members
    }

    func agrees(with actual: Value) -> Bool {
        guard let expected = value["expect"], expected["status"] == actual["status"] else {
            return false
        }
        return ["error", "cause", "problems", "diagnostics"].allSatisfy { name in
            expected[Key(name)] == nil || expected[Key(name)] == actual[Key(name)]
        }
    }
}

extension DefinitionConformanceTests {
    @Test func statesAreAcceptedAndRefusedAsTestStateDoes() {
        for one in ConformanceCase.all(kind: "test-state") {
            let isMachine = one.value["definition"]?["States"] != nil
            let result =
                isMachine
                ? StateMachine.decode(one.definition) : StateMachine.decodeState(one.definition)
            let cause = one.value["expect"]?["cause"]?.string ?? ""
            let isRefused = cause.hasPrefix("Invalid State Machine Definition")
            #expect(result.diagnostics.refusal == (isRefused ? cause : nil), "\(one.id)")
        }
    }
}
