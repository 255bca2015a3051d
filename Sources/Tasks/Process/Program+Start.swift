import CBytes
import Glibc

extension Program {
    /// Starts the program on this thread, whose end is the child's if `diesWithParent`.
    func start(
        descriptors: [Int32], diesWithParent: Bool
    ) throws(StartFailure) -> (pid: pid_t, pidfd: Int32) {
        var pid: pid_t = 0
        var pidfd: Int32 = -1
        var stage = cbytes_stage_fork
        let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
        let failure = withCStrings([path] + arguments) { arguments in
            withCStrings(variables) { environment in
                withOptionalCString(directory) { directory in
                    path.withCString { path in
                        descriptors.withUnsafeBufferPointer { descriptors in
                            var program = cbytes_program(
                                path: path, arguments: arguments, environment: environment,
                                directory: directory, descriptors: descriptors.baseAddress,
                                descriptor_count: Int32(descriptors.count),
                                dies_with_parent: diesWithParent ? 1 : 0)
                            return cbytes_start(&program, &pid, &pidfd, &stage)
                        }
                    }
                }
            }
        }
        guard failure == 0 else { throw explain(failure, at: stage) }
        return (pid, pidfd)
    }

    private func explain(_ code: Int32, at stage: cbytes_stage) -> StartFailure {
        let reason = String(cString: strerror(code))
        let text =
            switch stage {
            case cbytes_stage_directory: "cannot enter folder '\(directory ?? "")': \(reason)"
            case cbytes_stage_program where code == ENOEXEC:
                "cannot start '\(path)': neither a program nor a script with '#!' in its first line"
            case cbytes_stage_program: "cannot start '\(path)': \(reason)"
            default: "cannot start a process for '\(path)': \(reason)"
            }
        return StartFailure(description: text, code: code)
    }
}

func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> R
) -> R {
    let pointers = strings.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}

func withOptionalCString<R>(
    _ string: String?, _ body: (UnsafePointer<CChar>?) -> R
) -> R {
    guard let string else { return body(nil) }
    return string.withCString { body($0) }
}
