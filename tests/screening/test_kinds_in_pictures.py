"""Drawn cards whose print invites a mistake: none is accepted, and each is told for what it is."""

import random
from datetime import date

import cv2
import pytest

from sample_docs.degrade import photograph
from sample_docs.layouts.card import make_card
from sample_docs.layouts.side import FlatDocument
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History, Kind
from service.screening.pipeline import screen
from service.screening.readers import Readers
from service.screening.verdict import Verdict

TODAY, EXPIRES = date(2026, 11, 24), date(2031, 5, 14)


def card(kind: str, state: str, title: str | None = None, subtitle: str = "") -> FlatDocument:
    return make_card(
        kind,
        state,
        random.Random(f"{kind}/{state}/{title}"),
        code="I",
        expires=EXPIRES,
        with_zone=False,
        title=title,
        subtitle=subtitle,
    )


@pytest.mark.parametrize(
    ("document", "claimed", "code"),
    [
        pytest.param(
            card("national_id", "KEN", title="პირადობის მოწმობა"),
            Kind.DRIVERS_LICENSE,
            "document_kind_unknown",
            id="identity card in a script nobody reads",
        ),
        pytest.param(
            card("national_id", "RUS"),
            Kind.DRIVERS_LICENSE,
            "document_national_id_not_accepted",
            id="identity card with a title in Cyrillic alone",
        ),
        pytest.param(
            card("national_id", "KEN", title=" "),
            Kind.RESIDENT_PERMIT,
            "document_kind_unknown",
            id="identity card without a title",
        ),
        pytest.param(
            card("other", "NGA", title="PERMANENT VOTER'S CARD"),
            Kind.DRIVERS_LICENSE,
            "document_kind_not_accepted",
            id="voter's card",
        ),
        pytest.param(
            card("other", "GHA", title="PERMANENT RESIDENT CARD", subtitle="IDENTITY CARD"),
            Kind.RESIDENT_PERMIT,
            "document_kind_unknown",
            id="both titles",
        ),
        pytest.param(
            card("other", "GBR", title="PROVISIONAL DRIVING LICENCE"),
            Kind.DRIVERS_LICENSE,
            "document_special_status",
            id="provisional licence",
        ),
    ],
)
def test_a_misleading_card_is_not_accepted(
    document: FlatDocument, claimed: Kind, code: str, readers: Readers
) -> None:
    sides = [
        cv2.imencode(".png", photograph(side.page.bgr, random.Random(7), long_side=1500)[0])[1]
        for side in (document.front, document.back)
        if side is not None
    ]
    judged = screen(
        open_document(sides[0].tobytes(), sides[1].tobytes()),
        Claim(document.country or "GB", document_type=claimed),
        History(),
        load_policy(),
        readers,
        TODAY,
    )
    assert code in [one.finding.reason.code for one in judged.findings]
    assert judged.verdict != Verdict.ACCEPTED
