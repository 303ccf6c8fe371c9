"""Erases all that is stored of a customer, at the person's request."""

from dataclasses import dataclass
from datetime import datetime

from service.actions.decide_screening import ScreeningMissing
from service.actions.erase_screening import erase_screening
from service.ids import canonical_id
from service.store import audit, idempotency, persons, submissions
from service.store.engine import Sessions
from service.store.handover import UNFINISHED
from service.store.pictures import Blobs
from service.store.sealed import digest_of, drop_key
from service.store.upload_tokens import drop_tokens_of_customer
from service.telemetry import Metrics


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased.

    Attributes:
        subject: under which the audit log has it: a keyed digest of the customer's id.

    """

    screenings: int
    submissions: int
    subject: str


async def erase_customer(
    sessions: Sessions,
    blobs: Blobs,
    customer_id: str,
    actor: str,
    now: datetime,
    metrics: Metrics | None = None,
) -> Erased:
    """Screenings, their owners' too, submissions, kept answers, webhooks, and the id itself.

    Safe to repeat: what a first run left is found by a second one. What reached Blaaiz is Blaaiz's.
    """
    customer_id = canonical_id(customer_id)
    async with sessions() as session:
        found = await persons.screenings_of_customer(session, customer_id)
        left = [row.id for row in found if row.erased_at is None or row.is_shredded]
        forwarded = len(await persons.submissions_of_customer(session, customer_id))
        subject = subject_of(digest_of(session.sync_session, "customer", customer_id))
    erased = 0
    for screening_id in left:
        try:
            await erase_screening(sessions, blobs, screening_id, actor, now, metrics=metrics)
        except ScreeningMissing:
            continue  # another process was quicker
        erased += 1
    names: list[str] = []
    async with sessions() as session:
        for row in await persons.submissions_of_customer(session, customer_id):
            if row.state in UNFINISHED:
                continue  # handed in since the erasure began
            # Those of an erased screening are empty by now; one without its screening is not.
            await drop_key(session, row)
            names += submissions.strip(row)
            await idempotency.forget_answers_about(session, row.id)
        await drop_tokens_of_customer(session, customer_id)
        await session.flush()
        await persons.forget_customer_id(session, customer_id)
        audit.record(
            session,
            at=now,
            actor=actor,
            action="customer.erased",
            subject=subject,
            details={"screenings": erased, "submissions": forwarded},
        )
        await session.commit()
    for name in names:
        await blobs.delete(name)
    return Erased(erased, forwarded, subject)


def subject_of(digest: str) -> str:
    """A customer in the audit log, whose entries outlive what they tell of."""
    return f"customer:{digest[:40]}"
