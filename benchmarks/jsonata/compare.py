#!/usr/bin/env python3
"""Runs the twelve expressions through maprun's engine and through jsonatapy (PyPI), turn about
in the same minute, checks that the answers agree, and prints nanoseconds and ratios."""
import json, math, os, pathlib, subprocess, sys, time

import jsonatapy

here = pathlib.Path(__file__).resolve().parent
cases = json.loads((here / "cases.json").read_text())
record = cases["record"]


def ours():
    build = ["swift", "build", "-c", "release", "--package-path", str(here)]
    modules = {**os.environ, "MAPRUN_MODULES": "JSONata"}
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL, env=modules)
    binary = subprocess.run(
        build + ["--show-bin-path"], check=True, capture_output=True, text=True, env=modules)
    command = [binary.stdout.strip() + "/bench", str(here / "cases.json")]
    return lambda: json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def theirs(text):
    expression = jsonatapy.compile(text)
    data = jsonatapy.JsonataData(record)
    best = math.inf
    for _ in range(15):
        start = time.thread_time_ns()
        for _ in range(2000):
            result = expression.evaluate_with_data(data)
        best = min(best, (time.thread_time_ns() - start) / 2000)
    return best, result


def main():
    run = ours()
    first = run()
    others = {name: theirs(text) for name, text in cases["expressions"].items()}
    second = run()
    print(f"{'expression':<14} {'maprun ns':>10} {'jsonatapy ns':>13} {'ratio':>6}")
    logs = [0.0, 0.0]
    for name, (other, result) in others.items():
        mine = min(first[name]["nanoseconds"], second[name]["nanoseconds"])
        same = "" if first[name]["result"] == result else "  answers differ"
        print(f"{name:<14} {mine:>10.0f} {other:>13.0f} {other / mine:>6.1f}{same}")
        logs = [logs[0] + math.log(mine), logs[1] + math.log(other)]
    mine, other = (math.exp(log / len(others)) for log in logs)
    print(f"{'geometric mean':<14} {mine:>10.0f} {other:>13.0f} {other / mine:>6.1f}")
    return 0 if mine <= 1400 else 1


sys.exit(main())
