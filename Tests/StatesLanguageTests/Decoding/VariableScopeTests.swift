import JSON
import Testing

@testable import StatesLanguage

@Suite struct VariableScopeTests {
    /// A machine whose state `Outer` runs the states `inner` in the way that `kind` says.
    private func complaints(
        _ kind: String, before: String, inner: String, after: String = ""
    ) -> [String] {
        let states = #"{"StartAt":"I","States":{"I":{"Type":"Pass",\#(inner),"End":true}}"#
        let body =
            switch kind {
            case "parallel": #""Type":"Parallel","Branches":[\#(states)}]"#
            case "inline": #""Type":"Map","ItemProcessor":\#(states)}"#
            default:
                #""Type":"Map","ItemProcessor":\#(states),"ProcessorConfig":"#
                    + #"{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"}}"#
            }
        let definition = #"""
            {"StartAt":"Before","States":{"Before":{"Type":"Pass",\#(before)"Next":"Outer"},
            "Outer":{\#(body),"Next":"After"},"After":{"Type":"Pass",\#(after)"End":true}}}
            """#
        return StateMachine.decode(definition).diagnostics.map {
            "\($0.code.rawValue): \($0.message)"
        }
    }

    private static let assignedOutside =
        "SCHEMA_VALIDATION_FAILED: Variable 'x' is already assigned in an outer scope"
    private static let unused = "UNUSED_VARIABLE: Variable 'x' is assigned but never used"

    @Test(arguments: ["parallel", "inline"])
    func innerScopesReadOuterVariables(_ kind: String) {
        #expect(
            complaints(kind, before: #""Assign":{"x":1},"#, inner: #""OutputPath":"$x""#) == [])
    }

    @Test(arguments: ["parallel", "inline"])
    func innerScopesCannotAssignWhatIsSetOutside(_ kind: String) {
        #expect(
            complaints(kind, before: #""Assign":{"x":1},"#, inner: #""Assign":{"x":2}"#)
                == [Self.unused, Self.unused, Self.assignedOutside])
    }

    @Test func namesMayBeUsedAgainAfterwards() {
        let found = complaints(
            "parallel", before: "", inner: #""Assign":{"x":2}"#, after: #""Assign":{"x":2},"#)
        #expect(found == [Self.unused, Self.unused])
    }

    @Test func distributedChildrenSeeNothingFromOutside() {
        #expect(
            complaints("distributed", before: #""Assign":{"x":1},"#, inner: #""OutputPath":"$x""#)
                == [
                    "SCHEMA_VALIDATION_FAILED: Variable 'x' of an outer scope cannot be used in a"
                        + " distributed Map"
                ])
        #expect(
            complaints("distributed", before: #""Assign":{"x":1},"#, inner: #""Assign":{"x":1}"#)
                == [Self.unused, Self.unused])
    }

    @Test func innerVariablesAreGoneOutside() {
        #expect(
            complaints(
                "inline", before: "", inner: #""Assign":{"x":1}"#, after: #""OutputPath":"$x","#)
                == [Self.unused, "UNKNOWN_VARIABLE: Variable 'x' is never assigned"])
    }
}
