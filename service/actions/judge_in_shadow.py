"""What another policy would have said of the same evidence: recorded, and nothing else."""

from service.policy.policy import Outcome, Policy
from service.screening.judge import judge_again
from service.screening.result import Screening
from service.store.engine import Sessions
from service.store.tables import ShadowJudgement
from service.telemetry import log


async def judge_in_shadow(
    sessions: Sessions, screening_id: str, judged: Screening, kept: Screening, shadow: Policy
) -> None:
    """After the screening is kept; a fault here costs nobody an answer.

    Args:
        judged: as the worker judged it, compared like with like.
        kept: as it was answered, with what the database added.

    """
    try:
        other = judge_again(judged, shadow)
        gained, lost = weighty_codes(other), weighty_codes(judged)
        differs = other.verdict is not judged.verdict
        async with sessions() as session:
            session.add(
                ShadowJudgement(
                    screening_id=screening_id,
                    policy=shadow.version,
                    verdict=kept.verdict.value,
                    shadow_verdict=other.verdict.value if differs else kept.verdict.value,
                    gained=sorted(gained - lost),
                    lost=sorted(lost - gained),
                    differs=differs,
                )
            )
            await session.commit()
    except Exception as fault:
        log().error("shadow.broke", screening_id=screening_id, error_class=type(fault).__name__)


def weighty_codes(screening: Screening) -> set[str]:
    """Codes that a verdict comes from."""
    return {
        one.finding.reason.code for one in screening.findings if one.outcome is not Outcome.INFO
    }
