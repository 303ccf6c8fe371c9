"""The steps in order: claimed, run, recorded, repeated by the class of their error.

A small worker over the database, until a durable engine takes its place (docs/decisions/0004): the
state and the notes of a submission are committed before its next step, and a lease lets another
process take over from one that died.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from service.blaaiz.client import BlaaizClient
from service.blaaiz.errors import (
    BlaaizError,
    NotFound,
    RateLimited,
    Refused,
    Unavailable,
    Unreachable,
)
from service.forward.states import FINAL, NEXT, State
from service.forward.steps import (
    CERTIFICATE,
    FileToSend,
    Journey,
    attach_files,
    update_customer,
    upload_files,
)
from service.ids import new_id
from service.notify.outbox import announce
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.submissions import claim_due
from service.store.tables import Picture, Screening, Submission
from service.telemetry import Metrics, log

_LEASE: Final = timedelta(minutes=3)
_MAX_ATTEMPTS: Final = 40
_DEADLINE: Final = timedelta(hours=24)
_LONGEST_PAUSE_S: Final = 300.0
_BREAKER_AFTER: Final = 5
_BREAKER_PAUSE_S: Final = 10.0
_CONCURRENT: Final = 4

_STEPS: Final[dict[State, Callable[[Journey], Awaitable[None]]]] = {
    State.UPDATING: update_customer,
    State.UPLOADING: upload_files,
    State.ATTACHING: attach_files,
}


class Forwarder:
    """Background work of one process; several processes share one queue."""

    def __init__(
        self,
        sessions: Sessions,
        blobs: Blobs,
        blaaiz: BlaaizClient,
        metrics: Metrics,
        *,
        interval_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._sessions, self._blobs, self._blaaiz = sessions, blobs, blaaiz
        self._metrics, self._interval_s, self._now = metrics, interval_s, now
        self._owner = new_id("wrk")
        self._tasks: list[asyncio.Task[None]] = []
        self._failures = 0
        self._paused_until = 0.0

    async def start(self) -> None:
        """Starts looking for due work."""
        self._tasks = [asyncio.create_task(self._work()) for _ in range(_CONCURRENT)]

    async def stop(self) -> None:
        """Stops; what was under way is taken up again from its last recorded step."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks = []

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            worked = False
            if loop.time() >= self._paused_until:
                try:
                    worked = await self.forward_one()
                except Exception as fault:
                    log().error("forward.broke", error_class=type(fault).__name__)
            if not worked:
                await asyncio.sleep(self._interval_s * random.uniform(0.7, 1.3))

    async def forward_one(self) -> bool:
        """Takes one due submission as far as it goes; False where none is due."""
        async with self._sessions() as session:
            submission = await claim_due(session, self._owner, self._now(), _LEASE)
            if submission is None:
                return False
            try:
                await self._advance(session, submission)
            finally:
                submission.lease_owner, submission.lease_until = None, None
                await session.commit()
            return True

    async def _advance(self, session: AsyncSession, submission: Submission) -> None:
        files = await self._files(session, submission)
        notes: dict[str, Any] = deepcopy(submission.steps)

        async def keep() -> None:
            # A copy to the depth: shared inner objects would hide the change from the database.
            submission.steps = deepcopy(notes)
            submission.lease_until = self._now() + _LEASE
            await session.commit()

        journey = Journey(
            submission.id,
            submission.customer_id,
            submission.update,
            files,
            notes,
            keep,
            self._blaaiz,
            self._blobs,
        )
        while (state := State(submission.state)) not in FINAL:
            step = _STEPS.get(state)
            if step is not None:
                try:
                    await step(journey)
                except (Refused, NotFound) as refusal:
                    self._refuse(session, submission, refusal)
                    return
                except (BlaaizError, BlobMissing) as fault:
                    self._put_off(session, submission, fault)
                    return
                self._failures = 0
            self._enter(session, submission, NEXT[state])
            submission.steps = deepcopy(notes)
            await session.commit()

    def _enter(self, session: AsyncSession, submission: Submission, state: State) -> None:
        submission.state = state.value
        submission.updated_at = self._now()
        submission.last_error = None
        log().info("forward.step", submission_id=submission.id, state=state.value)
        if state in FINAL:
            self._metrics.forwards.labels(state.value).inc()
            if state is State.FORWARDED:
                submission.outcome = "pending"
            announce(
                session,
                f"submission.{state.value}",
                {
                    "submission_id": submission.id,
                    "customer_id": submission.customer_id,
                    "screening_id": submission.screening_id,
                    "state": state.value,
                },
                self._now(),
            )

    def _refuse(
        self, session: AsyncSession, submission: Submission, refusal: Refused | NotFound
    ) -> None:
        """Blaaiz said no: its errors are kept field by field, and nothing is repeated."""
        if isinstance(refusal, Refused):
            submission.errors = [
                {"field": name, "code": "refused_by_blaaiz", "message": message}
                for name, messages in refusal.errors.items()
                for message in messages
            ] or [{"field": None, "code": "refused_by_blaaiz", "message": refusal.message}]
        else:
            submission.errors = [
                {
                    "field": "customer_id",
                    "code": "customer_unknown",
                    "message": "Blaaiz has no customer of this id any more.",
                }
            ]
        self._enter(session, submission, State.REFUSED)
        submission.last_error = type(refusal).__name__

    def _put_off(
        self, session: AsyncSession, submission: Submission, fault: BlaaizError | BlobMissing
    ) -> None:
        """Tried again after a jittered, growing pause, until the deadline."""
        submission.attempts += 1
        submission.last_error = type(fault).__name__
        now = self._now()
        retryable = isinstance(fault, BlaaizError) and fault.retryable
        too_late = now - submission.updated_at > _DEADLINE or submission.attempts >= _MAX_ATTEMPTS
        if not retryable or too_late:
            self._enter(session, submission, State.FAILED)
            submission.last_error = type(fault).__name__
            return
        pause = min(_LONGEST_PAUSE_S, 0.5 * 2**submission.attempts)
        if isinstance(fault, RateLimited):
            pause = max(pause, fault.retry_after_s)
        pause *= random.uniform(0.5, 1.5)
        submission.next_attempt_at = now + timedelta(seconds=pause)
        if isinstance(fault, (Unreachable, Unavailable)):
            self._failures += 1
            if self._failures >= _BREAKER_AFTER:
                # All of Blaaiz seems away: one probe after a pause instead of a herd.
                self._paused_until = asyncio.get_running_loop().time() + _BREAKER_PAUSE_S
        log().warning(
            "forward.put_off",
            submission_id=submission.id,
            state=submission.state,
            attempt=submission.attempts,
            error_class=type(fault).__name__,
        )

    async def _files(self, session: AsyncSession, submission: Submission) -> tuple[FileToSend, ...]:
        """The accepted originals by category, and the update's other files."""
        screening = await session.get(Screening, submission.screening_id)
        pictures: Sequence[Picture] = (
            await session.scalars(
                select(Picture)
                .where(
                    Picture.screening_id == submission.screening_id,
                    Picture.rendition == "original",
                )
                .order_by(Picture.side.desc())
            )
        ).all()
        is_certificate = screening is not None and screening.kind == "certificate_of_incorporation"
        by_side = {"front": "identity", "back": "identity_back"}
        files = [
            FileToSend(
                CERTIFICATE if is_certificate else by_side[one.side], one.blob, one.media_type
            )
            for one in pictures
            # The second page of a certificate is in the same file as the first.
            if not (is_certificate and one.side == "back")
        ]
        files += [
            FileToSend(category, str(one["blob"]), str(one["media_type"]))
            for category, one in submission.extra_files.items()
        ]
        return tuple(files)
