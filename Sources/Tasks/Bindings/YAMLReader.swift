import JSON
import Yams

typealias YAMLNode = Yams.Node

/// Reads values of a YAML file and collects what is wrong with them.
final class YAMLReader {
    let file: String
    let folder: String
    private(set) var problems: [BindingProblem] = []

    /// A reader for a file in `folder`, which relative paths are relative to.
    init(file: String, folder: String) {
        self.file = file
        self.folder = folder
    }

    /// The document, or nil with a problem.
    func parse(_ text: String) -> YAMLNode? {
        do {
            return try Yams.compose(yaml: text) ?? YAMLNode([(YAMLNode, YAMLNode)]())
        } catch {
            problems.append(explain(error))
            return nil
        }
    }

    func complain(_ message: String, at node: YAMLNode) {
        problems.append(problem(message, at: node))
    }

    func problem(_ message: String, at node: YAMLNode) -> BindingProblem {
        BindingProblem(
            file: file, position: node.mark.map { Position(line: $0.line, column: $0.column) },
            message: message)
    }

    /// The members of a mapping with those that `<<` merges into it; keys must be texts.
    func members(_ node: YAMLNode, of what: String) -> [(
        name: String, key: YAMLNode, value: YAMLNode
    )] {
        guard case .mapping(let mapping) = node else {
            if case .scalar(let scalar) = node, scalar.string.isEmpty { return [] }
            complain("\(what) must be a mapping", at: node)
            return []
        }
        var found: [(name: String, key: YAMLNode, value: YAMLNode)] = []
        for (key, value) in mapping where key.string == "<<" {
            for merged in value.sequence.map(Array.init) ?? [value] {
                found += members(merged, of: what).filter { new in
                    !found.contains { $0.name == new.name }
                }
            }
        }
        for (key, value) in mapping where key.string != "<<" {
            guard let name = key.string else {
                complain("a key of \(what) must be a text", at: key)
                continue
            }
            found.removeAll { $0.name == name }
            found.append((name, key, value))
        }
        return found
    }

    /// The members by name; others than `allowed` are problems.
    func members(
        _ node: YAMLNode, of what: String, allowed: [String]
    ) -> [String: YAMLNode] {
        var found: [String: YAMLNode] = [:]
        for member in members(node, of: what) {
            if allowed.contains(member.name) {
                found[member.name] = member.value
            } else {
                complain(
                    "unknown key '\(member.name)' of \(what); known are "
                        + allowed.joined(separator: ", "), at: member.key)
            }
        }
        return found
    }

    func text(_ node: YAMLNode?, _ what: String) -> String? {
        guard let node, case .scalar = node, node.isOtherThanText else { return word(node, what) }
        complain("\(what) must be a text; write it in quotes if it is one", at: node)
        return nil
    }

    /// A text, or a number or flag as it is written.
    func word(_ node: YAMLNode?, _ what: String) -> String? {
        guard let node else { return nil }
        if case .scalar(let scalar) = node { return scalar.string }
        complain("\(what) must be a text", at: node)
        return nil
    }

    /// As many as the language lets a state wait.
    static let mostSeconds = 99_999_999.0

    func seconds(_ node: YAMLNode?, _ what: String, atLeast least: Double) -> Double? {
        guard let node else { return nil }
        if let number = node.float, number >= least {
            if number <= Self.mostSeconds { return number }
            complain("\(what) must be at most \(Int(Self.mostSeconds)) seconds", at: node)
            return nil
        }
        let limit = least == least.rounded() ? "\(Int(least))" : "\(least)"
        complain("\(what) must be a number of at least \(limit)", at: node)
        return nil
    }

    func integer(_ node: YAMLNode?, _ what: String) -> Int? {
        guard let node else { return nil }
        if let number = node.int, number >= 1 { return number }
        complain("\(what) must be a whole number of at least 1", at: node)
        return nil
    }

    func flag(_ node: YAMLNode?, _ what: String) -> Bool? {
        guard let node else { return nil }
        if let flag = node.bool { return flag }
        complain("\(what) must be true or false", at: node)
        return nil
    }

    /// A program with its arguments; a single text goes to the shell.
    func command(_ node: YAMLNode?, _ what: String) -> [String]? {
        guard let node else { return nil }
        if case .scalar(let scalar) = node, !scalar.string.isEmpty {
            return ["sh", "-c", scalar.string]
        }
        let words = node.sequence?.map { $0.scalar?.string } ?? []
        guard let program = words.first, program?.isEmpty == false, !words.contains(nil) else {
            complain("\(what) must be a list of texts: the program and its arguments", at: node)
            return nil
        }
        return words.compactMap { $0 }
    }

    /// A path made absolute.
    func path(_ node: YAMLNode?, _ what: String) -> String? {
        text(node, what).map { resolve($0) }
    }

    func resolve(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        return path == "." || path.isEmpty ? folder : "\(folder)/\(path)"
    }

    private func explain(_ error: any Error) -> BindingProblem {
        switch error {
        case YamlError.scanner(_, let problem, let mark, _),
            YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            BindingProblem(
                file: file, position: Position(line: mark.line, column: mark.column),
                message: "not valid YAML: \(problem)")
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            BindingProblem(
                file: file,
                position: Position(
                    line: context.mark.line, column: context.mark.column),
                message: "key '\(duplicates.map(\.description).joined(separator: "', '"))' "
                    + "is written twice")
        default: BindingProblem(file: file, position: nil, message: "not valid YAML: \(error)")
        }
    }
}

extension YAMLNode {
    /// Whether no value is there; `''` in quotes is a text.
    var isNothing: Bool { Tag.Name(rawValue: tag.description) == .null }

    /// Whether it is a number, a flag or nothing, as a plain `5` is; `'5'` in quotes is a text.
    fileprivate var isOtherThanText: Bool {
        let kinds: [Tag.Name] = [.int, .float, .bool, .null]
        return kinds.contains(Tag.Name(rawValue: tag.description))
    }
}
