"""What is run, killed and compared."""

import json
import shutil

from . import journal
from .workspace import Broken

HANDLER = '''
import json, os

def note(function, event):
    line = json.dumps([function, event["id"]]) + "\\n"
    log = os.open("calls.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    os.write(log, line.encode())
    os.close(log)

def first(event, context):
    note("first", event)
    return event

def second(event, context):
    note("second", event)
    if event["id"] % 7 == 3 and os.path.exists("broken") and not event.get("mended"):
        raise ValueError("item %d" % event["id"])
    return {"id": event["id"], "square": event["id"] ** 2}

def third(event, context):
    note("third", event)
    return {"id": event["id"], "cube": event["id"] ** 3}
'''


def states(space, chance, rounds):
    """Children in states alone, with an export whose files are compared too."""
    rows = space.output("datasets", "registrations", "--rows", "60000")
    (space.folder / "data").mkdir()
    (space.folder / "data/rows.csv").write_bytes(rows)
    space.write("flow.asl.json", exported_flow())
    space.write("maprun.yaml", "buckets: {data: data, out: out}\n")
    seconds = space.finish("run", "flow.asl.json", "--name", "whole")
    whole = space.files("whole") | exported(space)
    kills = Kills(space, chance, seconds)
    while kills.count < rounds:
        clear(space, "out")
        kills.run("run", "flow.asl.json", "--name", "killed")
        compare(space.files("killed") | exported(space), whole)
        forget(space, "killed")
    return kills.summary


def calls(space, chance, rounds):
    """Children that call a handler twice; it logs every call."""
    prepare_calls(space)
    seconds = space.finish("run", "flow.asl.json", "--name", "whole")
    whole = space.files("whole")
    kills = Kills(space, chance, seconds)
    while kills.count < rounds:
        kills.run("run", "flow.asl.json", "--name", "killed")
        compare(space.files("killed"), whole)
        forget(space, "killed")
    return kills.summary


def redrive(space, chance, rounds):
    """Items fail; then the handler is mended and they are redriven, under fire."""
    prepare_calls(space)
    space.write("broken", "")
    space.finish("run", "flow.asl.json", "--name", "whole")
    (space.folder / "broken").unlink()
    seconds = space.finish("redrive", "last")
    whole = space.files("whole")
    kills = Kills(space, chance, seconds)
    while kills.count < rounds:
        space.write("broken", "")
        space.finish("run", "flow.asl.json", "--name", "killed")
        (space.folder / "broken").unlink()
        kills.run("redrive", "last")
        compare(space.files("killed"), whole)
        forget(space, "killed")
    return kills.summary


def repair(space, chance, rounds):
    """Items fail, and are redriven with another workflow, under fire."""
    def begin(name):
        space.finish("run", "flow.asl.json", "--name", name)
        return "redrive", "last", "--with", "fixed.asl.json"

    prepare_calls(space)
    space.write("broken", "")
    space.write("fixed.asl.json", calling_flow(second="third"))
    return again(space, chance, rounds, begin)


def feedback(space, chance, rounds):
    """Items fail, are edited and fed back, under fire."""
    def begin(name):
        space.finish("run", "flow.asl.json", "--name", name)
        edited = []
        for line in space.output("failures", "last", "--json").splitlines():
            item = json.loads(line)
            item["input"]["mended"] = True
            edited.append(json.dumps(item) + "\n")
        space.write("edited.jsonl", "".join(edited))
        return "redrive", "last", "--items", "edited.jsonl"

    prepare_calls(space)
    space.write("broken", "")
    return again(space, chance, rounds, begin)


def rebase(space, chance, rounds):
    """The input changes under items with calls, some redriven; the run is resumed, under fire."""
    old = [{"id": number} for number in range(4000)]
    new = changed(old, lambda number: {"id": 4000 + number})

    def begin(name):
        space.write("data/rows.jsonl", lines(old))
        space.write("broken", "")
        space.finish("run", "flow.asl.json", "--name", name)
        (space.folder / "broken").unlink()
        space.finish("redrive", "last")
        space.write("data/rows.jsonl", lines(new))
        return "resume", "last"

    prepare_calls(space)
    kills = Kills(space, chance, 0, [row["id"] for row in old], [row["id"] for row in new])
    return again(space, chance, rounds, begin, kills)


def moved(space, chance, rounds):
    """The input of an exported Map changes; then the run is resumed, under fire."""
    header, *old = space.output("datasets", "registrations", "--rows", "60000").splitlines(True)
    new = changed(old, lambda number: old[number].replace(b"20", b"19"))

    def begin(name):
        clear(space, "out")
        (space.folder / "data/rows.csv").write_bytes(header + b"".join(old))
        space.finish("run", "flow.asl.json", "--name", name)
        (space.folder / "data/rows.csv").write_bytes(header + b"".join(new))
        return "resume", "last"

    (space.folder / "data").mkdir()
    space.write("flow.asl.json", exported_flow())
    space.write("maprun.yaml", "buckets: {data: data, out: out}\n")
    return again(space, chance, rounds, begin, exports=True)


def again(space, chance, rounds, begin, kills=None, exports=False):
    """Begins a run and kills what `begin` says is to be done with it."""
    def left(name):
        return space.files(name) | (exported(space) if exports else {})

    seconds = space.finish(*begin("whole"))
    whole = left("whole")
    kills = kills or Kills(space, chance, seconds)
    kills.seconds = seconds
    while kills.count < rounds:
        words = begin("killed")
        kills.run(*words)
        compare(left("killed"), whole)
        forget(space, "killed")
    return kills.summary


def changed(rows, fresh):
    """Rows of which some were moved, removed, put in or edited."""
    rows = list(rows)
    rows[100], rows[3000] = rows[3000], rows[100]
    del rows[50]
    for number in range(20):
        rows.insert(number * 150, fresh(number))
    rows[1234] = fresh(1234)
    return rows


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


SCENARIOS = {
    "states": states, "calls": calls, "redrive": redrive, "repair": repair, "feedback": feedback,
    "rebase": rebase, "moved": moved}


class Kills:
    """Starts a command, kills it, resumes it, kills that too, and so on to the end."""

    def __init__(self, space, chance, seconds, old=None, new=None):
        """`old` and `new` are the ids of the items before and after a change of the input."""
        self.old = old
        self.new = new
        self.space = space
        self.chance = chance
        self.seconds = seconds
        self.count = 0
        self.groups = 0
        self.compared = 0

    def run(self, *words):
        space = self.space
        while True:
            before = self.kept(words[0])
            mark = self.calls()
            process = space.start(*words)
            is_group = self.chance.random() < 0.5
            was_killed = space.kill_within(
                process, self.seconds * 1.1, self.chance, is_group)
            self.check(before, mark)
            if not was_killed:
                if process.returncode != 0:
                    raise Broken(f"maprun {' '.join(words)} ended with {process.returncode}")
                self.compared += 1
                return
            self.count += 1
            self.groups += is_group
            if space.run_folder("killed") is None:
                continue
            words = self.next(words)

    def kept(self, command):
        """Items that the command must not run again."""
        if command == "run":
            return set()
        run = self.space.run_folder("killed")
        only_successes = command == "redrive" or journal.is_redrive_pending(run / "journal")
        kept = {
            item for item, outcomes in self.space.finished("killed").items()
            if not only_successes or outcomes[-1] == journal.SUCCEEDED}
        if self.old is None:
            return kept
        is_rebased = "rebased" in journal.notes(run / "maps/Rows")
        ids = self.new if is_rebased else self.old
        return {ids[item] for item in kept}

    def next(self, words):
        """A redrive that was killed before it took hold has to be asked for again."""
        notes = journal.notes(self.space.run_folder("killed") / "journal")
        if words[0] == "redrive" and "redrive" not in notes:
            return words
        return ("resume", "last")

    def calls(self):
        log = self.space.folder / "calls.jsonl"
        return log.stat().st_size if log.exists() else 0

    def check(self, before, mark):
        """No item that had finished was called again, and none has two outcomes."""
        log = self.space.folder / "calls.jsonl"
        if log.exists():
            with open(log, "rb") as file:
                file.seek(mark)
                again = {json.loads(line)[1] for line in file} & before
            if again:
                raise Broken(f"finished items were called again: {sorted(again)[:5]}")
        found = self.space.finished("killed")
        double = [item for item, outcomes in found.items() if len(outcomes) > 1]
        if double:
            raise Broken(f"items with two outcomes: {double[:5]}")

    @property
    def summary(self):
        return (
            f"{self.count} kills ({self.groups} of the whole group), {self.compared} runs "
            "completed, each with the bytes of a run left alone; nothing finished ran twice")


def compare(files, whole):
    for name in whole:
        if files.get(name) != whole[name]:
            raise Broken(f"{name} differs from that of a run left alone")


def exported(space):
    """What ResultWriter wrote, in a folder named for the Map Run."""
    found = {}
    for path in sorted((space.folder / "out").rglob("*_*.json")):
        text = path.read_text()
        if path.name.startswith("FAILED"):
            records = [json.loads(line) for line in text.splitlines()]
            text = json.dumps([(one["Input"], one["Error"], one["Cause"]) for one in records])
        found[path.name] = text
    return found


def clear(space, folder):
    for path in sorted((space.folder / folder).rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def forget(space, name):
    shutil.rmtree(space.run_folder(name))
    log = space.folder / "calls.jsonl"
    if log.exists():
        log.unlink()


def prepare_calls(space):
    space.write("data/rows.jsonl", lines({"id": number} for number in range(4000)))
    space.write("work.py", HANDLER)
    space.write("flow.asl.json", calling_flow())
    space.write("maprun.yaml", (
        "functions:\n"
        "  first: {handler: work.first}\n"
        "  second: {handler: work.second}\n"
        "  third: {handler: work.third}\n"
        "buckets: {data: data}\n"))


def reader(key, configuration):
    return {
        "Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": configuration,
        "Parameters": {"Bucket": "data", "Key": key}}


def processor(kind, states, start):
    return {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
        "StartAt": start, "States": states}


def exported_flow():
    check = {
        "Check": {"Type": "Choice", "Default": "Bad", "Choices": [
            {"Variable": "$.dateOfBirth", "StringMatches": "202*-*-*", "Next": "Good"}]},
        "Good": {"Type": "Pass", "End": True, "Parameters": {
            "name.$": "States.Format('{} {}', $.childFirstName, $.childLastName)"}},
        "Bad": {"Type": "Fail", "Error": "DateInvalid", "CausePath": "$.dateOfBirth"}}
    return {"StartAt": "Rows", "States": {"Rows": {
        "Type": "Map", "Label": "Rows", "ToleratedFailurePercentage": 100, "End": True,
        "ResultPath": None,
        "ItemReader": reader("rows.csv", {"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
        "ItemProcessor": processor("EXPRESS", check, "Check"),
        "ResultWriter": {
            "Resource": "arn:aws:states:::s3:putObject",
            "Parameters": {"Bucket": "out", "Prefix": "rows"},
            "WriterConfig": {"OutputType": "JSONL", "Transformation": "COMPACT"}}}}}


def calling_flow(second="second"):
    function = "arn:aws:lambda:us-east-1:123456789012:function:"
    work = {
        "First": {"Type": "Task", "Resource": function + "first", "Next": "Second"},
        "Second": {"Type": "Task", "Resource": function + second, "End": True}}
    return {"StartAt": "Rows", "States": {"Rows": {
        "Type": "Map", "Label": "Rows", "MaxConcurrency": 16, "End": True, "ResultPath": None,
        "ToleratedFailurePercentage": 100, "ItemReader": reader("rows.jsonl", {"InputType": "JSONL"}),
        "ItemProcessor": processor("STANDARD", work, "First")}}}
