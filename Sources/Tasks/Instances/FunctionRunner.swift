/// Carries out the invocations of one function.
protocol FunctionRunner: AnyObject, Sendable {
    /// Queues an invocation; any thread may call this.
    func submit(_ invocation: Invocation)
    /// Gives an invocation up; any thread may call this.
    func cancel(_ invocation: Invocation)
    /// Finishes what was submitted and ends all processes; `completion` runs when that is done.
    func close(completion: @escaping @Sendable () -> Void)
}

extension InstancePool: FunctionRunner {}
