"""A process that can do no harm: bubblewrap gives a submission a machine of its own, with nothing on it.

Inside there are the system's programs and Python's packages, read only, and a small /tmp in memory. There is no
network, no home, no other submission, no check and no solution; processes outside are neither seen nor reached, and
all inside end with the first. bubblewrap (https://github.com/containers/bubblewrap) does this with the kernel's
namespaces, and a filter of system calls (`seccomp`) keeps the kernel's odder doors shut. As root, the process changes
to a user id of its own, so that its limits are its own as well; nobody else can, and need not.
"""

import ctypes
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from gdl_course.classroom import seccomp
from gdl_course.classroom.hidden import LOOKER, SECRET, looked_for, masks

INSTALL = (
    "install it (Debian and Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap), "
    "use a Linux machine or container that allows it, or run this with --unprotected if you trust every submission"
)
PARTS = {  # what a machine may lack, and what that means; the first is tried first
    "--disable-userns": "bubblewrap here cannot forbid user namespaces inside; only the filter of system calls does",
    "--seccomp": "the kernel refuses a filter of system calls: a hole in one that learners never need is within reach",
}
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from gdl_course.classroom.inside import main; main(int(sys.argv[2]))"
)
MEGABYTE = 2**20
KEYCTL, JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes of memory and of disk, processes with their threads, seconds.

    `seconds` are those on the clock in which a processor was to be had, `computing` those of all processors together.
    """

    memory: int = 4096 * MEGABYTE
    disk: int = 256 * MEGABYTE
    processes: int = 64 + 8 * (os.cpu_count() or 1)
    seconds: float = 300.0
    computing: float = 600.0


class NoSandbox(Exception):
    """bubblewrap is missing or may not work here; the message says how to get it."""


@dataclass(frozen=True)
class Sandbox:
    """How a submission's process is started.

    `kind` is "bubblewrap"; or "user" for a process of another user, with limits and a filter of system calls, where
    namespaces are forbidden; or "none" for one that has limits alone. `secrets` are paths that it must not
    see, beside the course's own; `without` are the keys of `PARTS` that this machine lacks.
    """

    kind: str = "bubblewrap"
    secrets: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def start(self, course: Path, descriptor: int, folder: Path) -> subprocess.Popen:
        """Start `inside.main` with the course's package from `course`; it inherits nothing but `descriptor`."""
        if self.kind == "none":
            return _started(_python(str(course), descriptor), [descriptor], folder)
        if self.kind == "user":
            os.chmod(folder, 0o711)
            os.chmod(course, 0o755)
            return _started([*_own_user(), *_python(str(course), descriptor)], [descriptor], _home(folder))
        return self.run(_python("/course", descriptor), [descriptor], folder, course)

    def run(self, command, descriptors=(), folder="/", course=None) -> subprocess.Popen:
        """Start a command behind the walls, where there are any."""
        if self.kind == "user":
            return _started([*_own_user(), *command], descriptors, folder)
        with _Filter("--seccomp" not in self.without) as rules:
            walls = [*self._walls(course), *rules.options, *_own_user(), *command]
            return _started(walls, [*descriptors, *rules.descriptors], folder)

    def _walls(self, course):
        """bubblewrap and its options; the last ones make read only what is still writable."""
        command = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
        command += ["--unshare-uts", "--unshare-cgroup-try", *self._users(), *_system()]
        command += ["--perms", "1777", "--size", str(Limits.disk), "--tmpfs", "/tmp"]
        for prefix in prefixes():
            command += [*_parents(prefix), "--ro-bind", prefix, prefix]
        command += masks(["/usr", *prefixes()], self.secrets)
        if course is not None:
            command += ["--perms", "0755", "--dir", "/course", "--ro-bind", str(course), "/course"]
        return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]

    def _users(self):
        if os.geteuid() == 0:
            return ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
        return ["--unshare-user", *(["--disable-userns"] if "--disable-userns" not in self.without else [])]


def require_other_user(secrets=()) -> Sandbox:
    """For containers that forbid namespaces. Raises `NoSandbox` if another user could read what is secret."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None or seccomp.program() is None:
        raise NoSandbox("to run submissions as another user needs root, setpriv (util-linux) and x86_64 or aarch64")
    try:
        return _without_a_hole(Sandbox("user", tuple(map(str, secrets))))
    except NoSandbox as seen:
        raise NoSandbox(f"{seen}. Let root alone read these: chmod -R go-rwx") from None


def prefixes() -> list[str]:
    """Python's own folders, which are shown inside as /usr is."""
    return [
        prefix for prefix in dict.fromkeys([sys.base_prefix, sys.prefix]) if not Path(prefix).is_relative_to("/usr")
    ]


def require_bubblewrap(secrets=()) -> Sandbox:
    """The strongest sandbox that this machine allows. Raises `NoSandbox`, with the reason and what to do, if none."""
    if shutil.which("bwrap") is None:
        raise NoSandbox(f"bubblewrap, which keeps submissions from doing harm, is not installed: {INSTALL}")
    without, why = [], ""
    for part in [None, *PARTS]:
        without += [part] if part else []
        found = Sandbox("bubblewrap", tuple(map(str, secrets)), tuple(without))
        why = why_not(found)
        if not why:
            return _without_a_hole(_fewest(found))
    raise NoSandbox(f"bubblewrap does not work on this machine ({why[:300]}): {INSTALL}")


def _fewest(found: Sandbox) -> Sandbox:
    """A part that was given up before the one that was at fault comes back."""
    for part in found.without:
        other = Sandbox(found.kind, found.secrets, tuple(p for p in found.without if p != part))
        if not why_not(other):
            return _fewest(other)
    return found


def why_not(sandbox: Sandbox, command=("true",)) -> str:
    """What a command says that fails in this sandbox; empty if it does not fail."""
    with sandbox.run(command) as tried:
        _, words = tried.communicate(timeout=60)
    return words.decode(errors="replace").strip() or f"code {tried.returncode}" if tried.returncode else ""


def _without_a_hole(sandbox: Sandbox) -> Sandbox:
    """The self-test: a process inside looks for each secret. Raises `NoSandbox` if it sees one."""
    looker = [sys.executable, "-s", "-P", "-c", LOOKER, *looked_for(sandbox.secrets, sandbox.kind == "bubblewrap")]
    if seen := why_not(sandbox, looker):
        raise NoSandbox(f"a submission could see what it must not ({seen[:500]}): nothing is graded")
    return sandbox


def write_course(folder: Path) -> None:
    """Copy to `folder` what a submission may import of this package: all but the checks, the quizzes, the answers."""
    package = Path(__file__).resolve().parent.parent
    ignored = shutil.ignore_patterns("__pycache__", *SECRET)
    shutil.copytree(package, folder / package.name, ignore=ignored)


def _started(command, descriptors, folder):
    _forget_keys()
    return subprocess.Popen(
        command, pass_fds=descriptors, cwd=folder, env=_environment(str(folder)), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def _home(folder) -> Path:
    """A folder that the submission's own user may write to."""
    home = Path(folder) / "home"
    home.mkdir(exist_ok=True)
    os.chown(home, own_number(), own_number())
    return home


def _forget_keys():
    """From now on this process and its children have a keyring of their own, with nothing in it."""
    if platform.machine() in KEYCTL:
        ctypes.CDLL(None).syscall(KEYCTL[platform.machine()], JOIN_SESSION_KEYRING, None)


class _Filter:
    """The filter of system calls as a file that bubblewrap reads, where there is one."""

    def __init__(self, wanted):
        self.program, self.descriptors, self.options = seccomp.program() if wanted else None, [], []

    def __enter__(self):
        if self.program:
            reading, writing = os.pipe()
            os.write(writing, self.program)  # less than a pipe holds
            os.close(writing)
            self.descriptors, self.options = [reading], ["--seccomp", str(reading)]
        return self

    def __exit__(self, *_):
        for descriptor in self.descriptors:
            os.close(descriptor)


def _environment(home="/tmp"):
    return {
        "PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", "MPLBACKEND": "agg", "JAX_PLATFORMS": "cpu",
        "GDL_PROGRESS": "0", "GDL_PROGRESS_FILE": "", "PYTHONDONTWRITEBYTECODE": "1",
        # One core and few threads: a class is graded side by side, and a thread counts as a process.
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2",
        "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    }  # fmt: skip


def _python(course, descriptor):
    return [sys.executable, "-s", "-P", "-c", PROGRAM, course, str(descriptor)]


def _system():
    """The system's own folders, and devices and files that a program may expect: /dev/zero, shared memory, is none."""
    command = []
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(folder):
            command += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            command += ["--ro-bind", folder, folder]
    command += ["--ro-bind", "/usr", "/usr", "--proc", "/proc"]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime"):
        command += ["--ro-bind-try", path, path]
    for path in ("/proc/keys", "/proc/key-users"):
        command += ["--ro-bind", "/dev/null", path] if os.path.exists(path) else []
    command += ["--perms", "0755", "--size", str(MEGABYTE), "--tmpfs", "/dev"]
    for name in ("null", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{name}", f"/dev/{name}"]
    for name, target in {"fd": "", "stdin": "/0", "stdout": "/1", "stderr": "/2"}.items():
        command += ["--symlink", f"/proc/self/fd{target}", f"/dev/{name}"]
    return [*command, "--perms", "1777", "--size", str(16 * MEGABYTE), "--tmpfs", "/dev/shm"]


def _parents(path):
    """Make the folders above `path`, open to the submission's own user: bubblewrap would close them."""
    above = [folder for folder in reversed(Path(path).parents) if str(folder) not in ("/", "/tmp")]
    return [part for folder in above for part in ("--perms", "0755", "--dir", str(folder))]


def own_number() -> int:
    """The user id of the submission that this process grades."""
    return 100_000 + os.getpid()


def _own_user():
    """As root: a user id that no other submission has at this time. Others cannot change theirs, and need not."""
    if os.geteuid() != 0:
        return []
    number = str(own_number())
    return ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip
