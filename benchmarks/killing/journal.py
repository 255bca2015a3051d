"""Reads a journal as Sources/Journal/FORMAT.md describes it."""

import struct
from pathlib import Path

SUCCEEDED = 1
STARTED, EVENT, FINISHED, SEALED, NOTE, REOPENED = range(1, 7)


def records(folder):
    """Type and payload of each whole record in the segments of a folder."""
    for path in sorted(Path(folder).glob("*.journal")):
        data = path.read_bytes()
        if len(data) < 16:
            continue
        place = struct.unpack_from("<I", data, 12)[0]
        while place + 12 <= len(data):
            size, = struct.unpack_from("<I", data, place + 4)
            if data[place + 8:place + 10] != b"\xff\x4d" or place + 12 + size > len(data):
                break
            yield data[place + 10], data[place + 12:place + 12 + size]
            place += 12 + size


def finished(folder):
    """The outcomes of each item that count: statuses, more than one if it was doubled."""
    found = {}
    for kind, payload in records(folder):
        if kind == FINISHED:
            item, = struct.unpack_from("<Q", payload)
            found.setdefault(item, []).append(payload[40])
        elif kind == REOPENED:
            item, = struct.unpack_from("<Q", payload)
            found.pop(item, None)
    return found


def notes(folder):
    """The kinds of the notes in a journal, in order."""
    for kind, payload in records(folder):
        if kind == NOTE:
            size, = struct.unpack_from("<I", payload)
            yield payload[4:4 + size].decode()


def is_redrive_pending(folder):
    """Whether a redrive has been ordered, and not everything that runs again made void."""
    pending = False
    for kind in notes(folder):
        pending = kind == "redrive" or pending and kind != "redriven"
    return pending
