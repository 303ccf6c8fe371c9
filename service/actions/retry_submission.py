"""An analyst sends a failed submission on its way again, from the step where it stopped."""

from datetime import datetime, timedelta
from typing import Final

from service.actions.submit_update import (
    SubmissionMissing,
    SubmissionNotFailed,
    SubmissionOvertaken,
)
from service.forward.states import State
from service.store import audit, submissions
from service.store.engine import Sessions
from service.store.tables import Submission

_NEW_UPDATE: Final = "Send what is still wanted of this one as a new update."
_WHAT_NEXT: Final = {
    **dict.fromkeys(State, f"Wait until it has ended. {_NEW_UPDATE}"),
    State.FORWARDED: _NEW_UPDATE,
    State.REFUSED: _NEW_UPDATE,
    State.FAILED: f"Retry that one. {_NEW_UPDATE}",
}


async def retry_submission(
    sessions: Sessions, submission_id: str, actor: str, now: datetime, deadline: timedelta
) -> Submission:
    """Its notes are kept, so that nothing done is done again.

    Raises:
        SubmissionMissing, SubmissionNotFailed, SubmissionOvertaken: see there; the last one names
            the later submission, and says what to do.

    """
    async with sessions() as session:
        submission = await session.get(Submission, submission_id)
        if submission is None:
            raise SubmissionMissing(submission_id)
        # Its turn is the last from here on; taking it also keeps new ones out until the commit.
        last_turn = await submissions.next_turn(session, submission.customer_id)
        await session.refresh(submission, with_for_update=True)
        if submission.state != State.FAILED.value:
            raise SubmissionNotFailed(
                f"This submission is {submission.state}; only failed ones are retried."
            )
        newer = await submissions.handed_in_after(session, submission)
        if newer is not None:
            raise SubmissionOvertaken(
                f"{newer.id} was handed in later for the same customer and is {newer.state}: "
                f"this one would write older values over its. {_WHAT_NEXT[State(newer.state)]}"
            )
        submission.state = State.QUEUED.value
        submission.turn = last_turn
        submission.attempts = 0
        submission.go += 1
        submission.handed_over_at = None
        submission.expires_at = now + deadline
        submission.next_attempt_at = submission.updated_at = now
        audit.record(
            session, at=now, actor=actor, action="submission.retried", subject=submission.id
        )
        await session.commit()
        return submission
