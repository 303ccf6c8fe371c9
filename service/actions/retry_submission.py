"""An analyst sends a failed submission on its way again, from the step where it stopped."""

from datetime import datetime

from service.actions.submit_update import SubmissionMissing, SubmissionNotFailed
from service.forward.states import State
from service.store import audit
from service.store.engine import Sessions
from service.store.tables import Submission


async def retry_submission(
    sessions: Sessions, submission_id: str, actor: str, now: datetime
) -> Submission:
    """Its notes are kept, so that nothing done is done again.

    Raises:
        SubmissionMissing, SubmissionNotFailed: see there.

    """
    async with sessions() as session:
        submission = await session.get(Submission, submission_id, with_for_update=True)
        if submission is None:
            raise SubmissionMissing(submission_id)
        if submission.state != State.FAILED.value:
            raise SubmissionNotFailed(
                f"This submission is {submission.state}; only failed ones are retried."
            )
        submission.state = State.QUEUED.value
        submission.attempts = 0
        submission.next_attempt_at = submission.updated_at = now
        audit.record(
            session, at=now, actor=actor, action="submission.retried", subject=submission.id
        )
        await session.commit()
        return submission
