"""Is it a kind of document that this customer may use, and the one that was declared?"""

import re
from collections.abc import Sequence
from typing import Final

from service.locales.translate import Phrase
from service.policy.policy import Outcome, Policy
from service.screening.checks.document.sides import TWO_SIDED, shows_both
from service.screening.checks.reading import is_legible
from service.screening.claim import Kind, Side
from service.screening.classify.by_fields import votes_of_fields
from service.screening.evidence import Evidence, found
from service.screening.findings import Finding, NotRun, NotRunWhy, Reason
from service.screening.match.numbers import compact

NOT_ACCEPTED: Final = Reason(
    "document_kind_not_accepted",
    Outcome.REJECT,
    "We can't accept this kind of document.",
    "Use one of these: {accepted}.",
)
MISMATCH: Final = Reason(
    "document_kind_mismatch",
    Outcome.REJECT,
    "This is a {found}, you chose {declared}.",
    "Choose the right kind or send the other document.",
)
UNKNOWN: Final = Reason(
    "document_kind_unknown",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
SPECIAL: Final = Reason(
    "document_special_status",
    Outcome.REVIEW,
    "We're checking your document.",
    "You don't need to do anything now.",
)
REASONS: Final = (NOT_ACCEPTED, MISMATCH, UNKNOWN, SPECIAL)
LIMITS: Final = ()

WORDS: Final = {
    Kind.PASSPORT: Phrase("passport"),
    Kind.DRIVERS_LICENSE: Phrase("driver's licence"),
    Kind.RESIDENT_PERMIT: Phrase("residence permit"),
    Kind.CERTIFICATE_OF_INCORPORATION: Phrase("certificate of incorporation"),
}


def check(evidence: Evidence, policy: Policy) -> Sequence[Finding] | NotRun:
    """A national identity card has its own check; here everything else is sorted."""
    kind = evidence.kind
    if kind.kind is Kind.NONE:
        return ()
    if kind.is_contradicted or (not kind.is_certain and is_worth_a_look(evidence)):
        return [Finding(UNKNOWN)]
    if not kind.is_certain:
        return NotRun(NotRunWhy.KIND_UNKNOWN)
    if kind.kind is Kind.NATIONAL_ID:
        return ()
    if kind.kind in TWO_SIDED and Side.BACK in evidence.sides and not _front_agrees(evidence):
        return [Finding(UNKNOWN, Side.FRONT)]
    accepted = policy.kinds[evidence.claim.customer_type]
    if kind.kind is Kind.PASSPORT_CARD:
        return [Finding(SPECIAL)]
    if kind.kind not in accepted:
        names = tuple(WORDS[one] for one in WORDS if one in accepted)
        return [Finding(NOT_ACCEPTED, words=(("accepted", names),))]
    declared = evidence.claim.document_type
    if declared is not None and declared is not kind.kind:
        found, said = WORDS[kind.kind], WORDS.get(declared, declared.value)
        return [Finding(MISMATCH, words=(("found", found), ("declared", said)))]
    if kind.subkind:
        return [Finding(SPECIAL)]
    is_settled = (  # these are findings of `document.sides`
        evidence.is_back_empty
        or evidence.is_same_side_twice
        or evidence.side_disagreements
        or shows_both(evidence)
    )
    if not evidence.is_back_told and not is_settled:
        return [Finding(UNKNOWN, Side.BACK)]
    return ()


def _front_agrees(evidence: Evidence) -> bool:
    """Whether the front says by itself what the back proves: its title, its fields, or a number read by machine.

    Else the front of an identity card with an unread title would pass with a licence's back.
    """
    front = evidence.sides[Side.FRONT]
    if any(one.decisive and one.kind is evidence.kind.kind for one in found(front.titles)):
        return True
    lines = found(front.text)
    if any(vote.kind is evidence.kind.kind for vote, _ in votes_of_fields(lines)):
        return True
    number = evidence.printed.values.get("number")
    if number is None or number.source not in {"mrz", "barcode"}:
        return False
    return any(_is_printed(compact(number.value), line.text) for line in lines)


def _is_printed(number: str, text: str) -> bool:
    """Whether words of a line are a number, letters before it aside; no part of a longer one is."""
    words = [compact(word) for word in text.split()]
    whole = re.compile(rf"\D*{re.escape(number)}(?!\d)")
    return any(whole.match("".join(words[start:])) for start in range(len(words)))


def is_worth_a_look(evidence: Evidence) -> bool:
    """Whether a person could tell the kind: where nothing is legible, a better picture is due."""
    return is_legible(evidence) or any(
        isinstance(side.text, tuple) and len(side.text) >= 3 for side in evidence.sides.values()
    )
