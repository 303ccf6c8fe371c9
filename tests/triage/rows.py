"""Screenings of fictitious people as rows, with what belongs to them."""

from datetime import UTC, datetime, timedelta

from service.ids import first_id_of
from service.store import terms
from service.store.tables import Screening, ScreeningCode
from service.store.worklist import attention_of

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def finding(code: str, outcome: str, **more) -> dict:
    return {
        "code": code,
        "outcome": outcome,
        "side": "front",
        "field": None,
        "retryable": False,
        "words": {},
        "region": None,
        "measured": None,
        "limit": None,
        "unit": None,
        "check": None,
    } | more


def screening(n: int, *, minutes: float = 10, codes=(), **changes) -> Screening:
    """One that came `minutes` before NOW; `codes` are (code, outcome) pairs."""
    at = NOW - timedelta(minutes=minutes)
    verdict = changes.get("verdict", "review")
    findings = [finding(code, outcome) for code, outcome in codes]
    values = {
        "id": f"{first_id_of('scr', at)[:-8]}{n:08d}",
        "created_at": at,
        "key_id": "key_frontend",
        "person": None,
        "customer_id": None,
        "reference": f"signup-{n}",
        "verdict": verdict,
        "standing": verdict,
        "kind": "passport",
        "country": "GB",
        "attempt": 1,
        "number_digest": None,
        "wire": {
            "verdict": verdict,
            "findings": findings,
            "checks": [],
            "document": {"type": "passport"},
            "customer": {"type": "individual", "country": "GB"},
        },
        "decision": None,
        "erased_at": None,
        "first_code": codes[0][0] if codes else None,
    } | changes
    values.setdefault("attention", attention_of(values["standing"], values["attempt"]))
    return Screening(**values)


async def keep(session, *rows: Screening) -> list[str]:
    """Stores rows with their codes and words; their ids."""
    session.add_all(rows)
    await session.flush()
    for row in rows:
        terms.add(session, row.id, row.reference, row.customer_id)
        session.add_all(
            ScreeningCode(
                screening_id=row.id,
                code=one["code"],
                standing=row.standing,
                attention=row.attention,
                kind=row.kind,
                country=row.country,
            )
            for one in row.wire["findings"]
        )
    await session.commit()
    return [row.id for row in rows]
