"""What a submission sees: nothing secret, wherever the package, the class or the report are; and what if it does."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from handed_in import RIGHT, SANDBOX, needs_bubblewrap, notebook

from gdl_course.classroom import sandbox, seccomp
from gdl_course.classroom.cli import main
from gdl_course.classroom.sandbox import PARTS, NoSandbox, Sandbox, require_bubblewrap, why_not
from gdl_course.classroom.seccomp import AUDIT, program


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """A folder that is shown inside the sandbox, as Python's own are."""
    folder = tmp_path / "prefix"
    (folder / "src").mkdir(parents=True)
    own = sandbox.prefixes()
    monkeypatch.setattr(sandbox, "prefixes", lambda: [*own, str(folder)])
    return folder


def looked_at(path, secrets=()):
    """What `ls` and `cat` say of a path inside the sandbox."""
    with Sandbox("bubblewrap", tuple(map(str, secrets)), SANDBOX.without).run(
        ["sh", "-c", f"ls -A {path} >&2; cat {path} >&2"]
    ) as done:
        return done.communicate(timeout=30)[1].decode()


# Every secret is masked, by its name ----------------------------------------------------------------------------------


@needs_bubblewrap
def test_a_class_below_a_folder_that_is_shown_is_masked(shown):
    grace = notebook(shown / "src" / "class" / "grace.ipynb", RIGHT)
    assert "grace.ipynb" in looked_at(grace.parent) and "circ_conv" in looked_at(grace)
    assert "grace" not in looked_at(grace.parent, [grace.parent])
    assert "circ_conv" not in looked_at(grace, [grace])


@needs_bubblewrap
def test_an_editable_install_below_a_folder_that_is_shown_is_masked_with_its_clone(shown, monkeypatch):
    """`pip install --editable git+...` puts a clone below the environment: its checks, its solutions."""
    clone = shown / "src" / "gdl-course"
    for name in ("gdl_course/exercises/ch05.py", "notebooks/05_convolution.md", "pyproject.toml"):
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        (clone / name).write_text("secret")
    assert "secret" in looked_at(clone / "gdl_course/exercises/ch05.py")
    monkeypatch.setattr(sys, "path", [*sys.path, str(clone)])
    assert "secret" not in looked_at(clone / "gdl_course/exercises/ch05.py")
    assert "secret" not in looked_at(clone / "notebooks/05_convolution.md")


@needs_bubblewrap
def test_a_secret_behind_a_link_is_masked_where_it_is_shown(shown, tmp_path):
    notebook(shown / "src" / "class" / "grace.ipynb", RIGHT)
    (tmp_path / "link").symlink_to(shown / "src" / "class")
    assert "grace" not in looked_at(shown / "src" / "class", [tmp_path / "link"])


# The self-test --------------------------------------------------------------------------------------------------------


@needs_bubblewrap
def test_nothing_is_graded_where_a_secret_can_be_seen(shown, monkeypatch):
    folder = notebook(shown / "src" / "class" / "grace.ipynb", RIGHT).parent
    assert require_bubblewrap([folder]).secrets == (str(folder),)
    monkeypatch.setattr(sandbox, "masks", lambda *a: [])  # a mask is forgotten
    with pytest.raises(NoSandbox, match="could see what it must not .*grace.ipynb"):
        require_bubblewrap([folder])


@needs_bubblewrap
def test_nothing_is_graded_where_the_checks_can_be_seen(shown, monkeypatch):
    (shown / "gdl_course" / "exercises").mkdir(parents=True)
    (shown / "gdl_course" / "exercises" / "ch05.py").write_text("secret")
    monkeypatch.setattr(sandbox, "masks", lambda *a: [])
    monkeypatch.setattr(sandbox, "LOOKER", sandbox.LOOKER.replace("*sys.path", f"*sys.path, {str(shown)!r}"))
    with pytest.raises(NoSandbox, match="ch05.py"):
        require_bubblewrap()


@needs_bubblewrap
def test_gdl_grade_says_what_can_be_seen_and_ends_with_3(shown, monkeypatch, tmp_path):
    from handed_in import ASSIGNMENT

    ASSIGNMENT.save(tmp_path / "assignment.json")
    notebook(shown / "src" / "class" / "grace.ipynb", RIGHT)
    monkeypatch.setattr(sandbox, "masks", lambda *a: [])
    arguments = ["grade", str(shown / "src" / "class"), "--out", str(tmp_path / "report"), "--assignment"]
    done = CliRunner().invoke(main, [*arguments, str(tmp_path / "assignment.json")])
    assert done.exit_code == 3 and "grace.ipynb" in done.output and "nothing is graded" in done.output
    assert not (tmp_path / "report").exists()


# A machine that forbids a part ----------------------------------------------------------------------------------------


@needs_bubblewrap
@pytest.mark.parametrize("lacking", [["--disable-userns"], ["--seccomp"], list(PARTS)])
def test_what_a_machine_forbids_is_named_and_given_up_and_nothing_else(lacking, monkeypatch):
    def refusing(found, command=("true",)):
        return "bwrap: no" if set(lacking) - set(found.without) else why_not(found, command)

    monkeypatch.setattr(sandbox, "why_not", refusing)
    assert set(require_bubblewrap().without) == set(lacking)


@needs_bubblewrap
def test_a_part_that_is_missing_is_said_before_anything_is_graded(monkeypatch, tmp_path):
    from handed_in import ASSIGNMENT

    ASSIGNMENT.save(tmp_path / "assignment.json")
    notebook(tmp_path / "class" / "ada.ipynb", RIGHT)
    monkeypatch.setattr(sandbox, "require_bubblewrap", lambda secrets: Sandbox("bubblewrap", (), ("--seccomp",)))
    done = CliRunner().invoke(main, ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "report")])
    lines = done.output.splitlines()
    assert lines[0].startswith("Warning: a part of the protection is missing, --seccomp: the kernel refuses")
    assert PARTS["--seccomp"] in (tmp_path / "report" / "index.html").read_text("utf8")


# The filter of system calls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", AUDIT)
def test_a_filter_is_whole(machine):
    """Each jump leads to an instruction, each path ends in a return, as the kernel demands."""
    steps = [program(machine)[i : i + 8] for i in range(0, len(program(machine)), 8)]
    assert len(steps) < 4096 and steps[-1][0] == seccomp.RETURN
    for place, step in enumerate(steps):
        code, if_true, if_false = int.from_bytes(step[:2], "little"), step[2], step[3]
        if code in (seccomp.EQUAL, seccomp.AT_LEAST, seccomp.ANY_BIT):
            assert place + 1 + max(if_true, if_false) < len(steps)


def test_the_numbers_of_system_calls_are_the_kernels():
    found = {}
    for header in Path("/usr/include").glob("*/asm/unistd_64.h"):
        for line in header.read_text().splitlines():
            if line.startswith("#define __NR_"):
                name, number = line.removeprefix("#define __NR_").split()[:2]
                found[name] = int(number)
    if not found or platform.machine() != "x86_64":
        pytest.skip("no kernel headers of x86_64 here: apt-get install linux-libc-dev")
    ours = {**seccomp.REFUSED, **seccomp.UNKNOWN, "clone": seccomp.CLONE, "socket": seccomp.SOCKET, "mmap": seccomp.MAP}
    assert {name: numbers[0] for name, numbers in ours.items()} == {name: found[name] for name in ours if name in found}


def test_the_other_interface_of_x86_64_ends_the_process():
    """Calls with another numbering (int 0x80, x32) would pass a filter that looks at numbers alone."""
    if platform.machine() != "x86_64" or SANDBOX.without:
        pytest.skip("this is about x86_64 with a filter")
    code = "import ctypes; ctypes.CDLL(None).syscall(0x40000000 | 39)"
    with Sandbox().run([sys.executable, "-S", "-c", code]) as done:
        done.communicate(timeout=30)
    assert done.returncode not in (0, 1)


def test_a_process_that_begins_has_an_empty_keyring(tmp_path):
    """A key in the session of whoever grades: not even `keyctl` outside of the filter finds it."""
    if platform.machine() not in sandbox.KEYCTL:
        pytest.skip("the number of keyctl is not known here")
    number, add = sandbox.KEYCTL[platform.machine()], {"x86_64": 248, "aarch64": 217}[platform.machine()]
    script = f"""
import ctypes, subprocess, sys
from gdl_course.classroom import sandbox
c = ctypes.CDLL(None)
if c.syscall({number}, 1, None) < 0 or c.syscall({add}, b"user", b"gdl-secret", b"x", 1, -3) < 0:
    sys.exit(77)
look = "import ctypes, sys; sys.exit(ctypes.CDLL(None).syscall({number}, 10, -3, b'user', b'gdl-secret', 0) > 0)"
assert subprocess.run([sys.executable, "-c", look]).returncode == 1, "the test itself sees the key"
with sandbox._started([sys.executable, "-c", look], [], "/") as done:
    done.communicate()
sys.exit(done.returncode)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("this kernel has no keyrings, or allows none here")
    assert done.returncode == 0, done.stderr


def test_memory_that_nobody_maps_is_counted():
    """memfd and pipes: a machine without the filter still counts them."""
    import os

    from gdl_course.classroom.watch import memory_of

    before = memory_of([os.getpid()])
    held = os.memfd_create("held")
    os.truncate(held, 0)
    for _ in range(10):
        os.write(held, bytes(10**7))
    after = memory_of([os.getpid()])
    os.close(held)
    assert 0.9e8 < after - before < 1.5e8
