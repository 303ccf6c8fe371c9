"""One submission's way: its row is read, a step taken, and what became of it written down.

The row is the truth: state, notes, tries and errors stand in it before anything goes on. Nothing
here knows the engine that calls it.
"""

from collections.abc import Awaitable, Callable, Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from service.blaaiz.client import BlaaizClient
from service.blaaiz.errors import Forbidden, NotFound, Paused, Refused
from service.blaaiz.rules.rule import RuleContext
from service.forward.ending import announce_end
from service.forward.pauses import Pauses
from service.forward.refusals import RulesBroken, told_of
from service.forward.states import FINAL, WAY, State
from service.forward.steps import (
    CERTIFICATE,
    ChecksumDiffers,
    FileToSend,
    Journey,
    attach_files,
    require_accepted,
    update_customer,
    upload_files,
)
from service.store import screenings, submissions
from service.store.encryption import SealBroken
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.tables import Picture, Screening, Submission
from service.telemetry import Metrics, log
from service.tracing import span

STEPS: Final[dict[State, Callable[[Journey], Awaitable[None]]]] = {
    State.UPDATING: update_customer,
    State.UPLOADING: upload_files,
    State.ATTACHING: attach_files,
}
_CATEGORY_OF_SIDE: Final = {"front": "identity", "back": "identity_back"}
_TAKEN: Final = frozenset({"application/pdf", "image/jpeg", "image/png"})
"""What Blaaiz's page of an owner's documents names; phones send HEIC as well."""
_HOPELESS: Final = (BlobMissing, ChecksumDiffers, SealBroken)
"""The file was erased, or is not what was accepted: no waiting brings it back."""


class DeadlinePassed(Exception):
    """Its last try did not come to an end."""


class Journeys:
    """Takes submissions along, a step at a time, for one worker."""

    def __init__(
        self,
        sessions: Sessions,
        blobs: Blobs,
        blaaiz: BlaaizClient,
        metrics: Metrics,
        worker_id: str,
        now: Callable[[], datetime],
        *,
        pauses: Pauses,
        rendition: str,
        deadline: timedelta,
    ) -> None:
        self._sessions, self._blobs, self._blaaiz = sessions, blobs, blaaiz
        self._metrics, self._worker_id, self._now = metrics, worker_id, now
        self._pauses, self._rendition, self._deadline = pauses, rendition, deadline

    async def take(self, submission_id: str, go: int, state: State) -> bool:
        """Takes one step; whether the next one follows.

        It does not where the submission ended, is put off, or belongs to another worker or a
        later go: whoever has it now goes on from what is written down.

        Raises:
            SQLAlchemyError: the database is away, and nothing can be noted. The row is found again.

        """
        try:
            async with self._sessions() as session:
                submission = await session.get(Submission, submission_id)
                if not _is_at(submission, go):
                    return False
                if WAY.index(State(submission.state)) > WAY.index(state):
                    return True
                return await self._take(session, submission, state)
        except StaleDataError:
            log().warning("forward.taken_over", submission_id=submission_id, state=state.value)
            return False
        except SQLAlchemyError as raised:
            fault = raised
        async with self._sessions() as session:
            submission = await session.get(Submission, submission_id)
            if _is_at(submission, go):
                self._put_off(session, submission, fault)
                await session.commit()
        return False

    async def _take(self, session: AsyncSession, submission: Submission, state: State) -> bool:
        notes: dict[str, Any] = deepcopy(submission.steps)

        async def keep() -> None:
            # A copy to the depth: shared inner objects would hide the change from the database.
            submission.steps = deepcopy(notes)
            submission.updated_at = self._now()
            await session.commit()

        try:
            _require_whole(submission)
            await self._begin(submission, state, notes, keep)
            journey = await self._journey(session, submission, notes, keep)
            await session.commit()
            require_accepted(journey)
            trace = notes.get(submissions.TRACE)
            with span(f"forward.{state.value}", trace, submission_id=submission.id):
                await STEPS[state](journey)
        except SQLAlchemyError:
            raise
        except (RulesBroken, Refused, NotFound, Forbidden) as refusal:
            submission.errors = told_of(refusal)
            submission.last_error = type(refusal).__name__
            self._end(session, submission, State.REFUSED)
        except Exception as fault:
            # A blob store that is away or a fault of ours costs time as well, never a document.
            self._put_off(session, submission, fault)
        else:
            submission.last_error, submission.attempts = None, 0
            submission.steps = deepcopy(notes)
            if state is WAY[-2]:
                self._end(session, submission, WAY[-1])
                await submissions.await_outcome(session, submission.id)
        is_going_on = submission.last_error is None and State(submission.state) not in FINAL
        await session.commit()
        return is_going_on

    async def _begin(
        self,
        submission: Submission,
        state: State,
        notes: dict[str, Any],
        keep: Callable[[], Awaitable[None]],
    ) -> None:
        """Written before anything is sent: from here on the writes of an earlier run fail.

        Raises:
            DeadlinePassed: this step was begun after the deadline before, and did not come to an
                end: whatever ended the worker would do so for ever.

        """
        now = self._now()
        submission.worker = self._worker_id
        # Raises the version though it was ours already: our own earlier run may still sleep.
        flag_modified(submission, "worker")
        if submission.state == State.QUEUED.value:
            # Its turn has come; the time that it waited behind others is not its own.
            submission.expires_at = now + self._deadline
        if submission.state != state.value:
            submission.state = state.value
            if state is State.ATTACHING:
                # A verdict of Blaaiz's from before cannot be about these documents.
                notes[submissions.ATTACHING_SINCE] = now.isoformat()
            log().info("forward.step", submission_id=submission.id, state=state.value)
        if now >= submission.expires_at:
            last_try = f"{state.value} {submission.expires_at.isoformat()}"
            if notes.get("last_try") == last_try:
                raise DeadlinePassed
            notes["last_try"] = last_try
        await keep()

    def _end(self, session: AsyncSession, submission: Submission, state: State) -> None:
        """Ends it."""
        submission.state = state.value
        submission.updated_at = self._now()
        log().info("forward.step", submission_id=submission.id, state=state.value)
        after = self._now() - submission.created_at
        self._metrics.submission_ended(state.value, after.total_seconds())
        announce_end(session, submission, self._now())

    def _put_off(self, session: AsyncSession, submission: Submission, fault: Exception) -> None:
        """Tried again after a pause, until the deadline; failed at once where waiting is no help."""
        now = self._now()
        self._metrics.put_off(fault)
        submission.last_error = type(fault).__name__
        if not isinstance(fault, Paused):
            submission.attempts += 1
        if isinstance(fault, _HOPELESS) or now >= submission.expires_at:
            self._end(session, submission, State.FAILED)
            return
        pause = timedelta(seconds=self._pauses.after(fault, max(1, submission.attempts)))
        # One last try at the deadline itself.
        submission.next_attempt_at = min(now + pause, max(submission.expires_at, now))
        submission.go += 1
        submission.handed_over_at = None
        submission.updated_at = now
        log().warning(
            "forward.put_off",
            submission_id=submission.id,
            state=submission.state,
            attempt=submission.attempts,
            error_class=submission.last_error,
        )

    async def _journey(
        self,
        session: AsyncSession,
        submission: Submission,
        notes: dict[str, Any],
        keep: Callable[[], Awaitable[None]],
    ) -> Journey:
        screening = await session.get(Screening, submission.screening_id)
        kind = screening.kind if screening else None
        # Of the document and of the files beside it, which are kept as long.
        key = screening.object_key if screening else None
        pictures = await _pictures(session, submission.screening_id, self._rendition)
        is_certificate = kind == "certificate_of_incorporation"
        category = {"front": CERTIFICATE} if is_certificate else _CATEGORY_OF_SIDE
        files = [
            FileToSend(
                category[one.side],
                one.blob,
                one.media_type,
                _sha256_of(one),
                key,
            )
            for one in pictures
            # The second page of a certificate is in the same file as the first.
            if one.side in category
        ]
        files += [
            FileToSend(name, str(one["upright"]), "image/jpeg", None, key)
            if one.get("upright")
            and (self._rendition == "upright" or one["media_type"] not in _TAKEN)
            else FileToSend(name, str(one["blob"]), str(one["media_type"]), one.get("sha256"), key)
            for name, one in submission.extra_files.items()
        ]
        return Journey(
            submission_id=submission.id,
            customer_id=submission.customer_id,
            owner_id=submission.owner_id,
            update=submission.update,
            context=RuleContext(
                document_type=kind,
                document_country=screening.country if screening else None,
                document_is_national_id=kind == "national_id",
                document_is_an_owners=submission.owner_id is not None,
                document_is_accepted=screening is not None and screenings.is_accepted(screening),
            ),
            files=tuple(files),
            notes=notes,
            keep=keep,
            blaaiz=self._blaaiz,
            blobs=self._blobs,
        )


def _is_at(submission: Submission | None, go: int) -> TypeGuard[Submission]:
    """Whether there is something to do in this go."""
    return submission is not None and submission.go == go and State(submission.state) not in FINAL


def _require_whole(submission: Submission) -> None:
    """What was changed in the database, or lost its key, is not what was accepted."""
    if not submission.is_whole:
        raise SealBroken(submission.id)


def _sha256_of(picture: Picture) -> str | None:
    """Kept of the original; other renditions are ours."""
    return picture.sha256 if picture.rendition == "original" else None


async def _pictures(session: AsyncSession, screening_id: str, rendition: str) -> Sequence[Picture]:
    """Each side once: the original, or the upright JPEG, where there is one.

    That is sent where it is wanted, and where the original is no file that Blaaiz takes.
    """
    found = await session.scalars(
        select(Picture)
        .where(Picture.screening_id == screening_id, Picture.rendition.in_(("original", "upright")))
        .order_by(Picture.side.desc())
    )
    by_side: dict[str, dict[str, Picture]] = {}
    for one in found.all():
        by_side.setdefault(one.side, {})[one.rendition] = one
    chosen: list[Picture] = []
    for kept in by_side.values():
        original, upright = kept.get("original"), kept.get("upright")
        is_fit = original is not None and original.media_type in _TAKEN and rendition == "original"
        one = original if is_fit or upright is None else upright
        chosen += [one] if one is not None else []
    return chosen
