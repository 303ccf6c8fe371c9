"""Worker processes that decode and judge: bounded, replaced when they die, apart from HTTP.

Each slot is a process of its own (an executor with one worker), so that a picture which kills its
worker costs one request. Slots wait in a queue; requests beyond the queue's limit are told at once.
"""

import asyncio
import multiprocessing
import os
import resource
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

from service.intake.limits import Limits
from service.intake.renditions import Renditions
from service.screening.claim import Claim, History, Side
from service.screening.result import Screening

_OWN_VARIABLES: Final = "PRESCREEN_"


class PoolFull(Exception):
    """As many requests wait as may wait: come again soon."""


class WorkerDied(Exception):
    """The process that judged this picture died; others did not notice."""


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
        memory_bytes: address space of a worker; 0 for no limit.

    """

    policy_path: Path | None = None
    limits: Limits = field(default_factory=Limits)
    memory_bytes: int = 0


Work = Callable[[ScreeningJob], PoolAnswer]
In = TypeVar("In")
Out = TypeVar("Out")


class ScreeningPool:
    """The slots.

    Args:
        workers: processes; their number bounds what is judged at once.
        queue_limit: requests that may wait for a slot.
        timeout_s: after which a worker is ended.
        judge, look: what workers run, `screening_worker.judge` and `.look` but in tests.

    """

    def __init__(
        self,
        settings: WorkerSettings,
        *,
        workers: int,
        queue_limit: int,
        timeout_s: float,
        judge: Work | None = None,
        look: Work | None = None,
    ) -> None:
        self._settings = settings
        self._workers = workers
        self._queue_limit = queue_limit
        self._timeout_s = timeout_s
        self._judge = judge or _judge
        self._look = look or _look
        self._slots: asyncio.Queue[ProcessPoolExecutor] = asyncio.Queue()
        self._waiting = 0
        self._open = 0

    async def start(self) -> None:
        """Starts all workers and waits until their models are loaded."""
        slots = [self._slot() for _ in range(self._workers)]
        await asyncio.gather(*(asyncio.wrap_future(slot.submit(_ready)) for slot in slots))
        for slot in slots:
            self._slots.put_nowait(slot)
        self._open = len(slots)

    async def close(self) -> None:
        """Finishes what was taken and ends the workers."""
        for _ in range(self._open):
            slot = await self._slots.get()
            await asyncio.to_thread(slot.shutdown)
        self._open = 0

    @property
    def waiting(self) -> int:
        """Requests that wait for a slot."""
        return self._waiting

    @property
    def is_ready(self) -> bool:
        """Whether the workers have started."""
        return self._open > 0

    async def screen(self, job: ScreeningJob) -> PoolAnswer:
        """Judges a document.

        Raises:
            IntakeError: the file cannot be screened.
            PoolFull, WorkerDied, ScreeningTimedOut: see there.

        """
        return await self._run(self._judge, job)

    async def preview(self, job: ScreeningJob) -> PoolAnswer:
        """Quality and kind alone, of the front; no renditions. Raises as `screen`."""
        return await self._run(self._look, job)

    async def redraw(self, content: bytes) -> bytes:
        """A picture as an upright JPEG without metadata. Raises as `screen`."""
        return await self._run(_redraw, content)

    async def _run(self, work: Callable[[In], Out], job: In) -> Out:
        if self._waiting >= self._queue_limit:
            raise PoolFull
        self._waiting += 1
        try:
            slot = await self._slots.get()
        finally:
            self._waiting -= 1
        future = asyncio.wrap_future(slot.submit(work, job))
        # A caller who goes away must not take the slot along: it comes back when the work ends.
        return await asyncio.shield(asyncio.ensure_future(self._finish(slot, future)))

    async def _finish(self, slot: ProcessPoolExecutor, future: Awaitable[Out]) -> Out:
        keep = True
        try:
            return await asyncio.wait_for(future, self._timeout_s)
        except TimeoutError as cause:
            keep = False
            raise ScreeningTimedOut from cause
        except BrokenProcessPool as cause:
            keep = False
            raise WorkerDied from cause
        finally:
            if not keep:
                _end(slot)
                slot = self._slot()
            self._slots.put_nowait(slot)

    def _slot(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare,
            initargs=(self._settings,),
        )


def _end(slot: ProcessPoolExecutor) -> None:
    # The executor has no way to end a worker that hangs; its process has.
    for process in list((slot._processes or {}).values()):  # noqa: SLF001
        process.kill()
    slot.shutdown(wait=False, cancel_futures=True)


def _prepare(settings: WorkerSettings) -> None:
    """In the worker, before anything heavy is imported: one thread, no keys, a memory limit."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    for name in [n for n in os.environ if n.startswith(_OWN_VARIABLES)]:
        del os.environ[name]
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_THREAD_LIMIT"):
        os.environ[name] = "1"
    if settings.memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (settings.memory_bytes, settings.memory_bytes))
    from service import screening_worker

    screening_worker.load(settings.policy_path, settings.limits)


def _end_with_parent() -> None:
    """A service that is killed leaves no worker behind."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ready() -> bool:
    return True


def _judge(job: ScreeningJob) -> PoolAnswer:
    from service import screening_worker

    return screening_worker.judge(job)


def _look(job: ScreeningJob) -> PoolAnswer:
    from service import screening_worker

    return screening_worker.look(job)


def _redraw(content: bytes) -> bytes:
    from service import screening_worker

    return screening_worker.redraw(content)
