"""Erases a screening's pictures and personal data; that it was there stays in the audit log."""

from datetime import datetime

from sqlalchemy import delete

from service.actions.decide_screening import ScreeningMissing
from service.blaaiz.rules.document import NOT_ACCEPTED
from service.forward.ending import stop
from service.forward.refusals import RulesBroken
from service.store import audit, decisions, idempotency, screenings, submissions, terms, worklist
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.tables import Picture, Screening

_KEPT = ("id", "object", "created_at", "verdict", "findings", "checks", "timings_ms", "versions")


async def erase_screening(
    sessions: Sessions, blobs: Blobs, screening_id: str, actor: str, now: datetime
) -> None:
    """Verdict, codes and ids stay; names, numbers, lines and pictures go, and what was to be sent.

    A submission that is under way is stopped: what reached Blaaiz is Blaaiz's, the rest stays here.

    Blobs go after the commit: a crash between leaves files that nothing points to, never a row
    that points to nothing.

    Raises:
        ScreeningMissing: no screening of this id.

    """
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            raise ScreeningMissing(screening_id)
        names = [picture.blob for picture in await screenings.pictures_of(session, screening_id)]
        row.wire = {
            **{name: row.wire[name] for name in _KEPT if name in row.wire},
            "document": {"type": row.kind, "country": row.country},
            "erased": True,
        }
        await terms.forget(session, row.id, row.reference, row.customer_id)
        row.reference = row.customer_id = row.person = row.number_digest = None
        row.decision = row.claimed_by = row.claimed_name = row.claimed_until = None
        row.erased_at = now
        await worklist.move(session, row, row.standing, None)
        names += await decisions.forget(session, row.id)
        # Written first: a submission that is made of it meanwhile sees it, or is seen here.
        await session.flush()
        for submission in await submissions.of_screening(session, screening_id, for_update=True):
            names += submissions.strip(submission)
            stop(session, submission, RulesBroken((NOT_ACCEPTED,)), now)
        await idempotency.forget_answers_about(session, screening_id)
        await session.execute(delete(Picture).where(Picture.screening_id == screening_id))
        audit.record(session, at=now, actor=actor, action="screening.erased", subject=screening_id)
        await session.commit()
    for name in names:
        await blobs.delete(name)
