import Engine

/// A handler for resources that are no functions: files in place of a bucket, HTTP, activities.
public protocol TaskService: TaskHandler {
    /// Whether it answers for this resource.
    func serves(_ resource: String) -> Bool
}
