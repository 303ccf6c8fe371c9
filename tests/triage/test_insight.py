"""Figures over a span of time, on both databases: what came of retakes, and who overturned what."""

import re
from datetime import timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import event

from service.actions.decide_screening import Decision, DecisionRequest, decide_screening
from service.store import insight
from service.store.insight import CodeAgreement, Dimension, RetakeCount, VerdictCount
from tests.store.rows import submission
from tests.triage.rows import NOW, keep, screening

SPAN = NOW - timedelta(days=1), NOW
LATER, EARLIER = timedelta(days=2), timedelta(days=1, minutes=1)
BLUR, STATUS = ("image_blurred", "retake"), ("document_special_status", "review")


async def test_verdicts_are_counted_by_what_was_asked_and_within_the_span(sessions) -> None:
    async with sessions() as session:
        await keep(
            session,
            screening(1, verdict="retake", codes=[BLUR]),
            screening(2, verdict="accepted", minutes=20),
            screening(3, verdict="accepted", kind="drivers_license"),
            screening(4, verdict="rejected", minutes=EARLIER.total_seconds() / 60),
        )
        by_kind = await insight.verdicts_by(session, "kind", *SPAN)
        assert by_kind == [
            VerdictCount("passport", accepted=1, review=0, retake=1, rejected=0),
            VerdictCount("drivers_license", accepted=1, review=0, retake=0, rejected=0),
        ]
        by_day = await insight.verdicts_by(session, "day", *SPAN)
        assert by_day == [VerdictCount("2026-11-24", accepted=2, review=0, retake=1, rejected=0)]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_no_figure_opens_the_rows_of_screenings(sessions) -> None:
    asked: list[tuple[str, Any]] = []
    async with sessions() as session:
        connection = await session.connection()

        def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
            asked.append((statement, parameters))

        event.listen(connection.sync_connection, "before_cursor_execute", note)
        for dimension in get_args(Dimension):
            await insight.verdicts_by(session, dimension, *SPAN)
        await insight.retakes(session, *SPAN)
        await insight.agreement(session, *SPAN)
        event.remove(connection.sync_connection, "before_cursor_execute", note)
        looked = 0
        for statement, parameters in asked:
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for *_, step in plan:
                if re.match(r"(SEARCH|SCAN) (screenings|submissions)(_\d+)? ", step):
                    looked += 1
                    assert "USING COVERING INDEX" in step, statement
    assert looked >= len(asked) - 1, "decisions alone are asked by themselves"


async def test_a_retake_that_helped_is_one_after_which_the_person_came_through(sessions) -> None:
    async with sessions() as session:
        away = {"verdict": "retake", "codes": [BLUR]}
        await keep(
            session,
            screening(1, minutes=50, person="a", **away),
            screening(2, minutes=40, person="a", verdict="accepted"),
            screening(3, minutes=30, person="b", **away),
            screening(4, minutes=20, person="b", verdict="rejected"),
            screening(5, minutes=10, person="c", **away),
            screening(6, minutes=60, person="c", verdict="accepted"),
            screening(7, minutes=5, person=None, **away),
        )
        found = await insight.retakes(session, *SPAN)
    assert found == [RetakeCount("image_blurred", asked=3, tried_again=2, succeeded=1)]


async def test_codes_tell_what_analysts_and_blaaiz_made_of_them(sessions) -> None:
    async with sessions() as session:
        ids = await keep(session, *(screening(n, minutes=n, codes=[STATUS]) for n in range(1, 6)))
        for number, (state, outcome) in enumerate(
            [("forwarded", "verified"), ("forwarded", "rejected"), ("failed", None)]
        ):
            session.add(submission(ids[number], f"c{number}", state=state, outcome=outcome))
        await session.commit()
    for screening_id, word in zip(ids, ("accept", "accept", "accept", "reject"), strict=False):
        wanted = DecisionRequest(Decision(word), None, "Seen by me.")
        await decide_screening(sessions, screening_id, wanted, "a", NOW)
    async with sessions() as session:
        found = await insight.agreement(session, *SPAN)
        assert found == [
            CodeAgreement(
                "document_special_status",
                decided=4,
                accepted=3,
                forwarded=2,
                verified=1,
                refused=1,
            )
        ]
        assert await insight.agreement(session, NOW - LATER, SPAN[0]) == []
