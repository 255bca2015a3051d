"""Runs a program and says what it cost."""

import os
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Cost:
    wall: float
    cpu: float
    peak_kib: int
    threads: int = 0
    output: str = ""


class Failed(Exception):
    pass


def run(command, cwd=None, env=None, count_threads=False):
    """The cost of a command, its children included; its failure stops the benchmark."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.monotonic()
        process = subprocess.Popen(
            [str(word) for word in command], cwd=cwd, env=env, stdin=subprocess.DEVNULL,
            stdout=out, stderr=err)
        threads = [0]
        if count_threads:
            watcher = threading.Thread(target=watch_threads, args=(process.pid, threads))
            watcher.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if count_threads:
            watcher.join()
        text = contents(out)
        if process.returncode != 0:
            words = " ".join(map(str, command))
            raise Failed(f"{words}\nended with {process.returncode}\n{text}{contents(err)}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, threads[0], text)


def contents(file):
    file.seek(0)
    return file.read().decode(errors="replace")[-4000:]


def watch_threads(pid, most):
    """Keeps the highest number of threads that the process is seen with."""
    while True:
        try:
            status = Path(f"/proc/{pid}/status").read_text()
        except OSError:
            return
        found = re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE)
        if not found:
            return
        most[0] = max(most[0], int(found.group(1)))
        time.sleep(0.01)


def median(costs):
    """One cost with the median of each figure."""
    return Cost(*(
        statistics.median(getattr(cost, name) for cost in costs)
        for name in ("wall", "cpu", "peak_kib", "threads")))


def stripped(program, folder):
    """A copy that callgrind can read: valgrind 3.19 stumbles over Swift's debug data."""
    copy = Path(folder) / (Path(program).name + ".stripped")
    subprocess.run(["strip", "-g", "-o", copy, program], check=True)
    for bundle in Path(program).parent.glob("*.resources"):
        shutil.copytree(bundle, copy.parent / bundle.name, dirs_exist_ok=True)
    return copy


def instructions(command, cwd=None):
    """How many instructions a command takes, counted by callgrind; None where there is none."""
    if shutil.which("valgrind") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out",
             *map(str, command)],
            cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not found:
        raise Failed(f"callgrind of {command[0]} failed\n{result.stderr[-2000:]}")
    return int(found.group(1))
