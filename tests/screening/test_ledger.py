"""Acceptance is proved, never the mere absence of complaints."""

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from service.policy.policy import NEVER_ACCEPTED_KINDS, Outcome, load_policy
from service.screening.checks import CHECKS
from service.screening.claim import Kind, Side
from service.screening.evidence import STAGES, Absent, Failed, TextLine
from service.screening.findings import NotRun, NotRunWhy
from service.screening.ledger import run_checks
from service.screening.result import CheckState
from service.screening.verdict import Verdict, verdict_of
from tests.screening.evidence_builder import QUAD, evidence, kind, side

POLICY = load_policy()
REQUIRED = POLICY.required_checks["passport"]


def answering(answer):
    return SimpleNamespace(REASONS=(), LIMITS=(), check=lambda evidence, policy: answer)


def breaking(evidence, policy):
    raise ZeroDivisionError


ALL_PASS = {name: answering(()) for name in REQUIRED}


def verdict(checks) -> Verdict:
    findings, _ = run_checks(checks, evidence(), POLICY)
    return verdict_of(one.outcome for one in findings)


def test_all_required_checks_passed_is_accepted() -> None:
    assert verdict(ALL_PASS) is Verdict.ACCEPTED


def test_nothing_is_accepted_while_any_required_check_did_not_run() -> None:
    for name in REQUIRED:
        for why in (NotRunWhy.MRZ_UNREADABLE, NotRunWhy.OUT_OF_TIME, NotRunWhy.STAGE_FAILED):
            assert verdict({**ALL_PASS, name: answering(NotRun(why))}) is Verdict.REVIEW
        without = {n: c for n, c in ALL_PASS.items() if n != name}
        assert verdict(without) is Verdict.REVIEW


def test_what_does_not_apply_holds_nothing_up() -> None:
    one = REQUIRED[0]
    assert verdict({**ALL_PASS, one: answering(NotRun(NotRunWhy.NOTHING_CLAIMED))}) == "accepted"


def test_a_check_that_breaks_is_not_run_and_never_a_pass() -> None:
    broken = SimpleNamespace(REASONS=(), LIMITS=(), check=breaking)
    findings, ledger = run_checks({**ALL_PASS, "extra.check": broken}, evidence(), POLICY)
    entry = next(one for one in ledger if one.check == "extra.check")
    assert (entry.state, entry.fault) == (CheckState.NOT_RUN, "ZeroDivisionError")
    assert findings


@given(st.lists(st.sampled_from(Outcome)), st.sampled_from(Outcome))
def test_the_verdict_never_improves_with_more_findings(found, more) -> None:
    order = [Verdict.ACCEPTED, Verdict.REVIEW, Verdict.RETAKE, Verdict.REJECTED]
    assert order.index(verdict_of([*found, more])) >= order.index(verdict_of(found))


@given(st.sampled_from(Kind), st.booleans(), st.booleans(), st.integers(0, 6))
def test_only_a_certain_kind_of_the_policy_is_ever_accepted(
    value, is_certain, is_contradicted, lines
) -> None:
    text = tuple(TextLine("WORDS", 0.9, QUAD) for _ in range(lines)) or Absent()
    both = {Side.FRONT: side(text=text, mrz=Absent()), Side.BACK: side(mrz=Absent())}
    subject = evidence(
        sides=both, kind=kind(value, is_certain=is_certain, is_contradicted=is_contradicted)
    )
    findings, _ = run_checks(CHECKS, subject, POLICY)
    if verdict_of(one.outcome for one in findings) is Verdict.ACCEPTED:
        assert is_certain
        assert not is_contradicted
        assert value in POLICY.kinds["individual"]
        assert value not in NEVER_ACCEPTED_KINDS


def test_what_is_turned_away_anyway_is_not_cluttered() -> None:
    findings, _ = run_checks(CHECKS, evidence(kind=kind(Kind.NATIONAL_ID)), POLICY)
    assert [f.finding.reason.code for f in findings] == ["document_national_id_not_accepted"]


def test_a_stage_that_broke_on_any_side_is_for_a_person() -> None:
    assert len(STAGES) >= 9
    for stage in STAGES:
        broken = (
            side(mrz=Absent(), **{stage: Failed("ValueError")})
            if stage != "mrz"
            else side(mrz=Failed("ValueError"))
        )
        subject = evidence(
            sides={Side.FRONT: side(mrz=Absent()), Side.BACK: broken},
            kind=kind(Kind.DRIVERS_LICENSE),
        )
        findings, _ = run_checks(CHECKS, subject, POLICY)
        assert verdict_of(one.outcome for one in findings) is Verdict.REVIEW, stage
