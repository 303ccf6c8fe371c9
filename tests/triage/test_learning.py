"""Replay and shadow: what other rules would have said, without a word to anybody."""

from dataclasses import replace
from datetime import timedelta

from service.actions.judge_in_shadow import judge_in_shadow
from service.actions.record import to_record
from service.actions.replay_screenings import Difference, in_lines, replay_screenings
from service.policy.policy import Outcome, Policy, load_policy
from service.pool import PoolAnswer, ScreeningJob
from service.screening.claim import Claim, CustomerType, Kind, Side
from service.screening.judge import judge_again
from service.screening.result import Screening
from service.screening.verdict import Verdict
from service.store import insight
from service.store.pictures import Blobs
from service.store.tables import Picture, ShadowJudgement
from service.store.worklist import Wanted
from tests.conftest import VAULT
from tests.screening.evidence_builder import evidence, quality, side
from tests.triage.rows import NOW, keep, screening

POLICY = load_policy()
BORN = evidence().today.replace(year=1980, month=5, day=6)


def softer(**outcomes: Outcome) -> Policy:
    return replace(POLICY, version="softer", outcomes={**POLICY.outcomes, **outcomes})


def judged(policy: Policy = POLICY, **changes) -> Screening:
    empty = Screening(Verdict.ACCEPTED, (), (), evidence(**changes), "", {"total": 1.0}, {})
    return judge_again(empty, policy)


def too_young() -> dict:
    return {"claim": Claim("GB", date_of_birth=BORN.replace(year=1981))}


async def test_a_shadow_records_where_it_differs_and_where_not(sessions) -> None:
    async with sessions() as session:
        one, two = await keep(session, screening(1, minutes=2), screening(2, minutes=1))
    shadow = softer(customer_birth_date_mismatch=Outcome.INFO)
    for screening_id, of in ((one, judged(**too_young())), (two, judged())):
        await judge_in_shadow(sessions, screening_id, of, of, shadow)
    async with sessions() as session:
        first = await session.get_one(ShadowJudgement, (one, "softer"))
        second = await session.get_one(ShadowJudgement, (two, "softer"))
        span = NOW - timedelta(days=1), NOW + timedelta(days=1)
        counts = await insight.shadow_counts(session, *span)
        differing = await insight.shadow_differences(session, *span)
    assert (first.verdict, first.shadow_verdict) == ("review", "accepted")
    assert (first.gained, first.lost) == ([], ["customer_birth_date_mismatch"])
    assert second.differs is False
    assert [c.number for c in counts] == [1, 1]
    assert [d.screening_id for d in differing] == [one]


async def test_a_shadow_that_breaks_costs_nobody_an_answer(sessions) -> None:
    of = judged()
    await judge_in_shadow(sessions, "scr_of_nobody", of, replace(of, evidence=None), None)


class Pool:
    """Judges every job under one policy, from the claim alone; notes what it was asked."""

    def __init__(self, policy: Policy) -> None:
        self.policy, self.jobs = policy, []

    async def screen(self, job: ScreeningJob) -> PoolAnswer:
        self.jobs.append(job)
        return PoolAnswer(judged(self.policy, claim=job.claim, history=job.history), {}, {})


async def stored(sessions, blobs: Blobs, n: int, of: Screening, **changes) -> str:
    row = screening(n, minutes=n, verdict=of.verdict.value)
    row.wire = (
        to_record(
            screening_id=row.id,
            created_at=NOW,
            reference=None,
            customer_id=None,
            claim=of.evidence.claim,
            screening=of,
            attempts_max=4,
        )
        | changes
    )
    row.object_key = VAULT.ring.new_key(row.id)
    blob = await blobs.put(b"the original", row.object_key)
    async with sessions() as session:
        await keep(session, row)
        session.add(
            Picture(
                screening_id=row.id,
                side="front",
                rendition="original",
                blob=blob,
                media_type="image/jpeg",
                size=3,
                sha256="0" * 64,
                fingerprint=None,
            )
        )
        await session.commit()
    return row.id


async def replayed(sessions, blobs: Blobs, pool: Pool) -> Difference:
    difference = Difference()
    async for one in replay_screenings(
        sessions, blobs, pool, wanted=Wanted(is_all=True), limit=10, now=NOW
    ):
        difference.add(one)
    return difference


async def test_a_replay_tells_verdicts_codes_and_ids_that_would_change(sessions) -> None:
    blobs = Blobs("memory://")
    other = await stored(sessions, blobs, 1, judged(**too_young()))
    await stored(sessions, blobs, 2, judged())
    same = await replayed(sessions, blobs, Pool(POLICY))
    assert (sum(same.verdicts.values()), same.changed) == (2, [])
    pool = Pool(softer(customer_birth_date_mismatch=Outcome.INFO))
    found = await replayed(sessions, blobs, pool)
    assert found.verdicts == {("review", "accepted"): 1, ("accepted", "accepted"): 1}
    assert found.lost == {"customer_birth_date_mismatch": 1}
    assert [one.screening_id for one in found.changed] == [other]
    [job] = [one for one in pool.jobs if one.claim.date_of_birth]
    assert (job.front, job.back, job.claim) == (b"the original", None, too_young()["claim"])
    lines = "\n".join(in_lines(found))
    assert "2 judged anew, 1 with the same verdict" in lines
    assert other in lines


async def test_a_replay_says_what_it_cannot_judge(sessions) -> None:
    blobs = Blobs("memory://")
    customer = {"id": None, "type": "individual", "country": "GB"}
    await stored(sessions, blobs, 1, judged(), customer=customer)
    async with sessions() as session:
        await keep(session, screening(2, minutes=2))
    found = await replayed(sessions, blobs, Pool(POLICY))
    assert found.faults == {"claim_not_kept": 1, "erased": 1}


def test_a_record_keeps_what_a_comparison_needs() -> None:
    claim = Claim("GB", CustomerType.INDIVIDUAL, Kind.PASSPORT, last_name="STONE")
    record = to_record(
        screening_id="s",
        created_at=NOW,
        reference=None,
        customer_id=None,
        claim=claim,
        screening=judged(claim=claim, sides={Side.FRONT: side(text_quality=(quality(),))}),
        attempts_max=4,
    )
    assert record["customer"]["claimed"] == {"document_type": "passport", "last_name": "STONE"}
    zone = record["document"]["mrz"]
    assert [digit["name"] for digit in zone["check_digits"]][:2] == [
        "document_number",
        "date_of_birth",
    ]
    assert [digit["valid"] for digit in zone["check_digits"]] == [True] * 5
