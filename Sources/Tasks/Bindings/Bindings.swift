/// What the names in definitions stand for on this machine: the contents of `maprun.yaml`.
public struct Bindings: Sendable, Equatable {
    /// Functions by name or ARN, as written.
    public var functions: [String: FunctionBinding] = [:]
    /// Folders by bucket name, absolute.
    public var buckets: [String: String] = [:]
    /// What URLs that begin so stand for.
    public var endpoints: [String: EndpointBinding] = [:]
    /// What EventBridge connections add to HTTP tasks, by name or ARN.
    public var connections: [String: ConnectionBinding] = [:]
    /// Activities by name or ARN.
    public var activities: [String: FunctionBinding] = [:]
    /// The file they were read from.
    public var file: String?
    /// What the file says that has no meaning here.
    public var warnings: [BindingProblem] = []

    /// No bindings.
    public init() {}

    /// The binding of a function: the most exact name that is bound.
    func function(for reference: FunctionReference) -> FunctionBinding? {
        let names = [
            reference.arn, reference.unqualified.arn,
            reference.qualifier.map { "\(reference.name):\($0)" }, reference.name,
        ]
        for name in names {
            if let name, let binding = functions[name] { return binding }
        }
        return functions.first { FunctionReference($0.key) == reference.unqualified }?.value
    }

    /// The functions that share a function's processes, itself included, always in the same order.
    func pool(of binding: FunctionBinding) -> [FunctionBinding] {
        guard binding.pool != nil else { return [binding] }
        return functions.filter { $0.value.shared == binding.shared }
            .sorted { $0.key < $1.key }.map(\.value)
    }

    /// The binding of the worker of an activity, by ARN or by the name at its end.
    func activity(_ arn: String) -> FunctionBinding? {
        activities[arn] ?? activities[Self.name(ofActivity: arn)]
    }

    static func name(ofActivity arn: String) -> String {
        arn.split(separator: ":").last.map(String.init) ?? arn
    }
}
