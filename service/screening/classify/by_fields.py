"""What the numbered fields of a licence, and labelled fields at all, say of the kind."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from service.screening.claim import Kind
from service.screening.evidence import TextLine, Vote

# ISO 18013-1 and Directive 2006/126/EC: only licences number their fields 4a, 4b and 4c.
_DATE_FIELDS: Final = re.compile(r"^\(?4\s?[abcd]\s?[.,:)]?\s*\S", re.IGNORECASE)
_FIELDS: Final = re.compile(r"^\(?[1235679]\s?[.,:)]\s*\S")
_IDENTITY_LABELS: Final = re.compile(
    r"surname|given name|first name|last name|date of birth|\bdob\b|nationality|\bsex\b|"
    r"place of birth|date of issue|date of expiry|expires|\bexp\b|passport|licen[cs]e|"
    r"\bnom\b|pr[eé]nom|naissance|nacimiento|apellidos|nombre|geburt|staatsang|cognome|nascita|"
    r"nascimento|nationalit|republi[ck]|kingdom|identi|permi[st]|国|姓名|出生|الاسم|تاريخ|"
    r"фамилия|имя|рождения|company|registrar|incorporat",
    re.IGNORECASE,
)


def votes_of_fields(lines: Iterable[TextLine]) -> tuple[tuple[Vote, str], ...]:
    """4a or 4b with three more numbered fields make a licence, in any language."""
    texts = [line.text.strip() for line in lines]
    dates = sum(bool(_DATE_FIELDS.match(text)) for text in texts)
    others = sum(bool(_FIELDS.match(text)) for text in texts)
    if dates >= 2 and others >= 2:
        return ((Vote(Kind.DRIVERS_LICENSE, 0.9, "fields", "fields 4a, 4b numbered"), ""),)
    if dates >= 1 and others >= 3:
        return ((Vote(Kind.DRIVERS_LICENSE, 0.75, "fields", "numbered fields"), ""),)
    return ()


def count_identity_labels(lines: Sequence[TextLine]) -> int:
    """How many lines carry words that identity documents print and other things rarely do."""
    return sum(bool(_IDENTITY_LABELS.search(line.text)) for line in lines)
