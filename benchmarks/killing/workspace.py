"""A folder with definitions and data, and maprun started and killed in it."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import journal


class Broken(Exception):
    """A promise that was not kept."""


class Workspace:
    def __init__(self, folder, maprun):
        self.folder = Path(folder)
        self.maprun = Path(maprun).resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.folder = self.folder.resolve()

    def remove(self):
        shutil.rmtree(self.folder)

    def write(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))

    def output(self, *words):
        done = subprocess.run(
            [self.maprun, *words], cwd=self.folder, capture_output=True, check=True)
        return done.stdout

    def start(self, *words):
        """A process in a group of its own, so that the whole group can be killed."""
        said = open(self.folder / "said.txt", "ab")
        return subprocess.Popen(
            [self.maprun, *words], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=said, stderr=said, start_new_session=True)

    def finish(self, *words, codes=(0,)):
        """Runs to the end; tells how long that took."""
        started = time.monotonic()
        code = self.start(*words).wait(timeout=600)
        if code not in codes:
            raise Broken(f"maprun {' '.join(map(str, words))} ended with {code}")
        return time.monotonic() - started

    def kill_within(self, process, seconds, chance, whole_group):
        """Kills after a random time; False if the process had ended by itself."""
        try:
            process.wait(timeout=chance.uniform(0, seconds))
            return False
        except subprocess.TimeoutExpired:
            pass
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()
        return True

    def run_folder(self, name):
        """The folder of the youngest run of this name; one without run.json is none yet."""
        runs = self.folder / ".maprun/runs"
        form = re.compile(r".{20}" + re.escape(name) + r".{5}$")
        found = sorted(
            path for path in runs.glob("*")
            if form.match(path.name) and (path / "run.json").exists())
        return found[-1] if found else None

    def finished(self, name, label="Rows"):
        run = self.run_folder(name)
        folder = run / "maps" / label if run else None
        return journal.finished(folder) if folder and folder.is_dir() else {}

    def files(self, name, label="Rows"):
        """What must be the same bytes whatever happened."""
        folder = self.run_folder(name) / "maps" / label
        return {
            file: (folder / file).read_bytes()
            for file in ("results.jsonl", "failures.jsonl", "failures.csv")
            if (folder / file).exists()
        }
