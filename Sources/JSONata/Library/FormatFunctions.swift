extension Library {
    static let formatFunctions: [LibraryFunction] = []
    static let dateFunctions: [LibraryFunction] = []
}
