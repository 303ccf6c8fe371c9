"""What a process that opens strangers' files may do: limits of its own, set before it loads anything.

Linux has all of them, other systems some. What is not here: a filter of system calls and a view of
the file system of its own; a container gives both (see docs/operations.md).
"""

import contextlib
import ctypes
import math
import os
import resource
import signal
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# linux/prctl.h and linux/sched.h
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one process may use.

    Attributes:
        memory_bytes: of its own, that is neither files nor shared; 0 for no limit.
        cpu_s: of processor time for one job.
        file_bytes: of any file that it writes.
        open_files: at a time.

    """

    memory_bytes: int = 0
    cpu_s: float = 30.0
    file_bytes: int = 256 * 1024 * 1024
    open_files: int = 128


def confine(allowance: Allowance, parent: int) -> None:
    """Confines this process and what it starts. Comes before heavy imports, while it has one thread.

    Args:
        allowance: its limits; that of time is set job by job, with `allow_time`.
        parent: process id of who started it: this process ends with it.

    """
    os.umask(0o077)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the web process, which tells us
    _limit(resource.RLIMIT_CORE, 0)  # a core dump would hold the picture
    _limit(resource.RLIMIT_FSIZE, allowance.file_bytes)
    _limit(resource.RLIMIT_NOFILE, allowance.open_files)
    if allowance.memory_bytes:
        # Not the address space: that counts mapped models and libraries, and threads' room.
        _limit(resource.RLIMIT_DATA, allowance.memory_bytes)
    prctl = _system_call("prctl")
    if prctl is not None:
        prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(0)
    _leave_network()
    hide_memory()


def hide_memory() -> None:
    """Keeps other processes of the same user from this one's memory and environment; no core dumps."""
    prctl = _system_call("prctl")
    if prctl is not None:
        prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def allow_time(cpu_s: float) -> None:
    """Adds processor time for one job; the kernel ends the process with SIGXCPU afterwards."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + cpu_s)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


@contextlib.contextmanager
def at_most_more(memory_bytes: int) -> Generator[None]:
    """For a library that takes what it can get: this much more memory, in a confined process.

    Some libraries end the process where they get none: it is a worker, and can be replaced.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    used = _own_memory()
    if hard == resource.RLIM_INFINITY or used is None:
        yield
        return
    resource.setrlimit(resource.RLIMIT_DATA, (min(hard, used + memory_bytes), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _own_memory() -> int | None:
    """What RLIMIT_DATA counts, in bytes."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmData:"):
                return int(line.split()[1]) * 1024
    return None


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(what, (most, most))


def _leave_network() -> None:
    """A network of its own without any device, where the kernel lets this user have one."""
    unshare = _system_call("unshare")
    if unshare is None:
        return
    user, group = os.geteuid(), os.getegid()
    if unshare(_CLONE_NEWNET) == 0 or unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return
    # In a namespace of users of its own, it stays who it was.
    with contextlib.suppress(OSError):
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")


def _system_call(name: str) -> "ctypes._NamedFuncPointer | None":
    return getattr(ctypes.CDLL(None, use_errno=True), name, None)
