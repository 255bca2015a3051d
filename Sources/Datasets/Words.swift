/// A name as people write it, and as it stands in a mail address.
struct Name: Sendable {
    var text: StaticString
    var address: StaticString

    init(_ text: StaticString, _ address: StaticString) {
        self.text = text
        self.address = address
    }
}

/// A text as a CSV field and as a JSON string, both with the quotes they need.
struct Phrase: Sendable {
    var csv: StaticString
    var json: StaticString

    init(_ csv: StaticString, json: StaticString) {
        self.csv = csv
        self.json = json
    }
}

/// The words that rows are made of.
enum Words {
    static let firstNames: [Name] = [
        Name("Olivia", "olivia"), Name("Liam", "liam"), Name("Emma", "emma"),
        Name("Noah", "noah"), Name("Sofia", "sofia"), Name("Mateo", "mateo"),
        Name("Ava", "ava"), Name("Ethan", "ethan"), Name("Mia", "mia"), Name("Lucas", "lucas"),
        Name("Chloe", "chloe"), Name("Henry", "henry"), Name("Grace", "grace"),
        Name("Daniel", "daniel"), Name("Nora", "nora"), Name("Jacob", "jacob"),
        Name("Emily", "emily"), Name("Samuel", "samuel"), Name("Ruby", "ruby"),
        Name("Oscar", "oscar"), Name("Alice", "alice"), Name("Theo", "theo"),
        Name("Hannah", "hannah"), Name("Felix", "felix"), Name("Maya", "maya"),
        Name("Leo", "leo"), Name("Zoë", "zoe"), Name("Björn", "bjoern"),
        Name("Chloé", "chloe"), Name("Łukasz", "lukasz"), Name("丽", "li"), Name("伟", "wei"),
    ]

    static let lastNames: [Name] = [
        Name("Johnson", "johnson"), Name("Garcia", "garcia"), Name("Smith", "smith"),
        Name("Brown", "brown"), Name("Davis", "davis"), Name("Wilson", "wilson"),
        Name("Moore", "moore"), Name("Clark", "clark"), Name("Hall", "hall"),
        Name("Allen", "allen"), Name("Young", "young"), Name("King", "king"),
        Name("Wright", "wright"), Name("Lopez", "lopez"), Name("Hill", "hill"),
        Name("Green", "green"), Name("Adams", "adams"), Name("Baker", "baker"),
        Name("Nelson", "nelson"), Name("Carter", "carter"), Name("Mitchell", "mitchell"),
        Name("Roberts", "roberts"), Name("Turner", "turner"), Name("Phillips", "phillips"),
        Name("Campbell", "campbell"), Name("Parker", "parker"), Name("Evans", "evans"),
        Name("Edwards", "edwards"), Name("Müller", "mueller"), Name("Núñez", "nunez"),
        Name("O'Brien", "obrien"), Name("王", "wang"),
    ]

    static let days: [StaticString] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
    static let languages: [StaticString] = ["en", "en", "en", "en", "en", "de", "es", "zh"]
    static let sources: [StaticString] = ["web", "web", "web", "web", "web", "web", "desk", "post"]

    static let countries: [StaticString] = ["DE", "FR", "GB", "IT", "NL", "PL", "ES", "US"]
    static let segments: [StaticString] = ["private", "private", "private", "business", "public"]
    static let currencies: [StaticString] = ["EUR", "EUR", "EUR", "EUR", "GBP", "USD"]
    static let products: [StaticString] = [
        "chair", "table", "lamp", "shelf", "desk", "sofa", "carpet", "mirror", "clock", "vase",
    ]

    static let instructions: [Phrase] = [
        Phrase("vegetarian", json: #""vegetarian""#),
        Phrase("nap after lunch", json: #""nap after lunch""#),
        Phrase("allergic to nuts", json: #""allergic to nuts""#),
        Phrase("speaks 中文 🙂", json: #""speaks 中文 🙂""#),
        Phrase(
            #""grandmother picks up, Tuesdays only""#,
            json: #""grandmother picks up, Tuesdays only""#),
        Phrase(#""likes to be called ""Lu""""#, json: #""likes to be called \"Lu\"""#),
        Phrase("\"first line\nsecond line\"", json: #""first line\nsecond line""#),
    ]

    static let impossibleDates: [StaticString] = [
        "2023-02-30", "2023-13-01", "not a date", "2023-5-7", "", "31.12.2022",
    ]
}
