"""Erases a screening's pictures and personal data; that it was there stays in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete

from service.actions.decide_screening import ScreeningMissing
from service.blaaiz.rules.document import NOT_ACCEPTED
from service.forward.ending import stop
from service.forward.refusals import RulesBroken
from service.store import audit, decisions, idempotency, screenings, submissions, terms, worklist
from service.store.engine import Sessions
from service.store.pictures import Blobs
from service.store.sealed import drop_key
from service.store.tables import Picture, Screening
from service.telemetry import Metrics

BY_REQUEST: Final = "screening.erased"
BY_RETENTION: Final = "screening.expired"
_WHY: Final = {BY_REQUEST: "request", BY_RETENTION: "retention"}
_KEPT = ("id", "object", "created_at", "verdict", "checks", "timings_ms", "versions")
_KEPT_OF_FINDING = ("code", "outcome", "side", "field", "retryable", "check")


async def erase_screening(
    sessions: Sessions,
    blobs: Blobs,
    screening_id: str,
    actor: str,
    now: datetime,
    why: str = BY_REQUEST,
    metrics: Metrics | None = None,
) -> None:
    """Verdict, codes and ids stay; names, numbers, lines and pictures go, and what was to be sent.

    The data keys go first of all: no copy of what they sealed, in a backup or elsewhere, opens any
    more. A submission that is under way is stopped: what reached Blaaiz is Blaaiz's, the rest stays
    here.

    Blobs go after the commit: a crash between leaves files that nothing opens, never a row that
    points to nothing.

    Raises:
        ScreeningMissing: no screening of this id.

    """
    async with sessions() as session:
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or (row.erased_at is not None and not row.is_shredded):
            raise ScreeningMissing(screening_id)
        names = [picture.blob for picture in await screenings.pictures_of(session, screening_id)]
        await drop_key(session, row)
        row.wire = {
            **{name: row.wire[name] for name in _KEPT if name in row.wire},
            "findings": [_bare(one) for one in row.wire.get("findings", ())],
            "document": {"type": row.kind, "country": row.country},
            "erased": True,
        }
        await terms.forget(session, row.id)
        row.reference = row.customer_id = row.business_id = row.person = row.number_digest = None
        row.decision = row.claimed_by = row.claimed_name = row.claimed_until = None
        row.erased_at = now
        await worklist.move(session, row, row.standing, None)
        names += await decisions.forget(session, row.id)
        # Written first: a submission that is made of it meanwhile sees it, or is seen here.
        await session.flush()
        for submission in await submissions.of_screening(session, screening_id, for_update=True):
            await drop_key(session, submission)
            names += submissions.strip(submission)
            stop(session, submission, RulesBroken((NOT_ACCEPTED,)), now)
            await idempotency.forget_answers_about(session, submission.id)
        await idempotency.forget_answers_about(session, screening_id)
        await session.execute(delete(Picture).where(Picture.screening_id == screening_id))
        audit.record(session, at=now, actor=actor, action=why, subject=screening_id)
        await session.commit()
    if metrics is not None:
        metrics.erasures.labels(_WHY[why], row.standing).inc()
    for name in names:
        await blobs.delete(name)


def _bare(finding: Mapping[str, Any]) -> dict[str, Any]:
    """Its code and place among the checks: words and measurements may repeat what was printed."""
    kept = {name: finding.get(name) for name in _KEPT_OF_FINDING}
    return {**kept, "words": {}, "region": None, "measured": None, "limit": None, "unit": None}
