/// Jobs waiting for a worker, first in, first out, with storage that is reused.
struct RunQueue {
    private var jobs: [(any Job)?] = []
    private var head = 0

    var count: Int { jobs.count - head }
    var isEmpty: Bool { count == 0 }

    mutating func append(_ job: any Job) { jobs.append(job) }

    /// Moves up to `count` of the oldest jobs to the end of `batch`.
    mutating func take(_ count: Int, into batch: inout [any Job]) {
        let end = min(head + count, jobs.count)
        for index in head..<end {
            if let job = jobs[index] { batch.append(job) }
            jobs[index] = nil
        }
        head = end
        if head == jobs.count {
            jobs.removeAll(keepingCapacity: jobs.count < 65536)
            head = 0
        } else if head > 4096 && head > jobs.count / 2 {
            jobs.removeFirst(head)
            head = 0
        }
    }
}
