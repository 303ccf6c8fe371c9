"""An analyst says what a misread field really says; kept as truth for training where agreed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from service.actions.decide_screening import ScreeningMissing
from service.actions.record import digest_of_number
from service.ids import new_id
from service.screening.match.numbers import compact
from service.store import audit, decisions
from service.store.engine import Sessions
from service.store.tables import Correction, Screening

CORRECTABLE: Final = (
    "number",
    "surname",
    "given_names",
    "date_of_birth",
    "sex",
    "date_of_expiry",
    "nationality",
    "country",
    "company_name",
    "registration_number",
    "date_of_incorporation",
)
_SOURCES: Final = frozenset({"mrz", "barcode", "text", "text_layer"})
_LONGEST: Final = 300


class CorrectionRefused(Exception):
    """What was sent is no correction; the message says why."""


@dataclass(frozen=True, slots=True)
class FieldCorrection:
    """One field of one source, and what it really says."""

    field: str
    source: str
    read: str
    truth: str
    may_train: bool


async def correct_field(
    sessions: Sessions,
    secret: str,
    screening_id: str,
    correction: FieldCorrection,
    actor: str,
    now: datetime,
) -> None:
    """Keeps the correction beside what was read. The audit log says which field, never its value.

    By a corrected number the document is known again, and no longer by the one that was misread.

    Args:
        secret: of the digests.

    Raises:
        ScreeningMissing, CorrectionRefused: see there.

    """
    truth = correction.truth.strip()
    if correction.field not in CORRECTABLE or correction.source not in _SOURCES:
        raise CorrectionRefused("This field cannot be corrected.")
    is_empty = not compact(truth) if correction.field == "number" else not truth
    if is_empty or len(truth) > _LONGEST:
        raise CorrectionRefused("Say what the document says.")
    async with sessions() as session:
        # Held until the commit: one that is erased meanwhile leaves no key to seal this under.
        row = await session.get(Screening, screening_id, with_for_update=True)
        if row is None or row.erased_at is not None:
            raise ScreeningMissing(screening_id)
        earlier = await decisions.corrections_of(session, screening_id)
        present = next(
            (one.truth for one in earlier if one.field == correction.field), correction.read
        )
        if truth == present:
            raise CorrectionRefused("That is what stands there already.")
        session.add(
            Correction(
                id=new_id("cor"),
                screening_id=screening_id,
                at=now,
                actor=actor,
                field=correction.field,
                source=correction.source,
                read=correction.read[:_LONGEST],
                truth=truth,
                may_train=correction.may_train,
            )
        )
        document: Mapping[str, Any] = row.wire.get("document") or {}
        if correction.field == "number" and "country" in (document.get("sources") or {}):
            row.number_digest = digest_of_number(
                secret, document["issuing_state"] or "", row.kind, truth
            )
        audit.record(
            session,
            at=now,
            actor=actor,
            action="field.corrected",
            subject=screening_id,
            details={"field": correction.field, "source": correction.source},
        )
        await session.commit()
