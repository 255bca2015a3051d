/// The rules for names of workflow variables.
enum VariableName {
    /// A Unicode identifier: a letter, then letters, digits and marks.
    static func isValid(_ name: some StringProtocol) -> Bool {
        guard let first = name.unicodeScalars.first, isStart(first) else { return false }
        return name.unicodeScalars.dropFirst().allSatisfy { isStart($0) || isContinue($0) }
    }

    private static func isStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isIDStart || scalar == "_"
    }

    private static func isContinue(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isIDContinue
    }

    /// The longest name that AWS accepts.
    static let maximumLength = 80
}
