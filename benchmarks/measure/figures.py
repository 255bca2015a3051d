"""The figures of the batch: each function measures some and yields rows for the table."""

import json
import os
import sys

from .process import Cost, instructions, median, run, stripped
from .workspace import PYTHON, ROOT, SPOTS, START_DATE, TODAY


def say(text):
    print(text, file=sys.stderr, flush=True)


def in_turn(programs, rounds):
    """The median cost of each program; they run one after another, round by round, so that what
    else the machine does falls on all of them."""
    costs = {name: [] for name in programs}
    for number in range(rounds):
        for name, program in programs.items():
            say(f"  round {number + 1}: {name}")
            costs[name].append(program())
    return {name: median(found) for name, found in costs.items()}


def check_agreement(space, data):
    """The programs that others are measured against must do the same job."""
    texts = {}
    programs = {"floor": [space.floor], "direct": [space.floor, "--direct"],
                "python": space.python()}
    for name, program in programs.items():
        text = run([*program, *space.job(data)]).output
        texts[name] = text, (space.folder / "results.jsonl").read_bytes()
    if len(set(texts.values())) != 1:
        raise SystemExit("the floor and Python disagree about the results")


def batch(space, rows, rounds):
    """CPU time of the batch in pure states against the floor and Python."""
    data = space.registrations(rows)
    check_agreement(space, space.registrations(10_000))
    states = "batch-states.asl.json"
    programs = {
        "floor": lambda: run([space.floor, *space.job(data)]),
        "floor, direct": lambda: run([space.floor, "--direct", *space.job(data)]),
        "Python, json": lambda: run([*space.python(), *space.job(data)]),
        "maprun": lambda: run(space.run_command(states, data), cwd=space.flows),
        "maprun, one worker":
            lambda: run(space.run_command(states, data, workers=1), cwd=space.flows),
        "maprun, no journal":
            lambda: run(space.run_command(states, data, journal="off"), cwd=space.flows),
        "maprun, JSONata":
            lambda: run(space.run_command("batch-jsonata.asl.json", data), cwd=space.flows),
    }
    if space.has_orjson():
        programs["Python, orjson"] = lambda: run(
            [*space.python("--orjson"), *space.job(data)], env=space.python_environment())
    costs = in_turn(programs, rounds)
    yield from (cost_row(name, cost, rows, costs["floor"]) for name, cost in costs.items())
    yield from batch_ratios(costs, rows)


def cost_row(name, cost, rows, floor):
    return (f"{name}: CPU per item", f"{cost.cpu / rows * 1e6:.2f} µs",
            f"{cost.cpu / floor.cpu:.2f} × floor; {rows / cost.wall:,.0f} items/s")


def batch_ratios(costs, rows):
    ours = costs["maprun"]
    yield ("maprun to the floor, CPU", f"{ours.cpu / costs['floor'].cpu:.2f}", "at most 4")
    yield ("maprun to Python, CPU", f"{ours.cpu / costs['Python, json'].cpu:.2f}", "at most 0.5")
    workers = costs["maprun, one worker"].wall / ours.wall
    yield ("two workers to one, items/s", f"{workers:.2f}", "at least 1.7 on a quiet machine")
    journal = ours.wall / costs["maprun, no journal"].wall
    yield ("journal on to off, wall", f"{journal:.2f}", "at most 1.25")
    yield ("JSONata batch", f"{rows / costs['maprun, JSONata'].wall:,.0f} items/s",
           "at least 100,000 on two cores")


def instruction_counts(space):
    """Instructions per item: the difference of two sizes, so that starting up does not count."""
    small, large = space.registrations(2_000), space.registrations(12_000)
    floor = stripped(space.floor, space.folder)
    ours = stripped(space.maprun, space.folder)
    flow = "batch-states.asl.json"
    counts = {
        "floor": lambda data: instructions([floor, *space.job(data)]),
        "floor, direct": lambda data: instructions([floor, "--direct", *space.job(data)]),
        "maprun": lambda data: instructions(
            space.run_command(flow, data, program=ours, workers=1), cwd=space.flows),
        "maprun, no journal": lambda data: instructions(
            space.run_command(flow, data, program=ours, workers=1, journal="off"),
            cwd=space.flows),
    }
    base = None
    for name, count in counts.items():
        say(f"  callgrind: {name}")
        first = count(small)
        if first is None:
            yield ("instructions per item", "–", "valgrind is not installed")
            return
        each = (count(large) - first) / 10_000
        base = base or each
        yield (f"{name}: instructions per item", f"{each:,.0f}", f"{each / base:.2f} × floor")


def memory(space, sizes):
    """Peak memory at several sizes."""
    peaks = []
    for rows in sizes:
        say(f"  {rows:,} rows")
        data = space.registrations(rows)
        cost = run(space.run_command("batch-states.asl.json", data), cwd=space.flows)
        peaks.append(cost.peak_kib / 1024)
        yield (f"peak memory at {rows:,} rows", f"{peaks[-1]:.1f} MiB", "below 96 MiB")
    yield ("peak memory, farthest from the mean", f"{spread(peaks):.0%}", "at most 10 %")


def passes(space, sizes, rounds):
    """One Pass state at several sizes: memory, time, and the resume of a finished run."""
    peaks, walls = [], []
    for rows in sizes:
        data = space.registrations(rows)
        costs = in_turn({f"{rows:,} rows": lambda: run(
            space.run_command("passes.asl.json", data), cwd=space.flows)}, rounds)
        [cost] = costs.values()
        peaks.append(cost.peak_kib / 1024)
        walls.append(cost.wall)
        yield (f"Pass, {rows:,} rows", f"{rows / cost.wall:,.0f} items/s",
               f"{cost.wall:.1f} s, {peaks[-1]:.1f} MiB")
        again = [space.maprun, "resume", "last", "--runs", space.runs]
        cost = run(again, cwd=space.flows)
        yield (f"Pass, {rows:,} rows: resume when finished", f"{cost.wall:.2f} s", "below 1 s")
    yield ("Pass: peak memory, farthest from the mean", f"{spread(peaks):.0%}", "at most 10 %")
    paces = [wall / rows for wall, rows in zip(walls, sizes)]
    yield ("Pass: time per item, farthest from the mean", f"{spread(paces):.0%}", "at most 10 %")
    # The start of a run is about a tenth of the smallest one.
    further = [
        (walls[i] - walls[i - 1]) / (sizes[i] - sizes[i - 1]) for i in range(1, len(sizes))]
    if further:
        yield ("Pass: time of further rows, farthest from the mean", f"{spread(further):.0%}",
               "without the start of a run")


def spread(values):
    """How far the farthest value is from the mean, as a share of that."""
    middle = sum(values) / len(values)
    return max(abs(value - middle) / middle for value in values)


def waits(space, rounds):
    """Many items that wait at the same time hold no thread."""
    data = space.write_lines("waits.jsonl", list(range(10_000)))
    costs = in_turn({"waits": lambda: run(
        space.run_command("wait.asl.json", data), cwd=space.flows, count_threads=True)}, rounds)
    cost = costs["waits"]
    yield ("10,000 items that wait 1 s", f"{cost.wall:.2f} s", "below 1.5 s")
    yield ("threads meanwhile", f"{cost.threads:.0f}", "a few dozen")


def handlers(space, rows, rounds):
    """The batch with Python handlers against two processes in a loop that does nothing else."""
    data = space.registrations(rows)
    events = handler_events(space, rows)
    programs = {
        "bare loop": lambda: bare_loop(space, events),
        "maprun": lambda: run(
            space.run_command("batch.asl.json", data), cwd=space.flows, env=space.same_python()),
    }
    costs = in_turn(programs, rounds)
    calls = sum(count for _, _, count in events)
    for name, cost in costs.items():
        yield (f"Python handlers, {name}", f"{calls / cost.wall:,.0f} calls/s", "")
    share = costs["bare loop"].wall / costs["maprun"].wall
    yield ("Python handlers, maprun to bare loop", f"{share:.0%}", "at least 60 %")


def handler_events(space, rows):
    """For each function the events that the batch calls it with: (handler, file, how many)."""
    records = space.registrations(rows, "jsonl")
    sys.path.insert(0, str(space.flows / "handlers"))
    os.environ.update(DAYCARE_TODAY=TODAY, DAYCARE_SPOTS=SPOTS)
    import daycare

    found = []
    events = [json.loads(line) for line in records.read_text().splitlines()]
    for name in ("checkInformation", "checkAgeRange", "checkSpotsAvailability",
                 "confirmRegistration"):
        path = space.write_lines(f"events-{name}.jsonl", events)
        found.append((f"daycare.{name}", path, len(events)))
        answers = [getattr(daycare, name)(event, None) for event in events]
        events = [json.loads(each["body"]) for each in answers if each["statusCode"] == 200]
    return found


def bare_loop(space, events):
    """The wall time from the first call to the last answer, without the processes' start."""
    cost = run([space.bare_loop, PYTHON, ROOT / "Sources/Tasks/Resources/bootstrap.py",
                space.flows / "handlers", 2]
               + [word for handler, path, _ in events for word in (handler, path)])
    return Cost(float(cost.output), 0, 0)


def start_up(space, rounds):
    """What a user waits for before anything happens."""
    flow = space.run_command("pass.asl.json", "none")
    programs = {
        "--version": lambda: run([space.maprun, "--version"]),
        "a run of one Pass state": lambda: run(flow, cwd=space.flows),
    }
    limits = {"--version": "below 30 ms", "a run of one Pass state": "below 60 ms"}
    for name, cost in in_turn(programs, 5 * rounds).items():
        yield (name, f"{cost.wall * 1000:.1f} ms", limits[name])
