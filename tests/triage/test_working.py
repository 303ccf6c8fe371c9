"""Claims, decisions with their minute, four eyes, appeals, corrections, on both databases."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.actions.appeal_screening import AppealRefused, appeal_screening
from service.actions.claim_screening import claim_next, claim_screening, release_screening
from service.actions.correct_field import CorrectionRefused, FieldCorrection, correct_field
from service.actions.decide_screening import (
    Decision,
    DecisionRefused,
    DecisionRequest,
    decide_screening,
    undo_decision,
)
from service.actions.erase_screening import erase_screening
from service.store import decisions, handover
from service.store.pictures import Blobs
from service.store.tables import (
    Audit,
    Correction,
    DecisionEntry,
    HeldUpdate,
    OutgoingEvent,
    Screening,
    ScreeningTerm,
    Submission,
)
from service.store.worklist import Attention, Wanted
from tests.conftest import VAULT
from tests.triage.rows import NOW, keep, screening

MINUTE, LASTS = timedelta(minutes=1), timedelta(minutes=5)
FRAUD = ("authenticity_edited", "review")


def request(decision: str, code: str | None = None, **more) -> DecisionRequest:
    return DecisionRequest(Decision(decision), code, "Seen by me.", can_undo_for=MINUTE, **more)


async def kept(sessions, *rows: Screening) -> list[str]:
    async with sessions() as session:
        return await keep(session, *rows)


async def of(sessions, screening_id: str) -> Screening:
    async with sessions() as session:
        return await session.get_one(Screening, screening_id)


def held_update(screening_id: str) -> HeldUpdate:
    return HeldUpdate(
        screening_id=screening_id,
        created_at=NOW,
        key_id="key_frontend",
        customer_id="c1",
        owner_id=None,
        update={"city": "Lagos"},
        extra_files={},
    )


async def test_of_many_who_take_a_case_at_once_one_has_it(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    taken = await asyncio.gather(
        *(claim_screening(sessions, one, f"key_{n}", f"N{n}", NOW, LASTS) for n in range(8))
    )
    assert sorted(taken) == [False] * 7 + [True]
    holder = (await of(sessions, one)).claimed_by
    assert taken[int(holder[4:])] is True


async def test_a_claim_lapses_and_can_be_kept_or_left(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    assert await claim_screening(sessions, one, "a", "A", NOW, LASTS)
    assert not await claim_screening(sessions, one, "b", "B", NOW + LASTS / 2, LASTS)
    assert await claim_screening(sessions, one, "a", "A", NOW + LASTS / 2, LASTS)
    assert not await claim_screening(sessions, one, "b", "B", NOW + LASTS, LASTS)
    assert await claim_screening(sessions, one, "b", "B", NOW + LASTS * 2, LASTS)
    assert not await release_screening(sessions, one, "a")
    stale = NOW + LASTS
    assert not await release_screening(sessions, one, "b", stale)
    assert await release_screening(sessions, one, "b", NOW + LASTS * 3)
    assert (await of(sessions, one)).claimed_by is None


async def test_the_next_case_is_the_most_urgent_that_nobody_has(sessions) -> None:
    old, young = await kept(sessions, screening(1, minutes=50), screening(2, minutes=5))
    take = lambda who: claim_next(sessions, Wanted(), who, who, NOW, LASTS)  # noqa: E731
    assert await take("a") == old
    assert await take("b") == young
    assert await take("c") is None


async def test_the_second_opinion_is_not_asked_of_the_first(sessions) -> None:
    [one] = await kept(sessions, screening(1, codes=[FRAUD]))
    await decide_screening(sessions, one, request("reject", "authenticity_edited"), "a", NOW)
    assert await claim_next(sessions, Wanted(), "a", "A", NOW, LASTS) is None
    assert await claim_next(sessions, Wanted(), "b", "B", NOW, LASTS) == one


async def test_a_decision_takes_effect_after_a_minute_and_is_undone_before(sessions) -> None:
    [one] = await kept(sessions, screening(1, codes=[("document_special_status", "review")]))
    async with sessions() as session:
        session.add(held_update(one))
        await session.commit()
    wanted = request("accept", forward_within=timedelta(hours=1))
    row = await decide_screening(sessions, one, wanted, "a", NOW)
    assert (row.standing, row.attention) == ("accepted", None)
    async with sessions() as session:
        [submission] = (await session.scalars(select(Submission))).all()
        [event] = (await session.scalars(select(OutgoingEvent))).all()
        assert submission.next_attempt_at == event.next_attempt_at == NOW + MINUTE
        assert submission.update == {"city": "Lagos"}
        assert await session.get(HeldUpdate, one) is None
        assert [one.id for one in await handover.waiting(session, handover.SUBMISSIONS, 9)] == [
            submission.id
        ]
    for who, when in (("b", NOW), ("a", NOW + MINUTE)):
        with pytest.raises(DecisionRefused):
            await undo_decision(sessions, one, row.decision["id"], who, when)
    undone = await undo_decision(sessions, one, row.decision["id"], "a", NOW + MINUTE / 2)
    assert (undone.standing, undone.attention, undone.decision) == (
        "review",
        Attention.REVIEW,
        None,
    )
    async with sessions() as session:
        assert (await session.scalars(select(Submission))).all() == []
        assert (await session.scalars(select(OutgoingEvent))).all() == []
        assert (await session.get_one(HeldUpdate, one)).update == {"city": "Lagos"}
        [entry] = await decisions.decisions_of(session, one)
        assert entry.state == "undone"
    with pytest.raises(DecisionRefused):
        await undo_decision(sessions, one, row.decision["id"], "a", NOW + MINUTE / 2)


async def test_of_two_who_decide_at_once_the_second_is_told(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    first = await decide_screening(sessions, one, request("accept", seen=""), "a", NOW)
    with pytest.raises(DecisionRefused, match="meanwhile"):
        await decide_screening(sessions, one, request("reject", seen=""), "b", NOW)
    assert (await of(sessions, one)).standing == "accepted"
    again = request("reject", "document_expired", seen=first.decision["id"])
    assert (await decide_screening(sessions, one, again, "b", NOW)).standing == "rejected"


async def test_without_the_wish_to_forward_the_update_stays(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    async with sessions() as session:
        session.add(held_update(one))
        await session.commit()
    await decide_screening(sessions, one, request("accept"), "a", NOW)
    async with sessions() as session:
        assert (await session.scalars(select(Submission))).all() == []
        assert await session.get(HeldUpdate, one) is not None


async def test_clearing_a_suspicion_of_fraud_takes_two_and_is_never_sent_by_itself(
    sessions,
) -> None:
    [one] = await kept(sessions, screening(1, codes=[FRAUD]))
    async with sessions() as session:
        session.add(held_update(one))
        await session.commit()
    wanted = request("accept", forward_within=timedelta(hours=1))
    first = await decide_screening(sessions, one, wanted, "a", NOW)
    assert (first.standing, first.attention) == ("review", Attention.REVIEW)
    with pytest.raises(DecisionRefused):
        await decide_screening(sessions, one, wanted, "a", NOW)
    second = await decide_screening(sessions, one, wanted, "b", NOW)
    assert (second.standing, second.decision["first_by"]) == ("accepted", "a")
    async with sessions() as session:
        assert (await session.scalars(select(Submission))).all() == []


async def test_one_analyst_cannot_overrule_anothers_suspicion_alone(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    await decide_screening(sessions, one, request("reject", "authenticity_screen"), "a", NOW)
    other = await decide_screening(sessions, one, request("accept"), "b", NOW)
    assert (other.standing, other.decision["state"]) == ("review", "awaiting_second")
    with pytest.raises(DecisionRefused):
        await decide_screening(sessions, one, request("retake", "image_blurred"), "b", NOW)
    third = await decide_screening(sessions, one, request("accept"), "c", NOW)
    assert third.standing == "accepted"


@pytest.mark.parametrize("kind", ["national_id", "none"])
async def test_what_the_partner_never_takes_is_not_accepted_by_two_either(
    sessions, kind: str
) -> None:
    [one] = await kept(sessions, screening(1, kind=kind))
    for who in ("a", "b"):
        with pytest.raises(DecisionRefused):
            await decide_screening(sessions, one, request("accept"), who, NOW)


async def test_an_appeal_brings_it_before_a_person_once(sessions) -> None:
    away, fine = await kept(
        sessions, screening(1, verdict="rejected"), screening(2, verdict="accepted")
    )
    for _ in range(2):
        row = await appeal_screening(sessions, away, "key_frontend", NOW)
        assert row.attention == Attention.APPEALED
    with pytest.raises(AppealRefused):
        await appeal_screening(sessions, fine, "key_frontend", NOW)
    async with sessions() as session:
        actions = (await session.scalars(select(Audit.action))).all()
    assert actions == ["screening.appealed"]


async def test_a_correction_is_kept_with_its_consent_and_not_in_the_audit_log(sessions) -> None:
    [one] = await kept(sessions, screening(1))
    wrong = FieldCorrection("surname", "mrz", "M0RGAN", "MORGAN", may_train=False)
    await correct_field(sessions, VAULT.secret, one, wrong, "a", NOW)
    for bad in (
        FieldCorrection("surname", "mrz", "MORGAN", "MORGAN", may_train=True),
        FieldCorrection("surname", "mrz", "MORGAN", " ", may_train=True),
        FieldCorrection("number", "mrz", "M0RGAN", "- -", may_train=True),
        FieldCorrection("secret", "mrz", "A", "B", may_train=True),
        FieldCorrection("surname", "dream", "A", "B", may_train=True),
    ):
        with pytest.raises(CorrectionRefused):
            await correct_field(sessions, VAULT.secret, one, bad, "a", NOW)
    async with sessions() as session:
        [entry] = await decisions.corrections_of(session, one)
        assert (entry.truth, entry.may_train) == ("MORGAN", False)
        [audited] = (await session.scalars(select(Audit))).all()
        assert audited.details == {"field": "surname", "source": "mrz"}


async def test_erasing_leaves_no_words_notes_or_corrections(sessions) -> None:
    [one] = await kept(sessions, screening(1, reference="very-own", customer_id="cust-1"))
    number = FieldCorrection("number", "mrz", "1", "2", may_train=True)
    await correct_field(sessions, VAULT.secret, one, number, "a", NOW)
    await decide_screening(sessions, one, request("retake", "image_blurred"), "a", NOW)
    async with sessions() as session:
        session.add(held_update(one))
        await session.commit()
    await erase_screening(sessions, Blobs("memory://"), one, "admin", NOW)
    async with sessions() as session:
        found = (await session.scalars(select(ScreeningTerm.term))).all()
        assert set(found) == {one.lower(), one.lower()[-8:], "scr", one.lower()[4:]}
        assert (await session.scalars(select(Correction))).all() == []
        assert (await session.scalars(select(HeldUpdate))).all() == []
        [entry] = (await session.scalars(select(DecisionEntry))).all()
        assert (entry.note, entry.before) == ("", {})
    assert (await of(sessions, one)).attention is None
