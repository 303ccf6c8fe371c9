"""Fields side by side: what each source says, where they differ, what the customer claims."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from service.actions.correct_field import CORRECTABLE
from service.screening.match.company import company_likeness
from service.screening.match.names import likeness
from service.screening.match.numbers import is_same_number
from service.screening.match.spellings import spellings
from service.store.tables import Correction

SOURCES: Final[Mapping[str, str]] = {
    "mrz": "MRZ",
    "barcode": "Barcode",
    "text": "Visual zone",
    "text_layer": "Text of the PDF",
}
_CLAIMED: Final = {
    "number": "id_number",
    "surname": "last_name",
    "given_names": "first_name",
    "date_of_birth": "date_of_birth",
    "company_name": "business_name",
    "registration_number": "registration_number",
}
_LABELS: Final = {
    "number": "Number",
    "surname": "Surname",
    "given_names": "Given names",
    "date_of_birth": "Date of birth",
    "sex": "Sex",
    "date_of_expiry": "Date of expiry",
    "nationality": "Nationality",
    "country": "Country",
    "title": "Title",
    "registry": "Registry",
    "jurisdiction": "Jurisdiction",
    "company_name": "Company name",
    "registration_number": "Registration number",
    "date_of_incorporation": "Date of incorporation",
}
_SAME_COMPANY: Final = 0.85
_SAME_PERSON: Final = 0.9
_NAMES: Final = frozenset({"surname", "given_names"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one source says; `differs` from the surest source."""

    source: str
    value: str
    differs: bool


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field. `corrected`: what an analyst says that the document says."""

    name: str
    label: str
    cells: Sequence[Cell]
    claimed: str
    claim_differs: bool
    corrected: str
    can_be_corrected: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table: its sources in order, and a row a field that anybody says something of."""

    sources: Sequence[tuple[str, str]]
    rows: Sequence[FieldRow]
    has_claim: bool

    @property
    def differences(self) -> int:
        """Fields in which any two differ."""
        return sum(row.claim_differs or any(c.differs for c in row.cells) for row in self.rows)


def compare_fields(wire: Mapping[str, Any], corrections: Sequence[Correction]) -> Comparison:
    """From a screening's record; its claim and its readings may be missing in older ones."""
    document: Mapping[str, Any] = wire.get("document") or {}
    customer: Mapping[str, Any] = wire.get("customer") or {}
    claimed: Mapping[str, Any] = customer.get("claimed") or {}
    readings = document.get("readings")
    if readings is None:
        readings = _from_best(document)
    present = [name for name in SOURCES if readings.get(name)]
    truths = {one.field: one.truth for one in reversed(corrections)}
    is_same_person = _is_same_person(claimed, document)
    rows: list[FieldRow] = []
    for name, label in _LABELS.items():
        claim = str(claimed.get(_CLAIMED.get(name, ""), "") or "")
        if name == "country":
            claim = str(customer.get("country") or "")
            values = _country(document, present)
        else:
            values = {source: readings[source].get(name) for source in present}
        said = {source: str(value) for source, value in values.items() if value}
        if not said and not claim:
            continue
        best = next(iter(said.values()), "")
        cells = [
            Cell(
                source,
                said.get(source, ""),
                source in said and not _agree(name, best, said[source]),
            )
            for source in present
        ]
        truth = truths.get(name, "")
        shown = truth or best
        rows.append(
            FieldRow(
                name=name,
                label=label,
                cells=cells,
                claimed=claim,
                claim_differs=bool(claim and shown)
                and not _agree(name, claim, shown)
                and not (name in _NAMES and is_same_person),
                corrected=truth,
                can_be_corrected=name in CORRECTABLE and bool(said),
            )
        )
    return Comparison([(one, SOURCES[one]) for one in present], rows, bool(claimed or customer))


def _is_same_person(claimed: Mapping[str, Any], document: Mapping[str, Any]) -> bool:
    """By the whole name, as `customer.names` asks: order and further names do not matter."""
    printed = document.get("given_names") or "", document.get("surname") or ""
    said = claimed.get("first_name") or "", claimed.get("last_name") or ""
    return likeness(*said, *printed) >= _SAME_PERSON


def _country(document: Mapping[str, Any], present: Sequence[str]) -> Mapping[str, str | None]:
    """Weighed from all that was read: shown with its source, or else the surest one."""
    source = (document.get("sources") or {}).get("country", "")
    shown = source if source in present else next(iter(present), source)
    return {shown: document.get("country")}


def _from_best(document: Mapping[str, Any]) -> Mapping[str, Mapping[str, str]]:
    """Of an older record only the best source of each field is known."""
    found: dict[str, dict[str, str]] = {}
    for name, source in (document.get("sources") or {}).items():
        if document.get(name) and name != "country":
            found.setdefault(source, {})[name] = document[name]
    return found


def _agree(name: str, one: str, other: str) -> bool:
    """As the checks would have it: spellings of a name are one name, spaces in a number nothing."""
    match name:
        case "surname" | "given_names":
            return _same_names(one, other)
        case "company_name":
            return company_likeness(one, other) >= _SAME_COMPANY
        case "number" | "registration_number":
            return is_same_number(one, other)
        case _:
            return re.sub(r"\W", "", one).upper() == re.sub(r"\W", "", other).upper()


def _same_names(one: str, other: str) -> bool:
    """Each name of the shorter in some spelling among the longer: further names may be left out."""
    first, second = ([set(spellings(word)) for word in text.split()] for text in (one, other))
    shorter, longer = sorted((first, second), key=len)
    return all(any(word & others for others in longer) for word in shorter)
