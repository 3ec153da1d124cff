"""What a submission may not ask of the kernel: a filter of system calls, in the form that `bwrap --seccomp` takes.

Learners' code computes: it needs memory, threads and files. It never needs new namespaces, mounts, keys, io_uring,
sockets of any family but the local one, nor memory that no process owns (memfd, System V, shared and anonymous),
which a limit on memory would not see. Each is refused with an error that a program can handle.

A filter is a list of classic BPF instructions (code, jump if true, jump if false, constant), see
https://docs.kernel.org/userspace-api/seccomp_filter.html.
"""

import ctypes
import errno
import platform
import struct
import sys

LOAD, AND, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
NUMBER, ARCHITECTURE = 0, 4  # where the kernel puts them, in bytes
AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # calls of x86_64's other interface begin here
NAMESPACES = 0x7E020000  # CLONE_NEW...
LOCAL = 1  # AF_UNIX
SHARED, ANONYMOUS, TYPE = (1, 3), 0x20, 0x0F  # MAP_...

# Name: number on x86_64, on aarch64. Newer calls have one number everywhere.
REFUSED = {
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "unshare": (272, 97), "setns": (308, 268), "quotactl": (179, 60), "acct": (163, 89),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "syslog": (103, 116), "vhangup": (153, 58),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "swapon": (167, 224), "swapoff": (168, 225),
    "sethostname": (170, 161), "setdomainname": (171, 162), "personality": (135, 92),
    "settimeofday": (164, 170), "clock_settime": (227, 112), "clock_adjtime": (305, 266), "adjtimex": (159, 171),
    "shmget": (29, 194), "shmat": (30, 196), "shmctl": (31, 195), "semget": (64, 190), "msgget": (68, 186),
    "mq_open": (240, 180), "memfd_create": (319, 279), "remap_file_pages": (216, 234), "vmsplice": (278, 75),
    "mbind": (237, 235), "set_mempolicy": (238, 237), "migrate_pages": (256, 238), "move_pages": (279, 239),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "fsconfig": (431, 431),
    "fsmount": (432, 432), "fspick": (433, 433), "pidfd_getfd": (438, 438), "mount_setattr": (442, 442),
    "quotactl_fd": (443, 443), "memfd_secret": (447, 447),
}  # fmt: skip
UNKNOWN = {
    "clone3": (435, 435),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
}
ONLY_X86 = (154, 172, 173)  # modify_ldt, iopl, ioperm
CLONE, SOCKET, SOCKETPAIR, MAP = (56, 220), (41, 198), (53, 199), (9, 222)


def program(machine: str | None = None) -> bytes | None:
    """The filter for this machine, or for `machine`; None where we know too little of the machine to write one.

    >>> len(program("x86_64")) % 8, program("a typewriter")
    (0, None)
    """
    machine = machine or platform.machine()
    if machine not in AUDIT or sys.byteorder != "little":
        return None
    which = list(AUDIT).index(machine)
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, AUDIT[machine]), (RETURN, 0, 0, KILL), (LOAD, 0, 0, NUMBER)]
    if machine == "x86_64":
        steps += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL)]
        steps += [step for number in ONLY_X86 for step in _on(number, [_error(errno.EPERM)])]
    for numbers in REFUSED.values():
        steps += _on(numbers[which], [_error(errno.EPERM)])
    for numbers in UNKNOWN.values():  # as on an older kernel: the C library then uses the call that it used there
        steps += _on(numbers[which], [_error(errno.ENOSYS)])
    steps += _on(CLONE[which], [_argument(0), (ANY_BIT, 0, 1, NAMESPACES), _error(errno.EPERM), (RETURN, 0, 0, ALLOW)])
    for numbers in (SOCKET, SOCKETPAIR):
        steps += _on(
            numbers[which], [_argument(0), (EQUAL, 0, 1, LOCAL), (RETURN, 0, 0, ALLOW), _error(errno.EAFNOSUPPORT)]
        )
    steps += _on(MAP[which], _SHARED_AND_ANONYMOUS)
    return b"".join(struct.pack("<HBBI", *step) for step in [*steps, (RETURN, 0, 0, ALLOW)])


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]


def load(steps: bytes) -> None:
    """Put this very process behind a filter, with all its threads, for good. Raises OSError if the kernel refuses."""
    number = {"x86_64": 317, "aarch64": 277}[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    what = _Program(len(steps) // 8, steps)
    if libc.prctl(38, 1, 0, 0, 0) or libc.syscall(number, 1, 1, ctypes.byref(what)):  # no new privileges; all threads
        raise OSError(ctypes.get_errno(), "the kernel refuses a filter of system calls")


def _on(number, steps):
    """Steps to take on a call of this number alone; they end in a return."""
    return [(EQUAL, 0, len(steps), number), *steps]


def _error(number):
    return (RETURN, 0, 0, ERROR | number)


def _argument(i):
    """Load the lower half of an argument: the flags that we look at are there, on little-endian machines."""
    return (LOAD, 0, 0, 16 + 8 * i)


_SHARED_AND_ANONYMOUS = [
    _argument(3), (ANY_BIT, 0, 4, ANONYMOUS), (AND, 0, 0, TYPE), (EQUAL, 1, 0, SHARED[0]), (EQUAL, 0, 1, SHARED[1]),
    _error(errno.EPERM), (RETURN, 0, 0, ALLOW),
]  # fmt: skip
