"""What a process and all its descendants use of the machine, looked at ten times a second for their whole life.

Memory is counted wherever it is: private pages, shared ones once, page tables, swap, files in memory, memfd, and the
most that their pipes and sockets can hold. /proc is where the kernel tells this to anybody who owns the processes.

Time is counted so that a busy machine changes no grade: a second in which they waited for a processor that somebody
else had is none. They cannot stop this clock themselves: seconds that they compute count in any case.
"""

import os
import threading
import time
from pathlib import Path

LOOK = 0.1  # seconds between two looks
PIPE, SOCKET = 2**16, 425_984  # bytes that one holds at most, as the kernel sets it up
_TICK, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
IN_MEMORY = ("tmp", "dev/shm")  # the file systems of a sandbox that are in memory


def tree_of(pid: int, user: int | None = None) -> list[int]:
    """A process and all its descendants; of a `user`, all processes, for descendants can leave the tree."""
    if user is not None:
        owned = f"Uid:\t{user}\t"
        return [int(pid) for pid in _listed("/proc") if pid.isdigit() and owned in _read(f"/proc/{pid}/status")]
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        for task in _listed(f"/proc/{found[-1]}/task"):
            waiting += map(int, _read(f"/proc/{found[-1]}/task/{task}/children").split())
    return found


def memory_of(tree: list[int], enough: int = 0) -> int:
    """Bytes of memory that these processes use together; a sum below `enough` may be too large by what they share."""
    other = _tables_and_files(tree)
    pages = sum(_fields(f"/proc/{pid}/status", "RssAnon", "RssShmem", "VmSwap") for pid in tree)
    if pages + other > enough:
        pages = sum(_shared_once(pid) for pid in tree)
    return pages + other


def _shared_once(pid):
    """Anonymous and shared pages of a process, each divided by the number of processes that have it."""
    parts = _fields(f"/proc/{pid}/smaps_rollup", "Pss_Anon", "Pss_Shmem", "SwapPss")
    return parts or _fields(f"/proc/{pid}/status", "RssAnon", "RssShmem", "VmSwap")


def _tables_and_files(tree):
    held = {}  # (device, inode) -> bytes
    for pid in tree:
        for number in _listed(f"/proc/{pid}/fd"):
            _add_held(f"/proc/{pid}/fd/{number}", held)
        for place in IN_MEMORY:
            _add_file_system(f"/proc/{pid}/root/{place}", f"/{place}", held)
    return sum(held.values()) + sum(_fields(f"/proc/{pid}/status", "VmPTE") for pid in tree)


def _add_held(path, held):
    try:
        name = os.readlink(path)
        if name.startswith(("/memfd:", "socket:", "pipe:", "/SYSV")):
            of = os.stat(path)
            size = {"s": SOCKET, "p": PIPE}.get(name[0], of.st_blocks * 512)
            held[of.st_dev, of.st_ino] = size
    except OSError:  # closed meanwhile
        pass


def _add_file_system(path, ours, held):
    try:
        device = os.stat(path).st_dev
        if device not in held and device != os.stat(ours).st_dev:
            of = os.statvfs(path)
            held[device] = (of.f_blocks - of.f_bfree) * of.f_frsize
    except OSError:  # ended meanwhile, or there is none
        pass


def _fields(path, *names) -> int:
    """The sum of some lines of a file of /proc, `Name:  12 kB`, in bytes."""
    wanted = tuple(f"{name}:" for name in names)
    return 1024 * sum(int(line.split()[1]) for line in _read(path).splitlines() if line.startswith(wanted))


def computed_by(tree: list[int]) -> float:
    """Seconds of processor time that these processes and their ended children have used."""
    return sum(sum(map(int, _stat(pid)[11:15])) for pid in tree) / _TICK


def _stat(pid):
    return _read(f"/proc/{pid}/stat").rpartition(")")[2].split() or ["0"] * 20


def waited(pid: int, task: int) -> float:
    """Seconds that a thread has waited for a processor since it began; 0 where the kernel does not count them."""
    parts = _read(f"/proc/{pid}/task/{task}/schedstat").split()
    return int(parts[1]) / 1e9 if len(parts) == 3 else 0.0


def _read(path) -> str:
    try:
        return Path(path).read_text(errors="replace")
    except OSError:
        return ""


def _listed(path) -> list[str]:
    try:
        return os.listdir(path)
    except OSError:
        return []


class Watch(threading.Thread):
    """Looks at the processes of `tree()` until `stop`; calls `end` when they use too much; `problem` says why."""

    def __init__(self, tree, limits, end):
        super().__init__(daemon=True)
        self.tree, self.limits, self.end = tree, limits, end
        self.problem, self.spent, self.peak = "", 0.0, 0
        self._over, self._caller = threading.Event(), threading.get_native_id()
        self._at, self._computed = time.monotonic(), 0.0
        self._waits = {"checker": waited(os.getpid(), self._caller)}

    def run(self):
        while not self._over.is_set():
            self.problem = self._look()
            if self.problem:
                self.end()
                return
            self._over.wait(LOOK)

    def stop(self):
        self._over.set()
        if self.is_alive() and threading.current_thread() is not self:
            self.join()

    def _look(self) -> str:
        tree = self.tree()
        self._count_time(tree)
        memory = memory_of(tree, self.limits.memory)
        self.peak = max(self.peak, memory)
        if memory > self.limits.memory:
            return f"stopped: more than {self.limits.memory // 2**20} MB of memory in use"
        if self._computed > self.limits.computing:
            return f"stopped: more than {self.limits.computing:.0f} s of processor time"
        return ""

    def _count_time(self, tree):
        now, computed = time.monotonic(), max(self._computed, computed_by(tree))
        waits = {task: waited(pid, task) for pid in tree for task in _listed(f"/proc/{pid}/task")}
        waits["checker"] = waited(os.getpid(), self._caller)
        longest = max(wait - self._waits.get(task, 0.0) for task, wait in waits.items())
        passed, done = now - self._at, computed - self._computed
        self.spent += max(min(done, passed), passed - max(longest, 0.0))
        self._at, self._computed, self._waits = now, computed, waits
