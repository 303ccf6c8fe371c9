"""All that belongs to one customer of Blaaiz's."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Text, delete, exists, func, or_, select, update
from sqlalchemy import cast as cast_to
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from service.ids import new_id
from service.store.handover import UNFINISHED
from service.store.submissions import next_turn
from service.store.tables import CustomerQueue, OutgoingEvent, Screening, Submission


async def screenings_of_customer(session: AsyncSession, customer_id: str) -> Sequence[Screening]:
    """Its own, those of its owners' documents, and what was forwarded for it; oldest first."""
    forwarded = select(Submission.screening_id).where(Submission.customer_id == customer_id)
    found = await session.scalars(
        select(Screening)
        .where(
            or_(
                Screening.customer_id == customer_id,
                Screening.business_id == customer_id,
                Screening.id.in_(forwarded),
            ),
        )
        .order_by(Screening.id)
    )
    return found.all()


async def submissions_of_customer(session: AsyncSession, customer_id: str) -> Sequence[Submission]:
    """All, oldest first."""
    found = await session.scalars(
        select(Submission).where(Submission.customer_id == customer_id).order_by(Submission.id)
    )
    return found.all()


async def forget_customer_id(session: AsyncSession, customer_id: str) -> int:
    """Takes the id out of submissions, turns and settled webhooks; how many rows held it.

    Until the commit none is handed in for the customer; what was handed in since the erasure began
    goes its way. Submissions keep what they tell apart from whom: states, codes, checksums. They get an id that
    says no more than that they belong together. A webhook that is still to be delivered keeps it,
    and goes when its time is over: its receiver must know whom it is about.
    """
    await next_turn(session, customer_id)
    alias = new_id("ers")
    of_customer = Submission.customer_id == customer_id
    settled = or_(OutgoingEvent.delivered_at.is_not(None), OutgoingEvent.given_up_at.is_not(None))
    # Blaaiz may write its ids in either case.
    names_it = func.lower(cast_to(OutgoingEvent.payload, Text)).contains(
        customer_id.lower(), autoescape=True
    )
    rows = 0
    for statement in (
        update(Submission)
        .where(of_customer, Submission.state.not_in(UNFINISHED))
        .values(customer_id=alias, owner_id=None, version=Submission.version + 1),
        delete(CustomerQueue).where(
            CustomerQueue.customer_id == customer_id, ~exists().where(of_customer)
        ),
        delete(OutgoingEvent).where(settled, names_it),
    ):
        done = await session.execute(statement.execution_options(synchronize_session=False))
        rows += cast("CursorResult[Any]", done).rowcount
    return rows
