"""Fields of the visual zone: by the label beside or above them, or by a licence's field number."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from service.screening.evidence import Field, TextLine
from service.screening.read.printed_dates import dates_in

SOURCE: Final = "text"

# Labels as printed on licences and permits, without accents, longest first where
# one holds another. Numbers are those of Directive 2006/126/EC annex I and ISO 18013-1.
_LABELS: Final[dict[str, tuple[str, ...]]] = {
    "number": (
        "licence no",
        "license no",
        "licence number",
        "license number",
        "lic no",
        "dl no",
        "dln",
        "permit no",
        "permit number",
        "document no",
        "document number",
        "card no",
        "card number",
        "dl",
        "lic#",
        "no du permis",
        "numero de permiso",
        "fuhrerscheinnummer",
        "id no",
        "no",
        "number",
        "numero",
        "passport no",
    ),
    "surname": (
        "surname",
        "last name",
        "family name",
        "nom",
        "name",
        "apellidos",
        "cognome",
        "apelido",
        "nachname",
        "ln",
    ),
    "given_names": (
        "given names",
        "given name",
        "first names",
        "first name",
        "forenames",
        "other names",
        "prenoms",
        "prenom",
        "nombres",
        "nombre",
        "nome",
        "vornamen",
        "vorname",
        "fn",
    ),
    "date_of_birth": (
        "date of birth",
        "birth date",
        "dob",
        "d.o.b",
        "date de naissance",
        "ne(e) le",
        "fecha de nacimiento",
        "data di nascita",
        "data de nascimento",
        "geburtsdatum",
        "geburtstag",
        "born",
    ),
    "date_of_expiry": (
        "date of expiry",
        "expiry date",
        "date of expiration",
        "expiration date",
        "expires on",
        "expires",
        "expiry",
        "exp date",
        "exp",
        "valid until",
        "valid to",
        "valid till",
        "date d'expiration",
        "expire le",
        "fecha de caducidad",
        "valido hasta",
        "scadenza",
        "data de validade",
        "validade",
        "gultig bis",
        "card expires",
    ),
    "sex": ("sex", "sexe", "sexo", "geschlecht", "sesso"),
    "nationality": ("nationality", "nationalite", "nacionalidad", "staatsangehorigkeit"),
    "date_of_issue": (
        "date of issue",
        "issue date",
        "issued on",
        "date de delivrance",
        "iss",
        "issued",
        "fecha de expedicion",
        "ausstellungsdatum",
    ),
}
_NUMBERED: Final = {
    "1": "surname",
    "2": "given_names",
    "3": "date_of_birth",
    "4a": "date_of_issue",
    "4b": "date_of_expiry",
    "5": "number",
}
_FIELD_NUMBER: Final = re.compile(r"^\(?(4\s?[abc]|[1-9])\s?[.,:)]\s*(.*)$", re.IGNORECASE)
_AAMVA_NUMBER: Final = re.compile(r"^(4\s?[abd]|[123])\s?(?=[A-Z]{2,})(.*)$")
_DATES: Final = frozenset({"date_of_birth", "date_of_expiry", "date_of_issue"})
_NUMBER_VALUE: Final = re.compile(r"^(?=(?:.*\d){3})[A-Z0-9][A-Z0-9 /.\-]{3,28}$", re.IGNORECASE)
_NAME_VALUE: Final = re.compile(r"^[^\W\d_][^\d_]{0,60}$")


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line in the text's own frame: x along it and y across, in letter heights."""

    line: TextLine
    plain: str
    left: float
    right: float
    top: float
    bottom: float


def read_fields(lines: Sequence[TextLine], *, month_first: bool, today: date) -> dict[str, Field]:
    """Values by field name (those of `Printed`, and `date_of_issue`), best label first.

    Args:
        lines: all lines of one side, with quads of one frame.
        month_first: how the issuer writes dates in figures.
        today: settles two-digit years.

    """
    placed = _place(lines)
    found: dict[str, Field] = {}
    for entry in placed:
        numbered = _FIELD_NUMBER.match(entry.line.text) or _AAMVA_NUMBER.match(entry.line.text)
        if numbered:
            name = _NUMBERED.get(numbered[1].replace(" ", "").casefold())
            if name:
                _take(found, name, numbered[2], entry, placed, month_first, today)
    for entry in placed:
        for name, rest in _labelled(entry.plain, entry.line.text):
            _take(found, name, rest, entry, placed, month_first, today)
    return found


def _take(
    found: dict[str, Field],
    name: str,
    rest: str,
    entry: _Placed,
    placed: Sequence[_Placed],
    month_first: bool,  # noqa: FBT001
    today: date,
) -> None:
    if name in found:
        return
    candidates = [(rest, entry.line.likelihood)] if rest.strip(" .:-") else []
    candidates += [(n.line.text, n.line.likelihood) for n in _neighbours(entry, placed)]
    for text, likelihood in candidates:
        value = _value(name, text, month_first=month_first, today=today)
        if value:
            found[name] = Field(value, SOURCE, likelihood)
            return


def _value(name: str, text: str, *, month_first: bool, today: date) -> str | None:
    text = text.strip(" .:-*#")
    if name in _DATES:
        days = dates_in(text, month_first=month_first, today=today)
        # A label over two dates names both, "issued / expires": the last is the later.
        return (days[-1] if name == "date_of_expiry" else days[0]).isoformat() if days else None
    if name == "number":
        compact = text.split("  ")[0]
        return compact.replace(" ", "") if _NUMBER_VALUE.match(compact) else None
    if name == "sex":
        first = text[:1].upper()
        return first if first in {"M", "F", "X"} and len(text) <= 8 else None
    if _labelled(_plain(text), text):
        return None
    return text if _NAME_VALUE.match(text) else None


def _labelled(plain: str, text: str) -> list[tuple[str, str]]:
    """Field names that a line starts with as labels, and what follows them on the line."""
    for name, labels in _LABELS.items():
        for label in sorted(labels, key=len, reverse=True):
            if plain.startswith(label):
                after = plain[len(label) :]
                # "NOM" must not be found in "NOMINAL", nor "DL" in a number "DL123": figures
                # may follow a label at once, letters may not.
                if after and after[0].isalpha():
                    continue
                return [(name, text[len(label) :] if len(plain) == len(text) else after)]
    return []


def _neighbours(entry: _Placed, placed: Sequence[_Placed]) -> Iterable[_Placed]:
    """Lines where a label's value stands: right of it on its line, or just below it."""
    height = entry.bottom - entry.top
    middle = (entry.top + entry.bottom) / 2
    right = [
        p
        for p in placed
        if p is not entry
        and p.top - 0.3 * height < middle < p.bottom + 0.3 * height
        and 0 <= p.left - entry.right + 0.5 * height < 12 * height
    ]
    below = [
        p
        for p in placed
        if p is not entry
        and -0.5 * height < p.top - entry.bottom < 1.8 * height
        and p.left < entry.right
        and p.right > entry.left
    ]
    right.sort(key=lambda p: p.left)
    below.sort(key=lambda p: (p.top, abs(p.left - entry.left)))
    return [*right[:1], *below[:2]]


def _place(lines: Sequence[TextLine]) -> list[_Placed]:
    if not lines:
        return []
    quads = np.array([line.quad for line in lines], np.float32)
    along = (quads[:, 1] - quads[:, 0]).sum(axis=0)
    right = along / max(float(np.linalg.norm(along)), 1e-6)
    down = np.array([-right[1], right[0]])
    x, y = quads @ right, quads @ down
    return [
        _Placed(
            line,
            _plain(line.text),
            float(x[k].min()),
            float(x[k].max()),
            float(y[k].min()),
            float(y[k].max()),
        )
        for k, line in enumerate(lines)
    ]


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).strip()
