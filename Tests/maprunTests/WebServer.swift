import Foundation
import Testing

/// Python's own web server on a port that the system chooses, for as long as the test lasts. It
/// notes the path and the idempotency key of each call in `calls.log`.
final class WebServer {
    let url: String
    private let process = Process()
    private let life = Pipe()
    private let workspace: Workspace

    /// A server whose handler runs `body`, Python with `path`, `count` (how often the path was
    /// asked for, this time included), and `answer(status, text, headers)`.
    init(_ workspace: Workspace, _ body: String) throws {
        self.workspace = workspace
        let lines = body.split(separator: "\n", omittingEmptySubsequences: false)
        try workspace.write(
            """
            import collections, http.server, os, sys, threading
            counts, lock = collections.Counter(), threading.Lock()
            log = open("calls.log", "a", buffering=1)

            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"

                def log_message(self, *arguments): pass

                def do_POST(self):
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    path = self.path
                    with lock:
                        counts[path] += 1
                        count = counts[path]
                        log.write(f"{path} {self.headers.get('Idempotency-Key')}\\n")

                    def answer(status, text, headers={}):
                        self.send_response(status)
                        self.send_header("Content-Length", str(len(text)))
                        for name, value in headers.items(): self.send_header(name, value)
                        self.end_headers()
                        self.wfile.write(text.encode())

            \(lines.map { "        " + $0 }.joined(separator: "\n"))

            class Server(http.server.ThreadingHTTPServer):
                request_queue_size = 1000
                daemon_threads = True

            def end_with_test():
                sys.stdin.read()
                os._exit(0)

            threading.Thread(target=end_with_test, daemon=True).start()
            server = Server(("127.0.0.1", 0), Handler)
            print(server.server_port, flush=True)
            server.serve_forever()
            """, to: "server.py")
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "server.py"]
        process.currentDirectoryURL = URL(fileURLWithPath: workspace.folder)
        process.standardInput = life
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let port = String(
            decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "http://127.0.0.1:" + port.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    /// The calls that have come: paths and idempotency keys.
    var calls: [(path: String, key: String)] {
        ((try? workspace.read("calls.log")) ?? "").split(separator: "\n").map {
            let parts = $0.split(separator: " ")
            return (String(parts[0]), String(parts.last ?? ""))
        }
    }
}
