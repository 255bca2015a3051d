/// A reference to an object that its holder keeps alive in another way, followed without counting.
///
/// All workers walk over the same compiled definition: were its references counted, each step
/// would take the counter's cache line away from the other workers.
package struct Uncounted<Object: AnyObject>: @unchecked Sendable where Object: Sendable {
    // Proof: the object is Sendable, and the reference never changes.
    @usableFromInline let reference: Unmanaged<Object>

    /// A reference to an object that outlives it.
    @inlinable
    package init(_ object: Object) { reference = .passUnretained(object) }

    /// Calls `body` with the object.
    @inlinable
    @inline(__always)
    package func with<R, E: Error>(
        _ body: (Object) throws(E) -> R
    ) throws(E) -> R {
        try reference._withUnsafeGuaranteedRef { object in
            Result { () throws(E) in try body(object) }
        }.get()
    }
}
