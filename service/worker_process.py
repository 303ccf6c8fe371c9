"""One worker process as the web process sees it: started without secrets, asked, ended."""

import asyncio
import contextlib
import os
import pickle
import signal
import sys
from typing import Any, Final

from service.confinement import Allowance
from service.intake.errors import IntakeError
from service.plain_pickle import PickleUnsafe, loads

_LOOP: Final = "service.worker_loop"
_PASSED_ON: Final = frozenset(
    {"PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TESSDATA_PREFIX", "TMPDIR", "TZ"}
)
ONE_THREAD: Final = dict.fromkeys(
    (
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
    ),
    "1",
)
_MAX_ANSWER: Final = 64 * 1024 * 1024
_FAREWELL_S: Final = 5


class WorkerLost(Exception):
    """The process ended before it answered.

    Attributes:
        out_of_time: it had used up its processor time.

    """

    def __init__(self, *, out_of_time: bool) -> None:
        super().__init__(out_of_time)
        self.out_of_time = out_of_time


class WorkerBusy(Exception):
    """The work takes more memory than is free now; it was not begun."""


class WorkerFailed(Exception):
    """A fault of ours while judging; the message is the class of the exception."""


class WorkerProcess:
    """A process that does one job at a time. Made by `start`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("pipes were asked for")
        self._process = process
        self._jobs, self._answers = process.stdin, process.stdout

    @classmethod
    async def start(cls, module: str, settings: object, allowance: Allowance) -> "WorkerProcess":
        """A process that has loaded `module` with these settings. Raises WorkerLost."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            _LOOP,
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
            # A group of its own, so that what it started ends with it.
            start_new_session=True,
        )
        worker = cls(process)
        try:
            await worker._ask((allowance, module, settings))
        except BaseException:
            worker.end()
            raise
        return worker

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    async def call(self, function: str, job: object) -> Any:
        """What `function` of the module makes of the job.

        Raises:
            IntakeError: as the function raised it.
            WorkerBusy: see there.
            WorkerFailed: it raised something else.
            WorkerLost: the process ended, or answered what no worker answers.

        """
        match await self._ask((function, job)):
            case (str(state), value):
                pass
            case _:
                self.end()
                raise WorkerLost(out_of_time=False)
        if state == "refused" and isinstance(value, IntakeError):
            raise value
        if state == "busy":
            raise WorkerBusy
        if state == "failed":
            raise WorkerFailed(str(value)[:100])
        return value

    async def _ask(self, question: object) -> Any:
        try:
            content = pickle.dumps(question, pickle.HIGHEST_PROTOCOL)
            self._jobs.write(len(content).to_bytes(8, "big"))
            self._jobs.write(content)
            del content
            await self._jobs.drain()
            size = int.from_bytes(await self._answers.readexactly(8), "big")
            return loads(await self._answers.readexactly(min(size, _MAX_ANSWER)))
        except (asyncio.IncompleteReadError, ConnectionError, PickleUnsafe) as cause:
            self.end()
            code = await self._process.wait()
            raise WorkerLost(out_of_time=code == -signal.SIGXCPU) from cause

    def end(self) -> None:
        """Ends it now, and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()

    async def close(self) -> None:
        """Lets it end by itself; ends it where it does not."""
        self._jobs.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), _FAREWELL_S)
        self.end()
        await self._process.wait()


def _environment() -> dict[str, str]:
    """What engines need; an allow-list, so that no key or address is among it."""
    passed = {name: value for name, value in os.environ.items() if name in _PASSED_ON}
    return passed | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(path or "." for path in sys.path)}
