"""What the numbered fields of a licence, and labelled fields at all, say of the kind."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from service.screening.claim import Kind
from service.screening.evidence import TextLine, Vote
from service.screening.read.numbered import bare_fields, is_aamva_style

# Identity cards whose front has no title, or one that says so in no word: what each alone prints,
# and patterns of more that it prints, without gaps. India's has a number of twelve figures.
_UNTITLED: Final = {
    "Argentina": ("REGISTRONACIONALDELASPERSONAS", ("EJEMPLAR", "DOCUMENTO/DOCUMENT", "TRÁMITE")),
    "China": ("民族", ("姓名", "性别", "出生", "住址", "公民身份号码")),
    "India": ("GOVERNMENTOFINDIA", (r"^\d{12}$", "DOB|YEAROFBIRTH", "VID:")),
    "Indonesia": ("NIK", ("TEMPAT/TGLLAHIR", "AGAMA", "STATUSPERKAWINAN", "KEWARGANEGARAAN")),
    "Kenya": ("IDNUMBER", ("SERIALNUMBER", "FULLNAMES", "DISTRICTOFBIRTH", "HOLDER'SSIGN")),
    "South Africa": ("S.A.BURGER", ("S.A.CITIZEN", "VAN/SURNAME", "VOORNAME/FORENAMES")),
}
_LEAST_LABELS: Final = 2
# Bars between languages are read as letters, in such small print: CÁRTAICARD NUMBER.
_CARD_NUMBER: Final = re.compile(r"card ?n(o\b|um)|num.{1,3} de (la )?carte", re.IGNORECASE)
_CARD_CODE: Final = re.compile(r"^[I1]P(\s?[A-Z]{3})?$")
"""Of a passport card, by itself or with the code of its state."""
_IDENTITY_LABELS: Final = re.compile(
    r"surname|given name|first name|last name|date of birth|\bdob\b|nationality|\bsex\b|"
    r"place of birth|date of issue|date of expiry|expires|\bexp\b|passport|licen[cs]e|"
    r"\bnom\b|pr[eé]nom|naissance|nacimiento|apellidos|nombre|geburt|staatsang|cognome|nascita|"
    r"nascimento|nationalit|republi[ck]|kingdom|identi|permi[st]|国|姓名|出生|الاسم|تاريخ|"
    r"фамилия|имя|рождения|company|registrar|incorporat",
    re.IGNORECASE,
)


def votes_of_fields(lines: Iterable[TextLine]) -> tuple[tuple[Vote, str], ...]:
    """What the fields of one side say, whatever its title."""
    texts = [line.text.strip() for line in lines]
    return (*_licence(texts), *_untitled_card(texts), *_passport_card(texts))


def _licence(texts: Sequence[str]) -> Iterator[tuple[Vote, str]]:
    """4a and 4b with two more numbered fields make a licence, in any language.

    Where labels stand beside the numbers it may be an American identification card: no proof.
    """
    fields = [field for text in texts for field in bare_fields(text)]
    numbers = {number for number, _ in fields}
    dates, others = numbers & {"4a", "4b"}, numbers & set("1235679")
    if len(dates) < 2 or len(others) < 2:
        if not dates or len(others) < 3:
            return
        weight = 0.75
    else:
        weight = 0.9
    if any(is_aamva_style(content) for _, content in fields):
        weight = 0.6
    yield Vote(Kind.DRIVERS_LICENSE, weight, "fields", "fields 4a, 4b numbered"), ""


def _untitled_card(texts: Sequence[str]) -> Iterator[tuple[Vote, str]]:
    text = "\n".join("".join(line.split()).upper() for line in texts)
    for state, (own, labels) in _UNTITLED.items():
        found = sum(bool(re.search(label, text, re.MULTILINE)) for label in labels)
        if own in text and found >= _LEAST_LABELS:
            because = f"labels of the identity card of {state}"
            yield Vote(Kind.NATIONAL_ID, 0.9, "fields", because), ""


def _passport_card(texts: Sequence[str]) -> Iterator[tuple[Vote, str]]:
    """A passport's title over a card's number: the code IP tells them apart where none says CARD."""
    if any(map(_CARD_CODE.match, texts)) and any(_CARD_NUMBER.search(text) for text in texts):
        yield Vote(Kind.PASSPORT_CARD, 0.9, "fields", "code IP and the number of a card"), ""


def count_identity_labels(lines: Sequence[TextLine]) -> int:
    """How many lines carry words that identity documents print and other things rarely do."""
    return sum(bool(_IDENTITY_LABELS.search(line.text)) for line in lines)
