"""A process that can do no harm: bubblewrap gives a submission a machine of its own, with nothing on it.

Inside there are the system's programs and Python's packages, read only, and a small /tmp in memory. There is no
network, no home, no other submission, no check and no solution; processes outside are neither seen nor reached, and
all inside end with the first. bubblewrap (https://github.com/containers/bubblewrap) does this with the kernel's
namespaces. As root, the process changes to a user id of its own, so that its limits are its own as well.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

INSTALL = (
    "install it (Debian and Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap), "
    "use a Linux machine or container that allows it, or run this with --unprotected if you trust every submission"
)
SECRET = ["ch[0-9]*.py", "quiz*.json"]  # in exercises/: the answers
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from gdl_course.classroom.inside import main; main(int(sys.argv[2]))"
)
MEGABYTE = 2**20


@dataclass(frozen=True)
class Limits:
    """What one submission may use: bytes of memory and of disk, processes with their threads, seconds on the clock."""

    memory: int = 4096 * MEGABYTE
    disk: int = 256 * MEGABYTE
    processes: int = 64 + 8 * (os.cpu_count() or 1)
    seconds: float = 300.0


class NoSandbox(Exception):
    """bubblewrap is missing or may not work here; the message says how to get it."""


def require_bubblewrap() -> None:
    """Raises `NoSandbox`, with the reason and what to do, unless a sandbox can be made on this machine."""
    if shutil.which("bwrap") is None:
        raise NoSandbox(f"bubblewrap, which keeps submissions from doing harm, is not installed: {INSTALL}")
    tried = subprocess.run([*_walls(), "true"], capture_output=True, text=True, timeout=30, env=_environment())
    if tried.returncode:
        raise NoSandbox(f"bubblewrap does not work on this machine ({tried.stderr.strip()[:300]}): {INSTALL}")


def write_course(folder: Path) -> None:
    """Copy to `folder` what a submission may import of this package: all but the checks, the quizzes, the answers."""
    package = Path(__file__).resolve().parent.parent
    ignored = shutil.ignore_patterns("__pycache__", *SECRET)
    shutil.copytree(package, folder / package.name, ignore=ignored)


def protected(course: Path, descriptor: int) -> list[str]:
    """The command that starts `inside.main` in a sandbox, with the course's package from `course`."""
    binds = []
    for prefix in dict.fromkeys([sys.base_prefix, sys.prefix]):
        if not Path(prefix).is_relative_to("/usr"):
            binds += [*_parents(prefix), "--ro-bind", prefix, prefix]
    binds += _hidden()
    binds += ["--perms", "0755", "--dir", "/course", "--ro-bind", str(course), "/course"]
    return [*_walls(binds), *_own_user(), *_python("/course", descriptor)]


def unprotected(course: Path, descriptor: int) -> list[str]:
    """The same command with limits, but without walls."""
    return _python(str(course), descriptor)


def start(command: list[str], descriptor: int, folder: Path) -> subprocess.Popen:
    """Start a command of the two above; it inherits nothing but `descriptor`."""
    return subprocess.Popen(
        command, pass_fds=[descriptor], cwd=folder, env=_environment(str(folder)), start_new_session=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


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


def _walls(binds=()):
    """bubblewrap and all its options; the last ones make read only what is still writable."""
    command = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--unshare-cgroup-try"]
    command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if os.geteuid() == 0 else ["--unshare-user"]
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(folder):
            command += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            command += ["--ro-bind", folder, folder]
    command += ["--ro-bind", "/usr", "/usr"]
    for path in ("/etc/ld.so.cache", "/etc/fonts", "/etc/alternatives", "/etc/localtime"):
        command += ["--ro-bind-try", path, path]
    command += ["--proc", "/proc", "--dev", "/dev", "--size", str(16 * MEGABYTE), "--tmpfs", "/dev/shm"]
    command += ["--perms", "1777", "--size", str(Limits.disk), "--tmpfs", "/tmp", *binds]
    return [*command, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp"]


def _parents(path):
    """Make the folders above `path`, open to the submission's own user: bubblewrap would close them."""
    above = [folder for folder in reversed(Path(path).parents) if str(folder) not in ("/", "/tmp")]
    return [part for folder in above for part in ("--perms", "0755", "--dir", str(folder))]


def _hidden():
    """Where the package itself is installed among the others, an empty folder hides it."""
    places = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    installed = [Path(place) / "gdl_course" for place in places]
    return [part for folder in installed if folder.is_dir() for part in ("--size", "4096", "--tmpfs", str(folder))]


def _own_user():
    """As root: a user id that no other submission has at this time. Others cannot change theirs, and need not."""
    if os.geteuid() != 0:
        return []
    number = str(100_000 + os.getpid())
    return ["setpriv", "--reuid", number, "--regid", number, "--clear-groups", "--no-new-privs",
            "--bounding-set=-all", "--inh-caps=-all"]  # fmt: skip
