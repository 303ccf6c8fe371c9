"""A screening as it is kept and answered, apart from the language of its messages."""

import hashlib
import hmac
from datetime import datetime

from service import __version__
from service.mrz.dates import PartialDate
from service.screening.checks.reading import is_legible, region_of
from service.screening.claim import Claim
from service.screening.evidence import Absent, Evidence, MrzReading, Outline, ReadingState
from service.screening.match.numbers import compact
from service.screening.result import JudgedFinding, Screening

_DOCUMENT_FIELDS = (
    "number",
    "surname",
    "given_names",
    "date_of_birth",
    "sex",
    "date_of_expiry",
    "nationality",
    "title",
    "registry",
    "jurisdiction",
    "company_name",
    "registration_number",
    "date_of_incorporation",
)


def to_record(
    *,
    screening_id: str,
    created_at: datetime,
    reference: str | None,
    customer_id: str | None,
    claim: Claim,
    screening: Screening,
    attempts_max: int,
) -> dict[str, object]:
    """JSON values only; findings carry `words` for their messages, filled in when answered."""
    evidence = screening.evidence
    attempt = evidence.history.attempt
    return {
        "id": screening_id,
        "object": "screening",
        "created_at": created_at.isoformat(),
        "reference": reference,
        "verdict": screening.verdict.value,
        "findings": [_finding(one) for one in screening.findings],
        "checks": [
            {"check": entry.check, "state": entry.state.value}
            | ({"why": entry.why.value} if entry.why else {})
            for entry in screening.ledger
        ],
        "attempt": attempt,
        "attempts_left": max(0, attempts_max - attempt),
        "document": _document(evidence),
        "customer": {
            "id": customer_id,
            "type": claim.customer_type.value,
            "country": claim.country,
            "claimed": _claimed(claim),
        },
        "country_match": _country_match(evidence),
        "quality": _quality(evidence),
        "timings_ms": dict(screening.timings_ms),
        "versions": {
            "service": __version__,
            "rules": screening.policy_version,
            "models": dict(screening.models),
        },
    }


def number_digest(secret: str, evidence: Evidence) -> str | None:
    """Of the number that was read; None where it, or its issuer, is not sure enough."""
    number = evidence.printed.values.get("number")
    if number is None or number.source == "text" or isinstance(evidence.country, Absent):
        return None
    return digest_of_number(
        secret, evidence.country.issuing_state, evidence.kind.kind.value, number.value
    )


def digest_of_number(secret: str, issuing_state: str, kind: str, number: str) -> str:
    """A keyed digest of a document's number with its issuer: finds it again, tells nothing.

    Of letters and figures alone: people write marks between them, zones do not.
    """
    plain = f"{issuing_state}/{kind}/{compact(number)}".encode()
    return hmac.new(secret.encode(), plain, hashlib.sha256).hexdigest()


def _finding(one: JudgedFinding) -> dict[str, object]:
    finding = one.finding
    return {
        "code": finding.reason.code,
        "outcome": one.outcome.value,
        "side": finding.side.value if finding.side else None,
        "field": finding.field,
        "retryable": finding.reason.retryable,
        "words": dict(finding.words),
        "region": [list(point) for point in finding.region] if finding.region else None,
        "measured": finding.measured,
        "limit": finding.limit,
        "unit": finding.unit,
        "check": one.check,
    }


def _document(evidence: Evidence) -> dict[str, object]:
    values = evidence.printed.values
    country = evidence.country
    fields: dict[str, object] = {
        name: values[name].value if name in values else None for name in _DOCUMENT_FIELDS
    }
    sources = {name: values[name].source for name in _DOCUMENT_FIELDS if name in values}
    if not isinstance(country, Absent):
        sources["country"] = country.source
    heard = [vote for vote in evidence.kind.votes if vote.kind is evidence.kind.kind]
    if heard:
        sources["type"] = max(heard, key=lambda vote: vote.weight).source
    return {
        "type": evidence.kind.kind.value,
        "subtype": evidence.kind.subkind or None,
        "national_id": evidence.kind.kind == "national_id",
        "country": None if isinstance(country, Absent) else country.alpha2,
        "issuing_state": None if isinstance(country, Absent) else country.issuing_state or None,
        **fields,
        "mrz": _mrz(evidence, ReadingState.READ),
        # For analysts, who see that it is not believed.
        "mrz_guess": _mrz(evidence, ReadingState.GUESSED),
        "readings": {
            source: {name: one.value for name, one in fields.items()}
            for source, fields in evidence.printed.by_source.items()
        },
        "barcodes": [
            barcode.symbology
            for side in evidence.sides.values()
            if isinstance(side.barcodes, tuple)
            for barcode in side.barcodes
        ],
        "sources": sources,
        "votes": [
            {
                "kind": v.kind.value,
                "weight": round(v.weight, 3),
                "source": v.source,
                "because": v.because,
            }
            for v in evidence.kind.votes
        ],
        "confidence": round(evidence.kind.confidence, 3),
    }


def _claimed(claim: Claim) -> dict[str, object]:
    """What the caller, or Blaaiz, says of customer and document; left out where nothing is said."""
    said = {
        "document_type": claim.document_type.value if claim.document_type else None,
        "first_name": claim.first_name,
        "last_name": claim.last_name,
        "business_name": claim.business_name,
        "date_of_birth": claim.date_of_birth.isoformat() if claim.date_of_birth else None,
        "id_number": claim.id_number,
        "registration_number": claim.registration_number,
    }
    return {name: value for name, value in said.items() if value is not None}


def _mrz(evidence: Evidence, state: ReadingState) -> dict[str, object] | None:
    """The zone, where it was read so far: a guess is not quoted to callers, who would believe it."""
    for side, one in evidence.sides.items():
        reading = one.mrz
        if not isinstance(reading, MrzReading) or reading.zone is None:
            continue
        if reading.state is not state:
            continue
        zone = reading.zone
        born = zone.date_of_birth
        return {
            "format": zone.format.value,
            "lines": list(zone.lines),
            "valid": zone.valid,
            "checks": {check.name: check.valid for check in zone.checks},
            "check_digits": [
                {
                    "name": check.name,
                    "printed": check.printed,
                    "computed": check.computed,
                    "valid": check.valid,
                    "line": check.at.line,
                    "column": check.at.start,
                }
                for check in zone.checks
            ],
            "character_confidence": [
                [round(one, 2) for one in line] for line in reading.character_confidence
            ],
            "repairs": [
                {
                    "line": repair.line,
                    "column": repair.column,
                    "from": repair.read,
                    "to": repair.mended,
                    "because": repair.because,
                }
                for repair in reading.repairs
            ],
            "confidence": round(reading.confidence, 4),
            "readers": list(reading.engines),
            "side": side.value,
            "birth_partly_unknown": isinstance(born, PartialDate),
            "region": [list(point) for point in region_of(evidence, side, reading.quad)],
        }
    return None


def _country_match(evidence: Evidence) -> bool | None:
    if isinstance(evidence.country, Absent) or evidence.country.alpha2 is None:
        return None
    return evidence.country.alpha2 == evidence.claim.country.upper()


def _quality(evidence: Evidence) -> dict[str, object]:
    found: dict[str, object] = {}
    legible = is_legible(evidence)
    for side, one in evidence.sides.items():
        measured = one.text_quality if isinstance(one.text_quality, tuple) else ()
        main = measured[0] if measured else None
        outline = one.outline if isinstance(one.outline, Outline) else None
        found[side.value] = {
            "width": one.frame.width_px,
            "height": one.frame.height_px,
            "format": one.frame.format,
            "legible": legible,
            "sharpness": round(1 / (1 + main.edge_width_strokes), 3) if main else None,
            "glare": round(main.clipped_fraction, 3) if main else None,
            "exposure": round(main.luminance, 3) if main else None,
            "contrast": round(main.contrast, 3) if main else None,
            "text_height": round(main.text_height_px, 1) if main else None,
            "coverage": round(outline.coverage_fraction, 3) if outline else None,
            "rotation": outline.rotation_deg if outline else None,
            "outline": [list(p) for p in region_of(evidence, side, outline.quad)]
            if outline
            else None,
        }
    return found
