import Testing

@testable import StatesLanguage

@Suite struct SuggestionTests {
    @Test(arguments: [["Ab", "Ac", "Ad"], ["Ad", "Ab", "Ac"], ["Ac", "Ad", "Ab"]])
    func ofNamesEquallyNearTheFirstIsMeant(_ names: [String]) {
        #expect(Suggestion.nearest(to: "Ax", among: names) == "did you mean 'Ab'?")
        #expect(Suggestion.nearest(to: "Ac", among: names) == "did you mean 'Ac'?")
        #expect(Suggestion.nearest(to: "Other", among: names) == nil)
    }
}
