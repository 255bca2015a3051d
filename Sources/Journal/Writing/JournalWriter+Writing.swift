import JSON

// Everything here runs on the write queue.
extension JournalWriter {
    func write() {
        do throws(RunError) {
            while let ticket = takeFront() {
                let count = back.count
                wrote(count, ticket, try writeBack())
            }
        } catch {
            fail(error)
        }
    }

    /// Writes the buffer and returns where that leaves the journal.
    private func writeBack() throws(RunError) -> (JournalPosition, OpenSegment?) {
        switch destination {
        case .taker(let take):
            try take(UnsafeRawBufferPointer(back.bytes))
            return (.start, nil)
        case .segments(var segments):
            addMark()
            try segments.append(UnsafeRawBufferPointer(back.bytes))
            destination = .segments(segments)
            return (segments.position, segments.segment)
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

    private func wrote(
        _ count: Int, _ ticket: Ticket, _ place: (position: JournalPosition, OpenSegment?)
    ) {
        // One huge record must not keep its memory for the rest of the run.
        if back.count > 2 * options.bytesInFlight { back = ByteBuffer(capacity: 64 << 10) }
        let progress = Progress(ticket: ticket, position: place.position)
        let (written, relieved) = shared.withLock { shared in
            shared.written = progress
            shared.segment = place.1
            shared.bytesInFlight -= count
            let written = shared.writings.prefix { $0.ticket <= ticket }
            shared.writings.removeFirst(written.count)
            guard shared.bytesInFlight <= options.bytesInFlight / 2 else {
                return (written, [@Sendable () -> Void]())
            }
            defer { shared.relieved = [] }
            return (written, shared.relieved)
        }
        for writing in written { writing.call() }
        for call in relieved { call() }
        if options.durability.flushes {
            startFlushing()
        } else {
            announce(progress)
        }
    }

    /// The last mark of a journal that is closed. It needs no flush: without it the records
    /// before it still count.
    func writeMark() {
        guard case .segments(var segments) = destination,
            shared.withLock({ $0.failure == nil })
        else { return }
        back.removeAll()
        addMark()
        guard back.count > 0 else { return }
        do { try segments.append(UnsafeRawBufferPointer(back.bytes)) } catch { fail(error) }
    }
}
