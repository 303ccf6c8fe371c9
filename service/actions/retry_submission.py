"""An analyst sends a failed submission on its way again, from the step where it stopped."""

from datetime import datetime, timedelta

from service.actions.submit_update import (
    SubmissionMissing,
    SubmissionNotFailed,
    SubmissionOvertaken,
)
from service.forward.states import State
from service.store import audit, submissions
from service.store.engine import Sessions
from service.store.tables import Submission


async def retry_submission(
    sessions: Sessions, submission_id: str, actor: str, now: datetime, deadline: timedelta
) -> Submission:
    """Its notes are kept, so that nothing done is done again.

    Raises:
        SubmissionMissing, SubmissionNotFailed, SubmissionOvertaken: see there.

    """
    async with sessions() as session:
        submission = await session.get(Submission, submission_id, with_for_update=True)
        if submission is None:
            raise SubmissionMissing(submission_id)
        if submission.state != State.FAILED.value:
            raise SubmissionNotFailed(
                f"This submission is {submission.state}; only failed ones are retried."
            )
        if await submissions.has_newer_under_way(session, submission):
            raise SubmissionOvertaken(
                "A later submission of this customer went on: this one would write older values "
                "over newer ones. Send what is still wanted as a new update."
            )
        submission.state = State.QUEUED.value
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
