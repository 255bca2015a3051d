import Scheduling

extension Bindings {
    /// Reads the text of a `maprun.yaml` that lies in `folder`.
    static func maprun(
        _ text: String, file: String, folder: String
    ) throws(BindingsError) -> Bindings {
        let yaml = YAMLReader(file: file, folder: folder)
        var bindings = Bindings()
        bindings.file = file
        if let root = yaml.parse(text) {
            let parts = yaml.members(
                root, of: "the file",
                allowed: [
                    "functions", "buckets", "activities", "endpoints", "connections",
                ])
            for part in parts["functions"].map({ yaml.members($0, of: "'functions'") }) ?? [] {
                let binding = FunctionEntry(part.name, yaml).binding(part.value)
                if let binding { bindings.checkPool(binding, part.value, yaml) }
                bindings.functions[part.name] = binding
            }
            for part in parts["buckets"].map({ yaml.members($0, of: "'buckets'") }) ?? [] {
                bindings.buckets[part.name] = yaml.path(part.value, "bucket '\(part.name)'")
            }
            for part in parts["activities"].map({ yaml.members($0, of: "'activities'") }) ?? [] {
                bindings.activities[part.name] = activity(part.name, part.value, yaml)
            }
            let http = HTTPEntries(yaml)
            for part in parts["endpoints"].map({ yaml.members($0, of: "'endpoints'") }) ?? [] {
                bindings.endpoints[part.name] = http.endpoint(part.name, part.value)
            }
            for part in parts["connections"].map({ yaml.members($0, of: "'connections'") }) ?? [] {
                bindings.connections[part.name] = http.connection(part.name, part.value)
            }
        }
        guard yaml.problems.isEmpty else { throw BindingsError(problems: yaml.problems) }
        return bindings
    }

    /// Functions of one pool can differ in their handlers only.
    private func checkPool(_ binding: FunctionBinding, _ node: YAMLNode, _ yaml: YAMLReader) {
        let others = functions.values.filter {
            $0.pool == binding.pool && $0.shared != binding.shared
        }
        guard let pool = binding.pool, let other = others.min(by: { $0.name < $1.name }) else {
            return
        }
        yaml.complain(
            "functions '\(binding.name)' and '\(other.name)' share the processes of pool '\(pool)' "
                + "and must have the same \(binding.differences(from: other).joined(separator: ", "))",
            at: node)
    }

    private static func activity(
        _ name: String, _ node: YAMLNode, _ yaml: YAMLReader
    ) -> FunctionBinding? {
        let what = "activity '\(name)'"
        let members = yaml.members(node, of: what, allowed: ["command", "directory"])
        guard members["command"] != nil else {
            yaml.complain("\(what) needs 'command'", at: node)
            return nil
        }
        return yaml.command(members["command"], "'command' of \(what)").map {
            var binding = FunctionBinding(
                name: name, work: .command($0),
                directory: yaml.path(members["directory"], "'directory' of \(what)")
                    ?? yaml.folder, concurrency: DispatchScheduler.coreCount)
            // What the state sets is the only limit.
            binding.timeout = YAMLReader.mostSeconds
            return binding
        }
    }
}
