import CBytes

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Keeps recursion within the thread's stack: when a call has used its share, the rest goes on in
/// a thread of its own with a large one. Worker threads have no more than 512 KiB.
enum NativeStack {
    /// What one call of `Expression` may use of its caller's stack.
    private static let share = 160 << 10
    private static let largeSize = 256 << 20
    private static let reserve = 1 << 20

    /// The lowest address that this thread may still use, while inside `begin`; odd in a thread
    /// that has the large stack already.
    @inline(__always)
    static var limit: UInt {
        get { UInt(cbytes_stack_limit()) }
        set { cbytes_set_stack_limit(UInt(newValue)) }
    }

    @inline(__always)
    static var address: UInt {
        var marker: UInt8 = 0
        return withUnsafeMutablePointer(to: &marker) { UInt(bitPattern: $0) }
    }

    /// Runs `body` with a fresh share of the stack, unless an outer call has set one.
    static func begin<R>(_ body: () throws -> R) rethrows -> R {
        let outer = limit
        if outer != 0 { return try body() }
        limit = (address &- UInt(share)) & ~1
        defer { limit = 0 }
        return try body()
    }

    /// Runs `body` here if there is room, else in a thread with a large stack.
    @inline(__always)
    static func run<R>(_ body: () throws -> R) throws -> R {
        address > limit ? try body() : try onLargeStack(body)
    }

    /// The same for what cannot fail: recursion over values, whose depth the parser bounds.
    @inline(__always)
    static func run<R>(_ body: () -> R) -> R {
        if address > limit { return body() }
        // Without a thread there is only the rest of this one.
        return (try? onLargeStack(body)) ?? body()
    }

    /// Runs `body` in a thread with a large stack and waits for it.
    static func onLargeStack<R>(_ body: () throws -> R) throws -> R {
        if limit & 1 == 1 { throw JSONataError.tooDeep }
        var outcome: Result<R, any Error> = .failure(JSONataError.tooDeep)
        try withoutActuallyEscaping(body) { body in
            let job = Job {
                limit = (address &- UInt(largeSize - reserve)) | 1
                outcome = Result(catching: body)
            }
            try job.runInThread(stackSize: largeSize)
        }
        return try outcome.get()
    }

    private final class Job {
        let work: () -> Void

        init(_ work: @escaping () -> Void) { self.work = work }

        func runInThread(stackSize: Int) throws {
            var attributes = pthread_attr_t()
            pthread_attr_init(&attributes)
            defer { pthread_attr_destroy(&attributes) }
            pthread_attr_setstacksize(&attributes, stackSize)
            var thread = pthread_t()
            let created = pthread_create(
                &thread, &attributes,
                { job in
                    if let job { Unmanaged<Job>.fromOpaque(job).takeUnretainedValue().work() }
                    return nil
                }, Unmanaged.passUnretained(self).toOpaque())
            guard created == 0 else { throw JSONataError.tooDeep }
            pthread_join(thread, nil)
        }
    }
}
