"""How often Blaaiz agreed with what we accepted: the service's real accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from service.store.tables import Screening, ScreeningCode, Submission


@dataclass(frozen=True, slots=True)
class OutcomeCount:
    """Submissions of one sort and what Blaaiz said of them.

    Attributes:
        document_type, country: of the screened document; or
        code: a finding that the screening had, though it was accepted.

    """

    outcome: str
    number: int
    document_type: str | None = None
    country: str | None = None
    code: str | None = None


async def by_document(session: AsyncSession) -> Sequence[OutcomeCount]:
    """By kind and country of the document."""
    rows = await session.execute(
        select(Submission.outcome, func.count(), Screening.kind, Screening.country)
        .join(Screening, Screening.id == Submission.screening_id)
        .where(Submission.outcome.is_not(None))
        .group_by(Submission.outcome, Screening.kind, Screening.country)
        .order_by(Screening.kind, Screening.country, Submission.outcome)
    )
    return [
        OutcomeCount(outcome or "", number, kind, country)
        for outcome, number, kind, country in rows
    ]


async def by_code(session: AsyncSession) -> Sequence[OutcomeCount]:
    """By code of the findings: those for information, and those that an analyst turned around."""
    rows = await session.execute(
        select(Submission.outcome, func.count(), ScreeningCode.code)
        .join(ScreeningCode, ScreeningCode.screening_id == Submission.screening_id)
        .where(Submission.outcome.is_not(None))
        .group_by(Submission.outcome, ScreeningCode.code)
        .order_by(ScreeningCode.code, Submission.outcome)
    )
    return [OutcomeCount(outcome or "", number, code=code) for outcome, number, code in rows]
