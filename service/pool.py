"""Worker processes that decode and judge: bounded, replaced when they die, apart from HTTP.

Each slot is a process of its own, so that a picture which kills its worker costs one request. Slots
wait in a queue; requests that would wait too long for one are told at once.
"""

import asyncio
import contextlib
import math
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

from service.confinement import Allowance
from service.intake.limits import Limits
from service.intake.renditions import Renditions
from service.screening.claim import Claim, History, Side
from service.screening.result import Screening
from service.worker_process import WorkerBusy, WorkerLost, WorkerProcess

_WORKER_MODULE: Final = "service.screening_worker"
_RECENT: Final = 0.1
"""Weight of the newest duration in the running mean."""
_START_AGAIN_S: Final = (0.1, 0.5, 2.0, 5.0)


class PoolFull(Exception):
    """Whoever comes now would wait too long.

    Attributes:
        retry_after_s: when there is likely to be room.

    """

    def __init__(self, retry_after_s: int = 2) -> None:
        super().__init__(retry_after_s)
        self.retry_after_s = retry_after_s


class WorkerDied(Exception):
    """The process that judged this picture died, twice; others did not notice."""


class ScreeningTimedOut(Exception):
    """The picture took longer than allowed, and its process was ended."""


@dataclass(frozen=True, slots=True)
class ScreeningJob:
    """Files and claim of one screening."""

    front: bytes
    back: bytes | None
    claim: Claim
    history: History
    today: date


@dataclass(frozen=True, slots=True)
class PoolAnswer:
    """The judgement, with renditions and the checksum of each file."""

    screening: Screening
    renditions: dict[Side, Renditions]
    sha256: dict[Side, str]


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker needs to know; no key or address is among it.

    Attributes:
        turn_file: held by the worker whose picture is large; None: any may be at once.

    """

    policy_path: Path | None = None
    limits: Limits = field(default_factory=Limits)
    turn_file: Path | None = None


class ScreeningPool:
    """The slots.

    Args:
        workers: processes; their number bounds what is judged at once.
        queue_limit: requests that may wait for a slot.
        wait_s: the longest that one may wait for it, by what the last ones took.
        timeout_s: after which a worker is ended.
        allowance: of each process.
        module: with `load`, `judge` and `look`; another but in tests.

    """

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        workers: int,
        queue_limit: int,
        timeout_s: float,
        wait_s: float = 6.0,
        allowance: Allowance | None = None,
        module: str = _WORKER_MODULE,
    ) -> None:
        self._turn_files: list[Path] = []
        self._settings = settings
        self._workers = workers
        self._queue_limit = queue_limit
        self._timeout_s = timeout_s
        self._wait_s = wait_s
        self._allowance = allowance or Allowance()
        self._module = module
        self._slots: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        self._all: set[WorkerProcess] = set()
        self._replacing: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._usual_s = 1.0
        self._started = 0
        self._is_open = False

    async def start(self) -> None:
        """Starts all workers and waits until their models are loaded. Raises WorkerLost."""
        self._turns = tempfile.TemporaryDirectory(prefix="prescreen-")
        # Large pictures need much memory: half of the workers, at most, have one at a time.
        self._turn_files = [
            Path(self._turns.name, f"turn-{number}") for number in range(max(1, self._workers // 2))
        ]
        started = await asyncio.gather(
            *(self._new_worker() for _ in range(self._workers)), return_exceptions=True
        )
        for one in started:
            if isinstance(one, BaseException):
                for worker in self._all:
                    await worker.close()
                self._all.clear()
                raise one
            self._slots.put_nowait(one)
        self._is_open = True

    async def close(self) -> None:
        """Finishes what was taken and ends the workers."""
        self._is_open = False
        while self._all or self._replacing:
            if self._replacing:
                await asyncio.gather(*self._replacing, return_exceptions=True)
                continue
            # One that dies now comes back to no slot.
            with contextlib.suppress(TimeoutError):
                worker = await asyncio.wait_for(self._slots.get(), 0.5)
                self._all.discard(worker)
                await worker.close()
        self._turns.cleanup()

    @property
    def waiting(self) -> int:
        """Requests that wait for a slot."""
        return self._waiting

    @property
    def is_ready(self) -> bool:
        """Whether at least one worker is there to judge."""
        return self._is_open and bool(self._all)

    @property
    def pids(self) -> Iterable[int]:
        """Of the processes that are there now."""
        return [worker.pid for worker in self._all]

    def require_room(self) -> None:
        """For the moment before a body is read. Raises PoolFull."""
        expected_s = self._usual_s * (self._waiting + 1) / self._workers
        if self._slots.empty() and (
            self._waiting >= self._queue_limit or expected_s > self._wait_s
        ):
            raise PoolFull(max(1, math.ceil(expected_s / 2)))

    async def screen(self, job: ScreeningJob) -> PoolAnswer:
        """Judges a document.

        Raises:
            IntakeError: the file cannot be screened.
            PoolFull, WorkerDied, ScreeningTimedOut: see there.

        """
        return await self._run("judge", job)

    async def preview(self, job: ScreeningJob) -> PoolAnswer:
        """Quality and kind alone, of the front; no renditions. Raises as `screen`."""
        return await self._run("look", job)

    async def redraw(self, content: bytes) -> bytes:
        """A picture as an upright JPEG without metadata. Raises as `screen`."""
        redrawn: bytes = await self._run("redraw", content)
        return redrawn

    async def _run(self, function: str, job: object) -> Any:
        self.require_room()
        # Waiting and work together: a second try gets what the first has left.
        until = _now() + self._wait_s + self._timeout_s
        try:
            return await self._once(function, job, until)
        except WorkerLost:
            # It may have been the picture, or a kernel short of memory: a good picture must not be
            # sent back for the latter.
            try:
                return await self._once(function, job, until)
            except WorkerLost as again:
                raise WorkerDied from again

    async def _once(self, function: str, job: object, until: float) -> Any:
        self._waiting += 1
        try:
            wait_s = min(self._wait_s, until - _now())
            worker = await asyncio.wait_for(self._slots.get(), wait_s)
        except TimeoutError as cause:
            raise PoolFull(max(1, math.ceil(self._usual_s))) from cause
        finally:
            self._waiting -= 1
        # A caller who goes away must not take the slot along: it comes back when the work ends.
        work = self._finish(worker, function, job, min(self._timeout_s, until - _now()))
        return await asyncio.shield(asyncio.ensure_future(work))

    async def _finish(
        self, worker: WorkerProcess, function: str, job: object, timeout_s: float
    ) -> Any:
        started = _now()
        is_whole = True
        try:
            return await asyncio.wait_for(worker.call(function, job), timeout_s)
        except TimeoutError as cause:
            is_whole = False
            raise ScreeningTimedOut from cause
        except WorkerLost as lost:
            is_whole = False
            if lost.out_of_time:
                raise ScreeningTimedOut from lost
            raise
        except WorkerBusy as busy:
            raise PoolFull(max(1, math.ceil(self._usual_s))) from busy
        finally:
            self._usual_s += _RECENT * (_now() - started - self._usual_s)
            if is_whole:
                self._slots.put_nowait(worker)
            else:
                self._replace(worker)

    def _replace(self, worker: WorkerProcess) -> None:
        """A new worker is loaded beside the others, and takes the slot once it is ready."""
        worker.end()
        self._all.discard(worker)
        task = asyncio.create_task(self._fill_slot())
        self._replacing.add(task)
        task.add_done_callback(self._replacing.discard)

    async def _fill_slot(self) -> None:
        attempt = 0
        while self._is_open:
            try:
                self._slots.put_nowait(await self._new_worker())
            except (WorkerLost, OSError):
                await asyncio.sleep(_START_AGAIN_S[min(attempt, len(_START_AGAIN_S) - 1)])
                attempt += 1
            else:
                return

    async def _new_worker(self) -> WorkerProcess:
        self._started += 1
        turn_file = self._turn_files[self._started % len(self._turn_files)]
        settings = replace(self._settings, turn_file=turn_file)
        worker = await WorkerProcess.start(self._module, settings, self._allowance)
        self._all.add(worker)
        return worker


def _now() -> float:
    return asyncio.get_running_loop().time()
