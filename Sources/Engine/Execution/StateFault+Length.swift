import StatesLanguage

/// AWS keeps so much of how an execution or one of its steps failed. What a catcher sees is whole.
extension StateFault {
    /// The error's name, no longer than AWS has it.
    var shortError: String? { error?.beginning(256) }

    /// The cause, no longer than AWS has it.
    var shortCause: String? { cause?.beginning(32_768) }
}

extension String {
    /// The beginning, of at the most so many characters as AWS counts them: units of UTF-16.
    func beginning(_ length: Int) -> String {
        guard utf8.count > length, utf16.count > length else { return self }
        let end = utf16.index(startIndex, offsetBy: length)
        // No half of a pair is left.
        let isWhole = end.samePosition(in: unicodeScalars) != nil
        return String(self[..<(isWhole ? end : utf16.index(before: end))])
    }
}
