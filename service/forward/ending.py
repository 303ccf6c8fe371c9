"""A submission's end, told to whoever listens to our webhooks."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from service.forward.refusals import RulesBroken, told_of
from service.forward.states import FINAL, State
from service.notify.outbox import announce
from service.store.tables import Submission


def announce_end(session: AsyncSession, submission: Submission, now: datetime) -> None:
    """In the transaction that ends it."""
    announce(
        session,
        f"submission.{submission.state}",
        {
            "submission_id": submission.id,
            "customer_id": submission.customer_id,
            "screening_id": submission.screening_id,
            "state": submission.state,
            "errors": [{"field": one["field"], "code": one["code"]} for one in submission.errors],
        },
        now,
    )


def stop(session: AsyncSession, submission: Submission, reason: RulesBroken, now: datetime) -> bool:
    """Refuses one that has not ended; the next write of a worker that has it fails.

    What reached Blaaiz by then stays there.
    """
    if State(submission.state) in FINAL:
        return False
    submission.state = State.REFUSED.value
    submission.errors = told_of(reason)
    submission.last_error = type(reason).__name__
    submission.updated_at = now
    announce_end(session, submission, now)
    return True
