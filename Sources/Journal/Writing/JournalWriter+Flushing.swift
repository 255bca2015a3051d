import Dispatch

// Everything here runs on the flush queue, but for `startFlushing`, `announce` without flushes,
// and `fail`.
extension JournalWriter {
    /// Sees to it that what was written is flushed: now, or when the interval since the last
    /// flush is over.
    func startFlushing() {
        let starts = shared.withLock { shared in
            defer { shared.isFlushing = true }
            return !shared.isFlushing
        }
        if starts { flushQueue.async { self.scheduleFlush() } }
    }

    private func scheduleFlush() {
        guard case .flush(let milliseconds) = options.durability else { return }
        let due = lastFlush + .milliseconds(milliseconds)
        if due <= .now() {
            flushAndGoOn()
        } else {
            flushQueue.asyncAfter(deadline: due) { self.flushAndGoOn() }
        }
    }

    private func flushAndGoOn() {
        lastFlush = .now()
        flush()
        let goesOn = shared.withLock { shared in
            shared.isFlushing =
                shared.failure == nil && shared.announced.ticket < shared.written.ticket
            return shared.isFlushing
        }
        if goesOn { scheduleFlush() }
    }

    /// Flushes and announces all that has been written when it starts.
    func flush() {
        let (progress, segment) = shared.withLock { shared in
            let isDue = shared.failure == nil && shared.announced.ticket < shared.written.ticket
            return (isDue ? shared.written : nil, shared.segment)
        }
        guard let progress, let segment, options.durability.flushes else { return }
        do throws(RunError) {
            try files.flush(segment.file, path: segment.path)
            if flushedSegment != segment.number {
                try files.flushDirectory(directory)
                flushedSegment = segment.number
            }
        } catch {
            return fail(error)
        }
        announce(progress)
    }

    func announce(_ progress: Progress) {
        let calls = shared.withLock { shared in
            shared.announced = progress
            let due = shared.announcements.prefix { $0.ticket <= progress.ticket }
            shared.announcements.removeFirst(due.count)
            return due
        }
        for announcement in calls { announcement.call() }
        callbacks.announced(progress.ticket, progress.position)
    }

    /// The first failure is the last thing that happens: after a failed flush nobody knows what
    /// is on disk, so nothing is tried again and nothing more is announced.
    func fail(_ error: RunError) {
        let (isFirst, relieved) = shared.withLock { shared in
            let isFirst = shared.failure == nil
            if isFirst { shared.failure = error }
            shared.isWriting = false
            shared.announcements = []
            shared.writings = []
            defer { shared.relieved = [] }
            return (isFirst, shared.relieved)
        }
        for call in relieved { call() }
        if isFirst { callbacks.failed(error) }
    }
}
