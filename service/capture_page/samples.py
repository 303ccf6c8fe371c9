"""The sample documents of a checkout: as in the demo, they are not part of the package."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FOLDER: Final = Path("sample_docs/specimens")
_SHOWN: Final = (
    ("passport_gb_photo", "Passport", "good"),
    ("licence_gb_both_sides", "Driver's licence, both sides", "good"),
    ("permit_de_both_sides", "Residence permit, both sides", "good"),
    ("certificate_ng_scan", "Certificate of incorporation", "good"),
    ("passport_gb_out_of_focus", "Passport, out of focus", "retake"),
    ("passport_es_glare_on_lines", "Passport with a reflection", "retake"),
    ("licence_gb_front_only", "Licence, front alone", "retake"),
    ("id_es_front", "National identity card", "rejected"),
    ("travel_document_refugee", "Travel document", "review"),
)
"""Name, what people call it, and what becomes of it."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One document with the claim that fits it."""

    name: str
    label: str
    fate: str
    files: tuple[Path, ...]
    country: str
    customer_type: str
    document_type: str


def find_samples() -> list[Sample]:
    """Those that are there; none outside a checkout."""
    found: list[Sample] = []
    for name, label, fate in _SHOWN:
        path = _FOLDER / f"{name}.json"
        if not path.is_file():
            continue
        truth = json.loads(path.read_text("utf-8"))
        customer = truth["customer"]
        found.append(
            Sample(
                name,
                label,
                fate,
                tuple(_FOLDER / str(file) for file in truth["files"].values()),
                customer["country"],
                customer["type"],
                _kind_of(name),
            )
        )
    return found


def _kind_of(name: str) -> str:
    """What the person would choose; nothing where one side of two is sent, so that it is asked for."""
    if name.endswith("front_only"):
        return ""
    kinds = {
        "licence": "drivers_license",
        "permit": "resident_permit",
        "certificate": "certificate_of_incorporation",
    }
    return kinds.get(name.partition("_")[0], "passport")
