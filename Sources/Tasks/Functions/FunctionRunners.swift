import CBytes
import Glibc

/// Makes the runner that carries out a binding.
struct FunctionRunners: Sendable {
    let host: ProcessHost
    let log: TaskLogWriter?
    /// The variables that all functions inherit.
    let environment: [String: String]

    /// Reads the script from a descriptor, which keeps it out of the process list and off the disk.
    private static let pythonLoader =
        "import os;exec(compile(os.pread(5,1<<20,0),'maprun/bootstrap.py','exec'))"

    /// The bootstrap as a file in memory that every interpreter can read.
    private static let script = PackageResources.bootstrap_py.withUnsafeBytes {
        cbytes_memory_file("maprun-bootstrap", $0.baseAddress, $0.count)
    }

    /// The runner of a pool's functions, most of which have one to themselves.
    func make(for pool: [FunctionBinding], arn: FunctionReference) -> any FunctionRunner {
        let binding = pool[0].shared
        switch binding.work {
        case .python(let handler, let interpreter):
            return InstancePool(
                settings: python(
                    binding, arn, handler: handler, interpreter: interpreter, pool: pool),
                host: host)
        case .runtimeAPI(let program, let handler):
            let settings = settings(binding, arn, program, handler: handler) {
                RuntimeAPIWire(arn: arn.arn, timeout: binding.timeout)
            }
            return InstancePool(settings: settings, host: host)
        case .command(let command):
            return CommandRunner(
                settings: commandSettings(binding, arn, command) {
                    LineWire(depth: 1, faults: $0)
                }, faults: CommandFaults(command: command[0]), host: host)
        case .lines(let command, let depth):
            return InstancePool(
                settings: commandSettings(binding, arn, command) {
                    LineWire(depth: depth, faults: $0, hasEnvelope: binding.hasEnvelope)
                }, host: host)
        }
    }

    private func python(
        _ binding: FunctionBinding, _ arn: FunctionReference, handler: String,
        interpreter: String, pool: [FunctionBinding]
    ) -> InstanceSettings {
        let script = Self.script
        var settings = settings(binding, arn, [interpreter], handler: handler) {
            PythonWire(script: script, depth: binding.depth)
        }
        settings.program.arguments = ["-c", Self.pythonLoader, String(binding.timeout)]
        for case let (function, .python(handler, _)) in pool.map({ ($0, $0.work) }) {
            var own = arn
            own.name = function.name
            settings.program.arguments += [handler, own.arn]
        }
        return settings
    }

    private func commandSettings(
        _ binding: FunctionBinding, _ arn: FunctionReference, _ command: [String],
        wire: @escaping @Sendable (CommandFaults) -> any Wire
    ) -> InstanceSettings {
        let faults = CommandFaults(command: command[0])
        var settings = settings(binding, arn, command, handler: "") { wire(faults) }
        settings.faults = faults
        settings.startTimeout = 0
        return settings
    }

    private func settings(
        _ binding: FunctionBinding, _ arn: FunctionReference, _ command: [String],
        handler: String, wire: @escaping @Sendable () -> any Wire
    ) -> InstanceSettings {
        let variables = FunctionEnvironment.make(
            for: binding, arn: arn, handler: handler, inherited: environment)
        let search = ExecutableSearch(path: variables["PATH"], directory: binding.directory)
        let program = Program(
            // What is not found is left as it is: starting it gives the clear error.
            path: (try? search.findInterpreter(command[0])) ?? command[0],
            arguments: Array(command.dropFirst()), environment: variables,
            directory: binding.directory)
        return InstanceSettings(
            program: program, makeWire: wire, faults: LambdaFaults(),
            concurrency: binding.concurrency, timeout: binding.timeout, grace: binding.grace,
            log: log)
    }
}
