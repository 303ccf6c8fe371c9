"""Stored screenings judged anew with the present rules and models: what a roll-out would change."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from service.actions.judge_in_shadow import weighty_codes
from service.intake.errors import IntakeError
from service.policy.policy import Outcome
from service.pool import PoolAnswer, ScreeningJob, ScreeningPool, ScreeningTimedOut, WorkerDied
from service.screening.claim import Claim, CustomerType, History, Kind
from service.store import screenings
from service.store.encryption import SealBroken
from service.store.engine import Sessions
from service.store.pictures import BlobMissing, Blobs
from service.store.tables import Screening
from service.store.worklist import Wanted, read_page

_BATCH: Final = 50
_OF_DATABASE: Final = frozenset({"authenticity_reused", "file_rejected_before"})
"""What other screenings had to say: a replay does not ask them again."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """One screening as it was answered and as it would be now; `fault` where it cannot be judged."""

    screening_id: str
    verdict: str
    verdict_now: str
    gained: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()
    kind: str = ""
    kind_now: str = ""
    fault: str = ""

    @property
    def differs(self) -> bool:
        """Whether anything that counts would be another."""
        return not self.fault and (
            self.verdict != self.verdict_now
            or bool(self.gained or self.lost)
            or self.kind != self.kind_now
        )


@dataclass(slots=True)
class Difference:
    """All replayed so far, counted."""

    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    gained: Counter[str] = field(default_factory=Counter[str])
    lost: Counter[str] = field(default_factory=Counter[str])
    faults: Counter[str] = field(default_factory=Counter[str])
    changed: list[Replayed] = field(default_factory=list[Replayed])

    def add(self, one: Replayed) -> None:
        """Counts one more."""
        if one.fault:
            self.faults[one.fault] += 1
            return
        self.verdicts[one.verdict, one.verdict_now] += 1
        self.gained.update(one.gained)
        self.lost.update(one.lost)
        if one.differs:
            self.changed.append(one)


async def replay_screenings(
    sessions: Sessions,
    blobs: Blobs,
    pool: ScreeningPool,
    *,
    wanted: Wanted,
    limit: int,
    now: datetime,
) -> AsyncIterator[Replayed]:
    """The newest that fit, one after the other. Nothing is written, and nobody is told."""
    after, left = None, limit
    while left > 0:
        async with sessions() as session:
            page = await read_page(session, wanted, limit=min(_BATCH, left), after=after, now=now)
            ids = [row.id for row in page.rows]
        for screening_id in ids:
            yield await _replayed(sessions, blobs, pool, screening_id)
        left -= len(ids)
        if page.after is None:
            return
        after = page.after


async def _replayed(
    sessions: Sessions, blobs: Blobs, pool: ScreeningPool, screening_id: str
) -> Replayed:
    async with sessions() as session:
        row = await session.get_one(Screening, screening_id)
        pictures = await screenings.pictures_of(session, screening_id)
    names = {one.side: one.blob for one in pictures if one.rendition == "original"}
    if row.erased_at is not None or not row.is_whole or "front" not in names:
        return Replayed(screening_id, row.verdict, "", fault="erased")
    claimed = (row.wire.get("customer") or {}).get("claimed")
    if claimed is None:
        # Screened before the claim was kept: it would be judged on less.
        return Replayed(screening_id, row.verdict, "", fault="claim_not_kept")
    try:
        files = {side: await blobs.get(blob, row.object_key) for side, blob in names.items()}
        answer = await pool.screen(
            ScreeningJob(
                files["front"],
                _second(files),
                _claim(row.wire["customer"], claimed),
                History(attempt=row.attempt),
                _day(row),
            )
        )
    except BlobMissing:
        return Replayed(screening_id, row.verdict, "", fault="file_missing")
    except SealBroken:
        return Replayed(screening_id, row.verdict, "", fault="file_changed")
    except IntakeError as fault:
        return Replayed(screening_id, row.verdict, "", fault=fault.code)
    except (ScreeningTimedOut, WorkerDied) as fault:
        return Replayed(screening_id, row.verdict, "", fault=type(fault).__name__)
    return _compared(row, answer)


def _compared(row: Screening, answer: PoolAnswer) -> Replayed:
    info = Outcome.INFO.value
    before = {
        one["code"]
        for one in row.wire.get("findings", ())
        if one["outcome"] != info and one.get("check") != "simulated"
    }
    after = weighty_codes(answer.screening)
    asked_of_database = before & _OF_DATABASE
    verdict = row.verdict
    if asked_of_database and not before - _OF_DATABASE:
        # Only the database spoke against it: it would again.
        verdict = answer.screening.verdict.value
    return Replayed(
        row.id,
        verdict,
        answer.screening.verdict.value,
        frozenset(after - before),
        frozenset(before - after - _OF_DATABASE),
        row.kind,
        answer.screening.evidence.kind.kind.value,
    )


def _second(files: Mapping[str, bytes]) -> bytes | None:
    """The back's file; none where both sides are pages of one."""
    back = files.get("back")
    return None if back is None or back == files["front"] else back


def _day(row: Screening) -> date:
    """The day of screening: what had not expired then has not now."""
    return row.created_at.date()


def _claim(customer: Mapping[str, Any], claimed: Mapping[str, Any]) -> Claim:
    born, declared = claimed.get("date_of_birth"), claimed.get("document_type")
    return Claim(
        country=customer["country"],
        customer_type=CustomerType(customer["type"]),
        document_type=Kind(declared) if declared else None,
        first_name=claimed.get("first_name"),
        last_name=claimed.get("last_name"),
        business_name=claimed.get("business_name"),
        date_of_birth=date.fromisoformat(born) if born else None,
        id_number=claimed.get("id_number"),
        registration_number=claimed.get("registration_number"),
    )


def in_lines(difference: Difference) -> Sequence[str]:
    """The report, for people."""
    lines: list[str] = []
    total = sum(difference.verdicts.values())
    same = sum(n for (before, after), n in difference.verdicts.items() if before == after)
    lines.append(f"{total} judged anew, {same} with the same verdict.")
    lines += [
        f"  {before:>8} -> {after:<8} {number}"
        for (before, after), number in sorted(difference.verdicts.items())
        if before != after
    ]
    for word, codes in (("gained", difference.gained), ("lost", difference.lost)):
        lines += [f"  {word:<6} {code}: {number}" for code, number in codes.most_common()]
    lines += [f"  not judged, {why}: {number}" for why, number in difference.faults.most_common()]
    for one in difference.changed:
        codes = " ".join(
            [f"+{code}" for code in sorted(one.gained)] + [f"-{c}" for c in sorted(one.lost)]
        )
        kind = "" if one.kind == one.kind_now else f" {one.kind} -> {one.kind_now}"
        lines.append(
            f"{one.screening_id} {one.verdict} -> {one.verdict_now}{kind} {codes}".rstrip()
        )
    return lines
