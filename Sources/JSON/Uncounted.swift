/// A reference to an object that its holder keeps alive in another way, followed without counting.
///
/// All workers walk over the same compiled definition: were its references counted, each step
/// would take the counter's cache line away from the other workers.
package struct Uncounted<Object: AnyObject>: @unchecked Sendable {
    // Proof: the object is Sendable or never changes, nor does the reference.
    /// To be followed with `_withUnsafeGuaranteedRef`. What throws there keeps its error in a variable
    /// of the caller: a closure that is generic over what it throws is not specialized, and costs
    /// more than what it calls.
    @usableFromInline package let reference: Unmanaged<Object>

    /// A reference to an object that outlives it.
    @inlinable
    package init(_ object: Object) { reference = .passUnretained(object) }
}
