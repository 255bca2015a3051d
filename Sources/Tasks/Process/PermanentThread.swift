import Glibc

/// A thread that is never joined and blocks all signals, so that handlers run elsewhere and a
/// closed pipe is an error of the call instead of the end of the process.
enum PermanentThread {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ run: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let body = Unmanaged.passRetained(Body(run)).toOpaque()
        let failure = pthread_create(
            &thread, nil,
            { body in
                var all = sigset_t()
                sigfillset(&all)
                pthread_sigmask(SIG_BLOCK, &all, nil)
                if let body { Unmanaged<Body>.fromOpaque(body).takeRetainedValue().run() }
                return nil
            }, body)
        precondition(failure == 0, "no thread can be started: errno \(failure)")
        pthread_detach(thread)
    }
}
