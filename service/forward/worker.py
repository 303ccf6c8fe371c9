"""All of forwarding in one process: the engine, what it carries, and the keeper beside it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from service.blaaiz.client import BlaaizClient
from service.forward.journey import Journeys
from service.forward.keeper import Keeper
from service.forward.pauses import Pauses
from service.forward.workflow import Carriers, Engine
from service.ids import new_id
from service.notify.deliver import Courier
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.telemetry import Metrics


class Forwarder:
    """Background work of one process; several processes and machines share one queue.

    Args:
        blaaiz, courier: None where no Blaaiz, or no address for our webhooks, is configured; what
            waits for them waits on.
        rendition: `original`, or `upright` for the JPEG without metadata.
        deadline: how long a submission is tried, from its turn on.

    """

    def __init__(
        self,
        database_url: str,
        sessions: Sessions,
        blobs: Blobs,
        blaaiz: BlaaizClient | None,
        courier: Courier | None,
        metrics: Metrics,
        now: Callable[[], datetime],
        *,
        interval_s: float,
        takeover_s: float,
        rendition: str = "original",
        deadline: timedelta = timedelta(days=1),
        pauses: Pauses | None = None,
    ) -> None:
        # An id of this life: what a former life left is taken over like any other's.
        self.worker_id = new_id("wrk")
        journeys = None
        if blaaiz is not None:
            journeys = Journeys(
                sessions,
                blobs,
                blaaiz,
                metrics,
                self.worker_id,
                now,
                pauses=pauses or Pauses(),
                rendition=rendition,
                deadline=deadline,
            )
        self._engine = Engine(
            database_url, self.worker_id, Carriers(journeys, courier), interval_s=interval_s
        )
        self._keeper = Keeper(
            sessions,
            self._engine,
            self.worker_id,
            now,
            interval_s=interval_s,
            takeover_s=takeover_s,
            forwards=journeys is not None,
            delivers=courier is not None,
        )

    async def start(self) -> None:
        """Starts to work. Raises EngineBusy where this process does so already."""
        await self._keeper.show()
        await self._engine.start()
        await self._keeper.start()

    async def stop(self) -> None:
        """Stops; what was under way is taken up again from its last recorded step."""
        await self._keeper.stop()
        await self._engine.stop()
        await self._keeper.leave()
