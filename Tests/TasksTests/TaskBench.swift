import Engine
import JSON
import StatesLanguage
import Synchronization

@testable import Tasks

/// A router over some bindings, and the ways tests call it.
final class TaskBench: Sendable {
    let folder: TestFolder
    let router: TaskRouter
    private let logged: LogBook

    convenience init(_ folder: TestFolder, _ functions: [FunctionBinding]) {
        var bindings = Bindings()
        for function in functions { bindings.functions[function.name] = function }
        self.init(folder, bindings)
    }

    init(_ folder: TestFolder, _ bindings: Bindings) {
        let logged = LogBook()
        self.folder = folder
        self.logged = logged
        router = TaskRouter(bindings: bindings) { logged.add($0, $1) }
    }

    deinit { router.close() }

    /// A bench with one Python function `f` whose code is in `app.py`.
    convenience init(
        python code: String, handler: String = "app.handler", concurrency: Int = 1,
        timeout: Double = 60
    ) {
        let folder = TestFolder(["app.py": code])
        var binding = FunctionBinding(
            name: "f", work: .python(handler: handler, interpreter: "python3"),
            directory: folder.path, concurrency: concurrency)
        binding.timeout = timeout
        self.init(folder, [binding])
    }

    /// A bench with one function `f` of this kind.
    convenience init(
        _ work: FunctionBinding.Work, files: TestFolder = TestFolder(), concurrency: Int = 1,
        timeout: Double = 60
    ) {
        var binding = FunctionBinding(
            name: "f", work: work, directory: files.path, concurrency: concurrency)
        binding.timeout = timeout
        self.init(files, [binding])
    }

    func request(_ input: Value, key: String = "run/0", resource: String? = nil) -> TaskRequest {
        TaskRequest(
            resource: resource ?? "arn:aws:lambda:us-east-1:123456789012:function:f",
            input: input, state: "Work",
            execution: ExecutionIdentity(arn: "arn:execution", name: "run"), visit: key)
    }

    func call(
        _ input: Value = [:], key: String = "run/0", resource: String? = nil
    ) async -> Result<Value, StateFault> {
        await router.result(of: request(input, key: key, resource: resource))
    }

    /// Calls with 0..<count, all at once; the results in order.
    func callMany(_ count: Int) async -> [Result<Value, StateFault>] {
        await withTaskGroup(of: (Int, Result<Value, StateFault>).self) { group in
            for index in 0..<count {
                group.addTask { (index, await self.call(.int(index), key: "run/\(index)")) }
            }
            var results = [Result<Value, StateFault>](
                repeating: .failure(.cancelled), count: count)
            for await (index, result) in group { results[index] = result }
            return results
        }
    }

    /// What the functions have printed for the request with this key.
    func log(_ state: String = "Work") -> String { logged.text(state) }
}

/// What functions printed, by state.
private final class LogBook: Sendable {
    private let texts = Mutex<[String: [UInt8]]>([:])

    func add(_ origin: TaskOrigin, _ bytes: UnsafeBufferPointer<UInt8>) {
        texts.withLock { $0[origin.state, default: []].append(contentsOf: bytes) }
    }

    func text(_ state: String) -> String {
        texts.withLock { String(decoding: $0[state] ?? [], as: UTF8.self) }
    }
}

extension TaskHandler {
    /// What one attempt comes to.
    func result(of request: TaskRequest) async -> Result<Value, StateFault> {
        await withCheckedContinuation { continuation in
            _ = start(request) { continuation.resume(returning: $0.result) }
        }
    }
}

extension Result<Value, StateFault> {
    var value: Value? { try? get() }

    var fault: StateFault? {
        guard case .failure(let fault) = self else { return nil }
        return fault
    }

    /// The cause as JSON.
    var payload: Value? { fault?.cause.flatMap { try? Value.parse($0) } }
}
