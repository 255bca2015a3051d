import Glibc
import Yams

extension Bindings {
    /// Reads the functions of a SAM template that lies in `folder`.
    static func template(
        _ text: String, file: String, folder: String
    ) throws(BindingsError) -> Bindings {
        let yaml = YAMLReader(file: file, folder: folder)
        var bindings = Bindings()
        bindings.file = file
        if let root = yaml.parse(text), let resources = root["Resources"] {
            let globals = root["Globals"]?["Function"]
            for (logicalId, _, node) in yaml.members(resources, of: "'Resources'")
            where node["Type"]?.string == "AWS::Serverless::Function" {
                let function = TemplateFunction(
                    logicalId: logicalId, own: node["Properties"], globals: globals, yaml: yaml)
                guard let binding = function.binding(at: node) else { continue }
                bindings.functions[logicalId] = binding
                bindings.functions[binding.name] = binding
                bindings.warnings += function.warnings()
            }
        }
        guard yaml.problems.isEmpty else { throw BindingsError(problems: yaml.problems) }
        return bindings
    }
}

/// One `AWS::Serverless::Function` of a template, with what `Globals` says for all.
struct TemplateFunction {
    let logicalId: String
    let own: YAMLNode?
    let globals: YAMLNode?
    let yaml: YAMLReader

    /// SAM's own default.
    private static let timeout = 3.0

    private func property(_ name: String) -> YAMLNode? { own?[name] ?? globals?[name] }

    func binding(at node: YAMLNode) -> FunctionBinding? {
        let runtime = property("Runtime")?.string ?? ""
        let handler = property("Handler")?.string ?? ""
        let work: FunctionBinding.Work
        if runtime.hasPrefix("provided") {
            work = .runtimeAPI(program: ["./bootstrap"], handler: handler)
        } else if let interpreter = FunctionEntry.interpreter(runtime) {
            work = .python(handler: handler, interpreter: interpreter)
        } else {
            yaml.complain(
                "runtime '\(runtime)' of function '\(logicalId)' is not built in; bind the function "
                    + "in a maprun.yaml beside the template", at: property("Runtime") ?? node)
            return nil
        }
        var binding = FunctionBinding(
            name: plain(property("FunctionName")) ?? logicalId, work: work,
            directory: yaml.resolve(trimmed(plain(property("CodeUri")) ?? ".")),
            concurrency: sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        binding.timeout = property("Timeout")?.float ?? Self.timeout
        binding.memory = property("MemorySize")?.int ?? binding.memory
        for (name, value) in variables() { binding.environment[name] = plain(value) }
        return binding
    }

    /// Variables whose value only CloudFormation knows.
    func warnings() -> [BindingProblem] {
        variables().filter { plain($0.1) == nil }.map { name, value in
            yaml.problem(
                "variable '\(name)' of function '\(logicalId)' has a value that only "
                    + "CloudFormation knows; it is not set here", at: value)
        }
    }

    private func variables() -> [(String, YAMLNode)] {
        [globals, own].compactMap { $0?["Environment"]?["Variables"]?.mapping }.flatMap { $0 }
            .compactMap { key, value in key.string.map { ($0, value) } }
    }

    /// A text without an intrinsic function like `!Ref`.
    private func plain(_ node: YAMLNode?) -> String? {
        guard case .scalar(let scalar) = node else { return nil }
        return scalar.tag.description.hasPrefix("!") ? nil : scalar.string
    }

    private func trimmed(_ path: String) -> String {
        path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
