import Glibc

extension Bindings {
    /// What would keep these functions from running here, found before anything runs: no binding,
    /// no handler file, no program or one that cannot be executed.
    ///
    /// `functions` are names or ARNs as definitions have them.
    public func check(functions names: [String]) -> [BindingProblem] {
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }.flatMap { name in
            guard let reference = FunctionReference(name) else {
                return [problem("'\(name)' is not the name or ARN of a Lambda function")]
            }
            guard let binding = function(for: reference) else {
                return [
                    problem(
                        "function '\(reference.name)' is bound to nothing; add it under "
                            + "'functions' in \(file ?? "a maprun.yaml beside the definition")")
                ]
            }
            return binding.problems.map { problem("function '\(reference.name)': \($0)") }
        }
    }

    /// The same for activities, by ARN.
    public func check(activities arns: [String]) -> [BindingProblem] {
        Set(arns).sorted().flatMap { arn in
            let name = Self.name(ofActivity: arn)
            guard let binding = activity(arn) else {
                return [
                    problem(
                        "activity '\(name)' is bound to nothing; add it under 'activities' in "
                            + (file ?? "a maprun.yaml beside the definition"))
                ]
            }
            return binding.problems.map { problem("activity '\(name)': \($0)") }
        }
    }

    /// What would keep calls with these connections, by name or ARN, from being made: no binding,
    /// or a variable that is not set.
    public func check(
        connections names: [String], environment: [String: String]
    ) -> [BindingProblem] {
        var seen = Set<String>()
        return names.filter { seen.insert($0).inserted }.compactMap { name -> BindingProblem? in
            guard let bound = connection(named: name) else {
                return problem(
                    "connection '\(name)' is bound to nothing; add it under 'connections' in "
                        + "\(file ?? "maprun.yaml")")
            }
            do throws(ConnectionBinding.Missing) {
                _ = try bound.filled(from: environment)
                return nil
            } catch {
                return problem("connection '\(name)': \(error.description)")
            }
        }
    }

    private func problem(_ message: String) -> BindingProblem {
        BindingProblem(file: file, position: nil, message: message)
    }
}

extension FunctionBinding {
    /// What is missing on this machine.
    var problems: [String] {
        var status = stat()
        guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            return ["there is no folder '\(directory)'"]
        }
        switch work {
        case .python(let handler, let interpreter):
            return programProblems(interpreter) + handlerProblems(handler)
        case .runtimeAPI(let program, _): return programProblems(program[0])
        case .command(let command), .lines(let command, _): return programProblems(command[0])
        }
    }

    private func handlerProblems(_ handler: String) -> [String] {
        guard let dot = handler.lastIndex(of: ".") else {
            return ["the handler '\(handler)' is not of the form file.function"]
        }
        let module = handler[..<dot].split(separator: ".").joined(separator: "/")
        let files = ["\(directory)/\(module).py", "\(directory)/\(module)/__init__.py"]
        if files.contains(where: { access($0, R_OK) == 0 }) { return [] }
        return ["the handler's file '\(files[0])' cannot be read"]
    }

    private func programProblems(_ program: String) -> [String] {
        let path = environment["PATH"] ?? ProcessEnvironment.current["PATH"]
        do {
            _ = try ExecutableSearch(path: path, directory: directory).findInterpreter(program)
            return []
        } catch {
            switch error {
            case .missing(let file): return ["there is no program '\(file)'"]
            case .notExecutable(let file):
                return ["'\(file)' is not executable; chmod +x '\(file)'"]
            }
        }
    }
}
