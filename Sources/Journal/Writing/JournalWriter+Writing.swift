import JSON

// Everything here runs on the write queue.
extension JournalWriter {
    func write() {
        do throws(RunError) {
            while let ticket = takeFront() {
                let count = back.count
                addMark()
                try segments.append(UnsafeRawBufferPointer(back.bytes))
                wrote(count, ticket)
            }
        } catch {
            fail(error)
        }
    }

    /// Swaps the buffers and returns the last batch in the one to write; nil if there is none.
    private func takeFront() -> Ticket? {
        back.removeAll()
        return shared.withLock { shared in
            guard shared.failure == nil, shared.front.count > 0 else {
                shared.isWriting = false
                return nil
            }
            swap(&shared.front, &back)
            return shared.ticket
        }
    }

    /// Records how far all was announced, once it has moved: recovery may cut what lies beyond
    /// the last mark, but must not lose anything before it.
    private func addMark() {
        let announced = shared.withLock { $0.announced.position }
        guard announced > lastMark else { return }
        lastMark = announced
        mark.removeAll()
        mark.announced(announced)
        back.append(mark.bytes)
    }

    private func wrote(_ count: Int, _ ticket: Ticket) {
        let position = segments.position
        let relieved = shared.withLock { shared in
            shared.written = Progress(ticket: ticket, position: position)
            shared.segment = segments.segment
            shared.bytesInFlight -= count
            guard shared.bytesInFlight <= options.bytesInFlight / 2 else {
                return [@Sendable () -> Void]()
            }
            defer { shared.relieved = [] }
            return shared.relieved
        }
        for call in relieved { call() }
        if options.durability.flushes {
            startFlushing()
        } else {
            announce(Progress(ticket: ticket, position: position))
        }
    }

    /// The last mark of a journal that is closed. It needs no flush: without it the records
    /// before it still count.
    func writeMark() {
        guard shared.withLock({ $0.failure == nil }) else { return }
        back.removeAll()
        addMark()
        guard back.count > 0 else { return }
        do { try segments.append(UnsafeRawBufferPointer(back.bytes)) } catch { fail(error) }
    }
}
