import Glibc

/// One entry of `functions:` in `maprun.yaml`.
struct FunctionEntry {
    private let name: String
    private let yaml: YAMLReader

    static let keys = [
        "handler", "runtime", "runtimeApi", "bootstrap", "pool", "command", "mode", "depth",
        "envelope", "directory", "environment", "timeout", "concurrency", "memory", "grace",
    ]

    init(_ name: String, _ yaml: YAMLReader) {
        self.name = name
        self.yaml = yaml
    }

    /// The binding, or nil when a problem makes one impossible.
    func binding(_ node: YAMLNode) -> FunctionBinding? {
        let members = yaml.members(node, of: "function '\(name)'", allowed: Self.keys)
        if members.isEmpty && node.mapping == nil && node.null == nil { return nil }
        checkCombination(members, at: node)
        let work = work(members, at: node)
        // Also without work, so that all that is wrong is told at once.
        let directory = yaml.path(members["directory"], what("directory"))
        let concurrency = yaml.integer(members["concurrency"], what("concurrency"))
        let hasEnvelope = yaml.flag(members["envelope"], what("envelope"))
        let variables = environment(members["environment"])
        let timeout = yaml.seconds(members["timeout"], what("timeout"), atLeast: 0.001)
        let memory = yaml.integer(members["memory"], what("memory"))
        let grace = yaml.seconds(members["grace"], what("grace"), atLeast: 0)
        let pool = pool(members["pool"], work)
        guard let work else { return nil }
        var binding = FunctionBinding(
            name: FunctionReference(name)?.name ?? name, work: work,
            directory: directory ?? yaml.folder,
            concurrency: concurrency ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if case .python = work { binding.depth = yaml.integer(members["depth"], what("depth")) }
        binding.pool = pool
        binding.hasEnvelope = hasEnvelope ?? false
        binding.environment = variables
        binding.timeout = timeout ?? binding.timeout
        binding.memory = memory ?? binding.memory
        binding.grace = grace ?? binding.grace
        return binding
    }

    private func what(_ key: String) -> String { "'\(key)' of function '\(name)'" }

    private func checkCombination(_ members: [String: YAMLNode], at node: YAMLNode) {
        let exclusive = [
            ("command", "handler"), ("command", "runtime"), ("command", "bootstrap"),
            ("command", "runtimeApi"),
        ]
        for (one, other) in exclusive where members[one] != nil {
            guard let extra = members[other] else { continue }
            yaml.complain("function '\(name)' has both '\(one)' and '\(other)'", at: extra)
        }
        if members["command"] == nil {
            for key in ["mode", "envelope"] {
                guard let extra = members[key] else { continue }
                yaml.complain("\(what(key)) goes only with 'command'", at: extra)
            }
        }
    }

    private func work(_ members: [String: YAMLNode], at node: YAMLNode) -> FunctionBinding.Work? {
        if members["command"] != nil { return command(members) }
        let handler = yaml.text(members["handler"], what("handler"))
        let runtime = yaml.text(members["runtime"], what("runtime")) ?? "python3"
        if let depth = members["depth"],
            members["bootstrap"] != nil || members["runtimeApi"] != nil
                || runtime.hasPrefix("provided")
        {
            yaml.complain(
                "\(what("depth")) goes only with a Python handler or 'mode: lines'; a function that "
                    + "asks for its events gets one at a time", at: depth)
        }
        if let program = yaml.command(members["bootstrap"], what("bootstrap")) {
            return .runtimeAPI(program: program, handler: handler ?? "")
        }
        if runtime.hasPrefix("provided") {
            return .runtimeAPI(program: ["./bootstrap"], handler: handler ?? "")
        }
        guard let interpreter = FunctionEntry.interpreter(runtime) else {
            yaml.complain(
                "runtime '\(runtime)' of function '\(name)' is not built in; give its runtime "
                    + "interface client as 'bootstrap: [program, arguments…]'",
                at: members["runtime"] ?? node)
            return nil
        }
        guard let handler else {
            if members["handler"] != nil { return nil }
            yaml.complain("function '\(name)' needs 'handler', 'bootstrap' or 'command'", at: node)
            return nil
        }
        if yaml.flag(members["runtimeApi"], what("runtimeApi")) == true {
            return .runtimeAPI(
                program: [interpreter, "-m", "awslambdaric", handler], handler: handler)
        }
        return .python(handler: handler, interpreter: interpreter)
    }

    /// The Python that a runtime's name or path means.
    static func interpreter(_ runtime: String) -> String? {
        if runtime.contains("/") { return runtime }
        return runtime.hasPrefix("python") ? runtime : nil
    }

    private func command(_ members: [String: YAMLNode]) -> FunctionBinding.Work? {
        let mode = yaml.text(members["mode"], what("mode")) ?? "item"
        let depth = yaml.integer(members["depth"], what("depth"))
        for key in ["depth", "envelope"] where mode != "lines" {
            guard let node = members[key] else { continue }
            yaml.complain("\(what(key)) does not go with 'mode: item'", at: node)
        }
        guard let command = yaml.command(members["command"], what("command")) else { return nil }
        switch mode {
        case "item": return .command(command)
        case "lines": return .lines(command, depth: depth ?? FunctionBinding.defaultDepth)
        default:
            if let node = members["mode"] {
                yaml.complain("\(what("mode")) is 'item' or 'lines', not '\(mode)'", at: node)
            }
            return nil
        }
    }

    private func pool(_ node: YAMLNode?, _ work: FunctionBinding.Work?) -> String? {
        guard let node, let name = yaml.text(node, what("pool")), let work else { return nil }
        guard case .python = work else {
            yaml.complain("\(what("pool")) goes only with a Python handler", at: node)
            return nil
        }
        if name.allSatisfy(\.isWhitespace) {
            yaml.complain("\(what("pool")) must be a name", at: node)
        }
        return name
    }

    private func environment(_ node: YAMLNode?) -> [String: String] {
        guard let node else { return [:] }
        var variables: [String: String] = [:]
        for (variable, _, value) in yaml.members(node, of: what("environment")) {
            let what = "variable '\(variable)' of function '\(name)'"
            if value.isNothing {
                yaml.complain("\(what) has no value; write '' for an empty one", at: value)
            } else {
                variables[variable] = yaml.word(value, what)
            }
        }
        return variables
    }
}
