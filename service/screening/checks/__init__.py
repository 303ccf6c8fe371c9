"""The registry of checks, in the order in which their findings are most useful to a person."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from service.screening.checks.authenticity import consistency, edited, printout, reuse, screen
from service.screening.checks.customer import (
    age,
    attempts,
    birth_date,
    company,
    country,
    names,
    number,
)
from service.screening.checks.document import (
    barcode,
    damage,
    expiry,
    kind,
    legible,
    national_id,
    page,
    portrait,
    presence,
    sides,
    single,
    specimen,
)
from service.screening.checks.mrz import check_digits, dates, issuing_state, readable
from service.screening.checks.quality import (
    edges,
    exposure,
    glare,
    marginal,
    obstruction,
    resolution,
    sharpness,
    size,
    tilt,
)
from service.screening.findings import Check

CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "document.national_id": national_id,
        "document.specimen": specimen,
        "document.kind": kind,
        "customer.country": country,
        "document.expiry": expiry,
        "customer.age": age,
        "document.single": single,
        "document.page": page,
        "quality.exposure": exposure,
        "quality.obstruction": obstruction,
        "quality.glare": glare,
        "quality.sharpness": sharpness,
        "quality.resolution": resolution,
        "quality.size": size,
        "quality.edges": edges,
        "quality.tilt": tilt,
        "document.presence": presence,
        "document.sides": sides,
        "mrz.readable": readable,
        "mrz.check_digits": check_digits,
        "document.barcode": barcode,
        "document.legible": legible,
        "document.portrait": portrait,
        "document.damage": damage,
        "mrz.dates": dates,
        "mrz.issuing_state": issuing_state,
        "customer.names": names,
        "customer.birth_date": birth_date,
        "customer.number": number,
        "customer.company": company,
        "authenticity.screen": screen,
        "authenticity.printout": printout,
        "authenticity.edited": edited,
        "authenticity.consistency": consistency,
        "authenticity.reuse": reuse,
        "customer.attempts": attempts,
        "quality.marginal": marginal,
    }
)
