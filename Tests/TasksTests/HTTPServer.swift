import Glibc
import JSON

/// A server on the loopback interface for as long as the test lasts, on a port that the system
/// chooses: Python's own, which nobody here has written.
final class HTTPServer: Sendable {
    let url: String
    private let folder: TestFolder
    private let pid: pid_t

    private static let script = """
        import http.server, json, os, sys, threading, urllib.parse

        asked = {}
        seen = []
        lock = threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments): pass

            def answer(self, status, body, headers):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(body)

            def work(self):
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size).decode()
                url = urllib.parse.urlsplit(self.path)
                query = urllib.parse.parse_qs(url.query, keep_blank_values=True)
                if url.path == "/echo":
                    call = {"method": self.command, "path": self.path, "body": body,
                            "headers": {k.lower(): v for k, v in self.headers.items()}}
                    return self.answer(200, json.dumps(call).encode(),
                        [("Content-Type", "application/json"), ("X-A", "1"), ("x-a", "2")])
                if url.path == "/token":
                    with lock:
                        asked["token"] = asked.get("token", 0) + 1
                        count = asked["token"]
                    seen.append({"method": self.command, "path": self.path, "body": body,
                        "headers": {k.lower(): v for k, v in self.headers.items()}})
                    status = int(query.get("status", ["200"])[0])
                    if status != 200: return self.answer(status, b'{"error":"invalid_client"}', [])
                    token = {"access_token": "t%d" % count, "token_type": "bearer"}
                    if "in" in query: token["expires_in"] = float(query["in"][0])
                    return self.answer(200, json.dumps(query.get("none", token)).encode(), [])
                if url.path == "/tokens":
                    answer = json.dumps(seen).encode()
                    seen.clear()
                    asked.pop("token", None)
                    return self.answer(200, answer, [("Content-Type", "application/json")])
                if url.path == "/guarded":
                    token = self.headers.get("Authorization")
                    allowed = token in query.get("token", []) or "token" not in query
                    return self.answer(200 if allowed else int(query.get("refuse", ["401"])[0]),
                        json.dumps(token).encode(), [("Content-Type", "application/json")])
                if url.path == "/never":
                    print("asked", flush=True)
                    threading.Event().wait()
                if url.path == "/busy":
                    with lock:
                        key = query.get("key", [""])[0]
                        asked[key] = asked.get(key, 0) + 1
                        count = asked[key]
                    if count <= int(query.get("times", ["1"])[0]):
                        return self.answer(int(query["status"][0]), b"busy",
                            [("Retry-After", v) for v in query.get("after", [])])
                    return self.answer(200, str(count).encode(), [])
                status = int(query.get("status", ["200"])[0])
                headers = [("Content-Type", v) for v in query.get("type", [])]
                headers += [("Location", "/echo")] if 300 <= status < 400 else []
                text = query.get("text", [""])[0].encode()
                if "bytes" in query: text = bytes.fromhex(query["bytes"][0])
                self.answer(status, text, headers)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = do_HEAD = work

        class Server(http.server.ThreadingHTTPServer):
            request_queue_size = 1000
            daemon_threads = True

        def end_with_parent():
            sys.stdin.read()
            os._exit(0)

        threading.Thread(target=end_with_parent, daemon=True).start()
        server = Server(("127.0.0.1", 0), Handler)
        with open("port", "w") as file: file.write(str(server.server_port))
        print("ready", flush=True)
        server.serve_forever()
        """

    /// Starts it and waits until it listens.
    init() {
        folder = TestFolder(["server.py": Self.script])
        let life = Self.pipe()
        let ends = Self.pipe()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, life[0], 0)
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        // Whoever runs the tests waits until nobody holds the standard error that it reads.
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var pid: pid_t = 0
        let command = "cd '\(folder.path)' && exec python3 server.py"
        let words = ["sh", "-c", command]
        var arguments = words.map { strdup($0) } + [nil]
        posix_spawn(&pid, "/bin/sh", &actions, nil, &arguments, environ)
        for argument in arguments { free(argument) }
        posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        close(life[0])
        input = life[1]
        self.pid = pid
        var line = [UInt8](repeating: 0, count: 16)
        _ = read(ends[0], &line, line.count)
        output = ends[0]
        url = "http://127.0.0.1:\(folder.read("port"))"
    }

    /// What it prints.
    let output: Int32
    /// It lives as long as this is open, which is at the most as long as this process.
    private let input: Int32

    private static func pipe() -> [Int32] {
        var ends: [Int32] = [-1, -1]
        Glibc.pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return ends
    }

    /// Waits until a call to `/never` has come.
    func waitUntilAsked() async { await waitForReadability(output) }

    deinit {
        kill(pid, SIGKILL)
        waitpid(pid, nil, 0)
        close(output)
        close(input)
    }
}
