import StatesLanguage

/// Any text as a definition gives a machine or errors, but not both.
func checkDefinition(_ bytes: [UInt8]) -> CInt {
    let result = StateMachine.decode(String(decoding: bytes, as: UTF8.self))
    precondition((result.machine == nil) == !result.errors.isEmpty)
    precondition(result.diagnostics.allSatisfy { $0.offset <= bytes.count * 3 })
    return 0
}
