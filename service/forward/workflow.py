"""The steps in order on the durable engine (DBOS), for submissions and for our webhooks.

The engine queues, times, runs, records each step, and runs again what a dead process left. What is
to be run stands in our own rows (docs/decisions/0008); `keeper.py` hands them over. DBOS is one a
process: its registry of workflows and the parts that they use stand here, and nowhere else.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID

from service.forward.engine_database import engine_database_url, open_sqlite
from service.forward.journey import STEPS, Journeys
from service.notify.deliver import Courier
from service.store.tables import OutgoingEvent, Submission

SUBMISSIONS: Final = "submissions"
WEBHOOKS: Final = "webhooks"
_APPLICATION: Final = "prescreen"
_SHAPE: Final = "1"
"""Raised when the order of a workflow's steps changes: runs of another shape are not resumed."""
_AT_A_TIME: Final = 32
_THREADS: Final = 16
_GRACE_S: Final = 5.0
_KEPT: Final = timedelta(days=1)
_ENDED: Final = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")


_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Carriers:
    """What the workflows call; None where that part is not configured."""

    journeys: Journeys | None
    courier: Courier | None


class EngineBusy(Exception):
    """An engine runs in this process already: there is one a process."""


class StepBroke(Exception):
    """A step raised; the message is the class of what it raised, and no more.

    The engine keeps what a step raises, and a database's error tells what was to be written.
    """


class _Running:
    """The parts of the engine that runs now, and the workflows under way in it."""

    carriers: Carriers | None = None
    flights: set[asyncio.Task[Any]] = set()  # noqa: RUF012
    is_grounded: bool = False
    has_left_overs: bool = False


def _board() -> Carriers:
    """The parts of a workflow. Cancelled while the engine stops: it stays with the engine."""
    if _Running.carriers is None or _Running.is_grounded:
        _Running.has_left_overs = True
        raise asyncio.CancelledError
    flight = asyncio.current_task()
    if flight is not None:
        _Running.flights.add(flight)
        flight.add_done_callback(_Running.flights.discard)
    return _Running.carriers


@DBOS.workflow(name="forward")
async def _forward(submission_id: str, go: int) -> None:
    journeys = _board().journeys
    if journeys is None:
        raise asyncio.CancelledError
    for state in STEPS:
        if not await DBOS.run_step_async(
            {"name": state.value}, _bare, journeys.take, submission_id, go, state
        ):
            return


@DBOS.workflow(name="deliver")
async def _deliver(event_id: str, attempt: int) -> None:
    courier = _board().courier
    if courier is None:
        raise asyncio.CancelledError
    await DBOS.run_step_async({"name": "send"}, _bare, courier.deliver, event_id, attempt)


async def _bare(step: Callable[..., Awaitable[_Answer]], *given: Any) -> _Answer:
    try:
        return await step(*given)
    except Exception as raised:
        name = type(raised).__name__
    # Outside of the handler: what was raised does not hang on what is raised here.
    raise StepBroke(name)


_Workflow = Callable[[str, int], Coroutine[Any, Any, None]]
_CARRIED: Final[dict[type[Submission | OutgoingEvent], tuple[str, _Workflow]]] = {
    Submission: (SUBMISSIONS, _forward),
    OutgoingEvent: (WEBHOOKS, _deliver),
}


class Engine:
    """The durable engine of this process, between `start` and `stop`."""

    def __init__(
        self, database_url: str, worker_id: str, carriers: Carriers, *, interval_s: float
    ) -> None:
        self._url, self._worker_id = engine_database_url(database_url), worker_id
        self._carriers, self._interval_s = carriers, interval_s
        self._sqlite = open_sqlite(self._url)

    async def start(self) -> None:
        """Migrates the engine's tables and starts to work. Raises EngineBusy."""
        if _Running.carriers is not None:
            raise EngineBusy
        _Running.carriers, _Running.is_grounded = self._carriers, False
        config = DBOSConfig(
            name=_APPLICATION,
            system_database_url=self._url,
            executor_id=self._worker_id,
            application_version=_SHAPE,
            max_executor_threads=_THREADS,
            log_level="WARNING",
            notification_listener_polling_interval_sec=max(1.0, self._interval_s),
        )
        if self._sqlite is not None:
            config["system_database_engine"] = self._sqlite
        DBOS(config=config)
        _silence()
        # What this process cannot carry is left to those that can.
        served = {SUBMISSIONS: self._carriers.journeys, WEBHOOKS: self._carriers.courier}
        DBOS.listen_queues([name for name, carrier in served.items() if carrier is not None])
        # On the thread of our loop: the workflows then run on it, with our connections.
        DBOS.launch()
        for name in (SUBMISSIONS, WEBHOOKS):
            await DBOS.register_queue_async(
                name, worker_concurrency=_AT_A_TIME, polling_interval_sec=self._interval_s
            )

    async def stop(self) -> None:
        """Lets what is under way come to an end for a moment; the rest is resumed elsewhere."""
        _Running.carriers = None
        flights = set(_Running.flights)
        if flights:
            _, left = await asyncio.wait(flights, timeout=_GRACE_S)
            for flight in left:
                flight.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        loop = asyncio.get_running_loop()
        # The engine lends the loop its threads: ours end with it, so the loop gets others first.
        with ThreadPoolExecutor(1) as own:
            await loop.run_in_executor(own, DBOS.destroy)
        loop.set_default_executor(ThreadPoolExecutor())
        if self._sqlite is not None:
            self._sqlite.dispose()

    def ground(self) -> None:
        """Breaks off what is under way here, and begins nothing until `fly`."""
        _Running.is_grounded = _Running.has_left_overs = True
        for flight in list(_Running.flights):
            flight.cancel()

    @property
    def is_grounded(self) -> bool:
        """Whether nothing may be under way here."""
        return _Running.is_grounded

    async def give_back(self) -> None:
        """Queues again what was broken off here, for whoever takes it."""
        _Running.has_left_overs = False
        if _Running.flights:
            await asyncio.wait(list(_Running.flights), timeout=_GRACE_S)
        await self.resume_of(self._worker_id)

    def fly(self) -> None:
        """Works again, once all that was broken off has been given back."""
        if not _Running.has_left_overs:
            _Running.is_grounded = False

    async def enqueue(
        self, table: type[Submission | OutgoingEvent], row_id: str, go: int, delay_s: float
    ) -> None:
        """Queues one go of a row; one that the engine knows already is not queued twice."""
        queue, workflow = _CARRIED[table]
        with (
            SetWorkflowID(run_id(row_id, go)),
            SetEnqueueOptions(delay_seconds=delay_s if delay_s > 0 else None),
        ):
            await DBOS.enqueue_workflow_async(queue, workflow, row_id, go)

    async def lost(self, run_ids: Sequence[str]) -> set[str]:
        """Those that the engine does not know or will not run again."""
        known = await DBOS.list_workflows_async(
            workflow_ids=list(run_ids), load_input=False, load_output=False
        )
        alive = {one.workflow_id for one in known if one.status not in _ENDED}
        return set(run_ids) - alive

    async def resume_of(self, worker_id: str) -> int:
        """Queues again what a dead worker left under way; how many."""
        left = await DBOS.list_workflows_async(
            status="PENDING", executor_id=worker_id, load_input=False, load_output=False
        )
        for queue in (SUBMISSIONS, WEBHOOKS):
            ids = [one.workflow_id for one in left if one.queue_name == queue]
            if ids:
                await DBOS.resume_workflows_async(ids, queue_name=queue)
        return len(left)

    async def workers_at_work(self) -> set[str]:
        """Ids of the workers that have a run under way, as far as the engine knows."""
        under_way = await DBOS.list_workflows_async(
            status="PENDING", load_input=False, load_output=False
        )
        return {one.executor_id for one in under_way if one.executor_id is not None}

    async def forget_old(self, limit: int) -> None:
        """Drops what ended a day ago: what became of it stands in our rows."""
        before = (datetime.now(UTC) - _KEPT).isoformat()
        old = await DBOS.list_workflows_async(
            status=list(_ENDED),
            completed_before=before,
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if old:
            await DBOS.delete_workflows_async([one.workflow_id for one in old])


def run_id(record_id: str, go: int) -> str:
    """The engine's name of one go: the same go is never queued twice."""
    return f"{record_id}.{go}.{_SHAPE}"


def _silence() -> None:
    """The engine's log lines go where those of all libraries go: only that there was a warning."""
    logger = logging.getLogger("dbos")
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    logger.propagate = True
