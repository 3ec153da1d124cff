"""Attacks on memory, for the tests of the grader: what they share, and a measure of memory."""

import threading
from pathlib import Path

from gdl_course.classroom.sandbox import MEGABYTE, Limits

LIMIT = Limits(memory=1024 * MEGABYTE, seconds=60.0)
FIND_CHANNEL = (
    "import gc, json\nfrom gdl_course.classroom.wire import Channel\n"
    "channel, = [o for o in gc.get_objects() if type(o) is Channel]\n"
    "def raw(text, body=b''):\n"
    "    text = text if isinstance(text, bytes) else json.dumps(text).encode()\n"
    "    channel.end.sendall(len(text).to_bytes(4, 'big') + HEADER(body) + text + body)\n"
).replace("HEADER(body)", "(len(body).to_bytes(4, 'big') if hasattr(channel, 'head') else b'')")


class Peak:
    """The most memory that the processes of a folder, or this process, used for a second, in MB; measured apart."""

    def __init__(self, folder=None):
        self.folder, self.seen, self.over = folder, [], threading.Event()
        self.thread = threading.Thread(target=self._measure, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def _measure(self):
        while not self.over.wait(0.25):
            paths = [Path("/proc/self")] if self.folder is None else _processes(self.folder)
            self.seen.append(sum(map(proportional, paths)) / 2**20)

    @property
    def for_a_second(self) -> float:
        return max((min(self.seen[i : i + 4]) for i in range(len(self.seen) - 3)), default=0.0)


def _processes(name):
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if name in (folder / "mountinfo").read_text(errors="replace"):
                yield folder
        except OSError:
            continue


def proportional(folder) -> int:
    """Bytes of a process in its proportion, with its page tables and the files in memory that it holds open."""
    total = 0
    try:
        for line in (folder / "smaps_rollup").read_text().splitlines() + (folder / "status").read_text().splitlines():
            if line.startswith(("Pss:", "VmPTE:")):
                total += 1024 * int(line.split()[1])
        held = {d.stat().st_ino: d.stat().st_blocks for d in (folder / "fd").iterdir() if "memfd" in str(d.readlink())}
        total += 512 * sum(held.values())
    except OSError:
        pass
    return total
