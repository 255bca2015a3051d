"""The folder in which everything is measured: programs, datasets, flows, results."""

import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TODAY, START_DATE, SPOTS = "2026-09-01", "2026-09-15", "25"
PYTHON = os.environ.get("BENCH_PYTHON", "/usr/bin/python3")


class Workspace:
    def __init__(self, folder, maprun):
        self.folder = Path(folder)
        self.maprun = Path(maprun).resolve()
        self.floor = ROOT / "benchmarks/.build/release/floor"
        self.bare_loop = ROOT / "benchmarks/.build/release/bare-loop"
        self.flows = self.folder / "pipelines/daycare"
        self.datasets = self.folder / "datasets"
        self.runs = self.folder / "runs"

    def prepare(self):
        subprocess.run(
            ["swift", "build", "-c", "release", "--package-path", ROOT / "benchmarks"],
            check=True, stdout=subprocess.DEVNULL)
        self.datasets.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(self.flows, ignore_errors=True)
        shutil.copytree(ROOT / "pipelines/daycare", self.flows)
        for flow in (ROOT / "benchmarks/flows").glob("*.json"):
            shutil.copy(flow, self.flows)

    def registrations(self, rows, extension="csv.gz"):
        """A dataset of so many rows, made when it is not there yet."""
        path = self.datasets / f"registrations-{rows}.{extension}"
        if not path.exists():
            part = path.with_suffix(".part")
            kind = extension.split(".")[0]
            command = [self.maprun, "datasets", "registrations", "--rows", str(rows),
                       "--seed", "1", "--format", kind]
            if extension.endswith(".gz"):
                command.append("--gzip")
            with part.open("wb") as out:
                subprocess.run(command, check=True, stdout=out)
            part.rename(path)
        return path

    def write_lines(self, name, values):
        path = self.datasets / name
        path.write_text("".join(json.dumps(value) + "\n" for value in values))
        return path

    def run_command(self, flow, data, program=None, **options):
        """maprun on a flow over a dataset; what the last run left is removed."""
        self.clean()
        value = json.dumps({"key": Path(data).name, "today": TODAY, "spots": int(SPOTS)})
        command = [program or self.maprun, "run", flow, "--input", value, "--runs", self.runs]
        for name, setting in options.items():
            command += ["--" + name.replace("_", "-"), str(setting)]
        return command

    def clean(self):
        shutil.rmtree(self.runs, ignore_errors=True)
        shutil.rmtree(self.flows / "results", ignore_errors=True)

    def job(self, data):
        """What the floor and the Python programs are told."""
        return [data, self.folder / "results.jsonl", TODAY, START_DATE, SPOTS]

    def python(self, *options):
        script = ROOT / "benchmarks/python/registrations.py"
        return [PYTHON, script, *options]

    def python_environment(self):
        return {**os.environ, "PYTHONPATH": str(ROOT / "benchmarks/.python")}

    def same_python(self):
        """An environment in which `python3` is the Python that everything is measured with."""
        return {**os.environ, "PATH": f"{Path(PYTHON).parent}:{os.environ['PATH']}"}

    def has_orjson(self):
        found = subprocess.run(
            [PYTHON, "-c", "import orjson"], env=self.python_environment(), capture_output=True)
        return found.returncode == 0
