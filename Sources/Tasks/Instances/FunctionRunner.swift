/// Carries out the invocations of one function.
protocol FunctionRunner: AnyObject, Sendable {
    /// Queues an invocation; any thread may call this.
    func submit(_ invocation: Invocation)
    /// Gives an invocation up; any thread may call this.
    func cancel(_ invocation: Invocation)
    /// Lets all that runs end; `completion` runs when it has.
    func close(completion: @escaping @Sendable () -> Void)
}

extension InstancePool: FunctionRunner {}
