#!/usr/bin/env python3
"""Drives warm Python functions in a bare loop: the ceiling for a batch with Python handlers.

The same bootstrap, the same frames over the same kind of pipes as maprun, but nothing else: one
event, encoded once, is sent again and again, and answers are counted, not read. Prints one JSON
line with the invocations per second of all instances together.
"""

import argparse
import fcntl
import json
import os
import selectors
import struct
import subprocess
import sys
import time
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
BOOTSTRAP = os.path.join(HERE, "..", "..", "Sources", "Tasks", "Resources", "bootstrap.py")
F_SETPIPE_SZ = getattr(fcntl, "F_SETPIPE_SZ", 1031)
LOADER = "import os;exec(compile(os.pread(5,1<<20,0),'maprun/bootstrap.py','exec'))"
ANSWER = struct.Struct("<BI")


class Instance:
    def __init__(self, options, event):
        request_read, self.requests = self.pipe()
        self.answers, answer_write = self.pipe()
        with open(BOOTSTRAP, "rb") as script:
            mapping = {3: request_read, 4: answer_write, 5: script.fileno()}
            self.process = subprocess.Popen(
                ["python3", "-c", self.place(mapping) + LOADER, options.handler, "arn", "900"],
                cwd=options.directory, pass_fds=list(mapping.values()),
                stdin=subprocess.DEVNULL, env={**os.environ, **self.environment(options)})
        os.close(request_read)
        os.close(answer_write)
        os.set_blocking(self.requests, False)
        os.set_blocking(self.answers, False)
        frame = struct.pack("<II36s", len(event), 0, str(uuid.uuid4()).encode()) + event
        self.block = memoryview(frame * options.depth)
        self.frame_size = len(frame)
        self.depth = options.depth
        self.sent = self.answered = self.offset = 0
        self.rest = b""

    @staticmethod
    def pipe():
        ends = os.pipe()
        fcntl.fcntl(ends[0], F_SETPIPE_SZ, 1 << 18)
        return ends

    @staticmethod
    def place(mapping):
        """Moves the inherited descriptors to where the bootstrap looks for them."""
        copies = ";".join(
            f"os.dup2(os.dup2({source},{100 + target}),{target})"
            for target, source in mapping.items())
        return f"import os;{copies};"

    @staticmethod
    def environment(options):
        return {
            "LAMBDA_TASK_ROOT": os.path.abspath(options.directory),
            "AWS_LAMBDA_FUNCTION_NAME": options.handler,
        }

    def send(self):
        while True:
            room = self.depth - (self.sent - self.answered)
            if room <= 0 and self.offset == 0:
                return
            end = self.offset + room * self.frame_size if self.offset == 0 else self.frame_size
            try:
                written = os.write(self.requests, self.block[self.offset:end])
            except BlockingIOError:
                return
            self.offset += written
            self.sent += self.offset // self.frame_size
            self.offset %= self.frame_size

    def receive(self):
        try:
            data = self.rest + os.read(self.answers, 1 << 18)
        except BlockingIOError:
            return 0
        position, count = 0, 0
        while position + 5 <= len(data):
            kind, size = ANSWER.unpack_from(data, position)
            if position + 5 + size > len(data):
                break
            position += 5 + size
            if kind & 3:
                raise SystemExit(f"the handler failed: {data[:400]!r}")
            count += 1 if kind & 8 == 0 else 0
        self.rest = data[position:]
        self.answered += count
        return count

    def close(self):
        os.close(self.requests)
        self.process.wait()
        os.close(self.answers)


def measure(options):
    with open(options.event, "rb") as file:
        event = json.dumps(json.load(file), separators=(",", ":")).encode()
    instances = [Instance(options, event) for _ in range(options.instances)]
    waiting = selectors.DefaultSelector()
    for instance in instances:
        waiting.register(instance.answers, selectors.EVENT_READ, instance)
    warm_up = options.instances * options.depth
    answered, start = 0, None
    while answered < warm_up + options.count:
        for instance in instances:
            instance.send()
        for key, _ in waiting.select():
            answered += key.data.receive()
        if start is None and answered >= warm_up:
            start, answered_at_start = time.perf_counter(), answered
    seconds = time.perf_counter() - start
    for instance in instances:
        instance.close()
    return (answered - answered_at_start) / seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--handler", required=True, help="file.function")
    parser.add_argument("--directory", default=".", help="folder of the handler")
    parser.add_argument("--event", required=True, help="file with the JSON event to send")
    parser.add_argument("--instances", type=int, default=2)
    parser.add_argument("--depth", type=int, default=64, help="events under way to an instance")
    parser.add_argument("--count", type=int, default=100_000)
    options = parser.parse_args()
    rate = measure(options)
    print(json.dumps({
        "instances": options.instances, "depth": options.depth, "count": options.count,
        "perSecond": round(rate),
    }))


if __name__ == "__main__":
    sys.exit(main())
