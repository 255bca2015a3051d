import Glibc

/// One Python process with a request pipe and an answer pipe.
struct Instance: Sendable {
    private let process: pid_t
    private let requests: Int32
    private let answers: Int32
    /// Two batches are on their way at any time, so that the process never waits for the next one.
    private static let batch = 16

    init(python: String, bootstrap: String, handlers: [String]) {
        var request: [Int32] = [0, 0]
        var answer: [Int32] = [0, 0]
        guard pipe(&request) == 0, pipe(&answer) == 0 else { exit(message: "no pipes left") }
        for end in request + answer { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        process = Self.spawn(
            [python, bootstrap, "900"] + handlers.flatMap { [$0, "arn"] }, requests: request[0],
            answers: answer[1])
        close(request[0])
        close(answer[1])
        requests = request[1]
        answers = answer[0]
        skipAnswers(1)  // it says when it is ready
    }

    private static func spawn(_ words: [String], requests: Int32, answers: Int32) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Out of the way first: the ends may themselves be 3 or 4.
        posix_spawn_file_actions_adddup2(&actions, requests, 103)
        posix_spawn_file_actions_adddup2(&actions, answers, 104)
        posix_spawn_file_actions_adddup2(&actions, 103, 3)
        posix_spawn_file_actions_adddup2(&actions, 104, 4)
        posix_spawn_file_actions_addclose(&actions, 103)
        posix_spawn_file_actions_addclose(&actions, 104)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var process = pid_t()
        guard posix_spawn(&process, words[0], &actions, nil, &arguments, environ) == 0 else {
            exit(message: "cannot start \(words[0])")
        }
        return process
    }

    /// Sends all frames and waits for all answers.
    func call(_ frames: [[UInt8]]) {
        var sent = min(2 * Self.batch, frames.count)
        send(frames[..<sent])
        var answered = 0
        while answered < frames.count {
            let awaited = min(Self.batch, frames.count - answered)
            skipAnswers(awaited)
            answered += awaited
            let next = min(sent + Self.batch, frames.count)
            send(frames[sent..<next])
            sent = next
        }
    }

    func end() {
        close(requests)
        close(answers)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    private func send(_ frames: ArraySlice<[UInt8]>) {
        let bytes = Array(frames.joined())
        var written = 0
        while written < bytes.count {
            let step = bytes.withUnsafeBytes {
                write(requests, $0.baseAddress! + written, $0.count - written)
            }
            guard step > 0 else { exit(message: "the handler's process has ended") }
            written += step
        }
    }

    private func skipAnswers(_ count: Int) {
        var header = [UInt8](repeating: 0, count: 5)
        var payload = [UInt8](repeating: 0, count: 1 << 16)
        for _ in 0..<count {
            fill(&header, 5)
            guard header[0] & 3 == 0 else { exit(message: "the handler failed") }
            let length = header[1...].reversed().reduce(0) { $0 << 8 | Int($1) }
            guard length <= payload.count else { exit(message: "an answer is too long") }
            fill(&payload, length)
        }
    }

    private func fill(_ bytes: inout [UInt8], _ length: Int) {
        var count = 0
        while count < length {
            let step = bytes.withUnsafeMutableBytes {
                read(answers, $0.baseAddress! + count, length - count)
            }
            guard step > 0 else { exit(message: "the handler's process has ended") }
            count += step
        }
    }
}
