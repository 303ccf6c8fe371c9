"""What the document says of its holder, from its surest source on; where two sources disagree."""

from collections.abc import Mapping, Sequence
from datetime import date

from service.aamva.elements import parse_licence
from service.screening.evidence import BarcodeReading, Field, MrzReading, Printed, ReadingState
from service.screening.match.company import company_likeness
from service.screening.match.numbers import is_same_number, is_same_registration

_COMPARED = ("number", "date_of_birth", "date_of_expiry")
_SAME_NAME = 0.85
_COMPANY = (
    ("registration_number", is_same_registration),
    ("company_name", lambda one, other: company_likeness(one, other) >= _SAME_NAME),
)


def gather(
    zones: Sequence[MrzReading],
    barcodes: Sequence[BarcodeReading],
    *,
    layers: Sequence[Mapping[str, Field]] = (),
    text: Sequence[Mapping[str, Field]] = (),
    stated: Sequence[Mapping[str, Field]] = (),
) -> Printed:
    """Fields by name. A zone that is only guessed is not quoted at all.

    Args:
        layers: fields of PDFs' own text as far as the page shows it, page by page.
        text: fields of the visual zone, side by side.
        stated: fields of any text of PDFs, shown or not: only compared.

    """
    machine: list[tuple[str, Mapping[str, Field]]] = [
        ("mrz", _zone_fields(reading)) for reading in zones if reading.state is ReadingState.READ
    ]
    machine += [("barcode", fields) for barcode in barcodes if (fields := _barcode_fields(barcode))]
    sources = [fields for _, fields in machine] + [*layers, *text]
    values: dict[str, Field] = {}
    by_source: dict[str, dict[str, Field]] = {}
    for fields in sources:
        for name, value in fields.items():
            values.setdefault(name, value)
            by_source.setdefault(value.source, {}).setdefault(name, value)
    return Printed(
        values, _disagreements(machine) + _company_disagreements(stated, text), by_source
    )


def _company_disagreements(
    stated: Sequence[Mapping[str, Field]], text: Sequence[Mapping[str, Field]]
) -> tuple[tuple[str, str, str], ...]:
    """What a PDF's text says of a company and its pages show otherwise."""
    page = {name: field for fields in reversed(text) for name, field in fields.items()}
    return tuple(
        (name, "text_layer", "text")
        for name, is_same in _COMPANY
        if name in page
        and any(
            name in layer and not is_same(layer[name].value, page[name].value) for layer in stated
        )
    )


def _disagreements(
    machine: Sequence[tuple[str, Mapping[str, Field]]],
) -> tuple[tuple[str, str, str], ...]:
    """Fields that two machine-read sources state differently."""
    found: list[tuple[str, str, str]] = []
    for n, (first, one) in enumerate(machine):
        for second, other in machine[n + 1 :]:
            found += [
                (name, first, second)
                for name in _COMPARED
                if name in one
                and name in other
                and not is_same_number(one[name].value, other[name].value)
            ]
    return tuple(found)


def _zone_fields(reading: MrzReading) -> dict[str, Field]:
    zone = reading.zone
    if zone is None:
        return {}
    texts = {
        "number": zone.number,
        "surname": zone.surname,
        "given_names": zone.given_names,
        "sex": zone.sex,
        "nationality": zone.nationality,
    }
    if isinstance(zone.date_of_birth, date):
        texts["date_of_birth"] = zone.date_of_birth.isoformat()
    if zone.date_of_expiry is not None:
        texts["date_of_expiry"] = zone.date_of_expiry.isoformat()
    return {name: Field(text, "mrz", reading.confidence) for name, text in texts.items() if text}


def _barcode_fields(barcode: BarcodeReading) -> dict[str, Field]:
    licence = parse_licence(barcode.payload)
    if licence is None:
        return {}
    texts = {
        "number": licence.number,
        "surname": licence.surname,
        "given_names": licence.given_names,
        "sex": licence.sex,
    }
    if licence.date_of_birth:
        texts["date_of_birth"] = licence.date_of_birth.isoformat()
    if licence.date_of_expiry:
        texts["date_of_expiry"] = licence.date_of_expiry.isoformat()
    return {name: Field(text, "barcode", 0.99) for name, text in texts.items() if text}
