"""Certificates of companies through the whole screening: PDFs, their layers, and papers beside them."""

import io
import random
from datetime import date

from PIL import Image

from sample_docs.canvas import Page
from sample_docs.layouts.certificates import (
    certificate_rows,
    company_paper_rows,
    make_certificate,
    pdf_of,
)
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, CustomerType, History, Kind
from service.screening.pipeline import screen

ROWS, FIELDS = certificate_rows("GBR", random.Random(5))
OTHER_ROWS, OTHER_FIELDS = certificate_rows("GBR", random.Random(9))
MEMORANDUM = company_paper_rows("memorandum", random.Random(1))


def screened(content: bytes, readers, *, country: str = "GB", fields=FIELDS):
    claim = Claim(
        country,
        CustomerType.BUSINESS,
        business_name=fields["company_name"],
        registration_number=fields["registration_number"],
    )
    return screen(
        open_document(content, None), claim, History(), load_policy(), readers, date(2026, 11, 24)
    )


def codes(judged) -> set[tuple[str, str | None]]:
    return {(one.finding.reason.code, one.finding.field) for one in judged.findings}


def small(page: Page) -> Page:
    """As a scanner of 150 dots an inch sends it."""
    page.picture = page.picture.resize((874, 1240), Image.Resampling.LANCZOS)
    return page


def jpeg(page: Page) -> bytes:
    stream = io.BytesIO()
    page.picture.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def test_a_pdf_is_accepted_and_its_fields_come_from_its_own_text(readers) -> None:
    judged = screened(pdf_of([ROWS, MEMORANDUM]), readers)  # its articles are bound behind it
    assert judged.verdict == "accepted"
    values = judged.evidence.printed.values
    assert {name: values[name].value for name in FIELDS} == FIELDS
    assert {values[name].source for name in FIELDS} == {"text_layer"}
    assert values["title"].value == "CERTIFICATE OF INCORPORATION"


def test_a_scan_without_a_layer_is_read_by_its_picture(readers) -> None:
    flat = make_certificate("GBR", random.Random(5))
    judged = screened(pdf_of([[]], scan=small(flat.front.page)), readers, fields=flat.front.fields)
    assert judged.verdict == "accepted"
    assert judged.evidence.printed.values["registration_number"].source == "text"


def test_what_the_claim_says_otherwise_is_for_a_person_each_by_itself(readers) -> None:
    page = jpeg(small(make_certificate("GBR", random.Random(5)).front.page))
    judged = screened(page, readers, country="NG", fields=OTHER_FIELDS)
    assert judged.verdict == "review"
    assert codes(judged) == {
        ("customer_country_uncertain", "country"),
        ("customer_company_mismatch", "business_name"),
        ("customer_company_mismatch", "registration_number"),
    }


def test_a_layer_that_says_other_than_its_page_is_for_a_person(readers) -> None:
    scan = small(make_certificate("GBR", random.Random(5)).front.page)
    judged = screened(pdf_of([[]], hidden=OTHER_ROWS, scan=scan), readers, fields=OTHER_FIELDS)
    assert judged.verdict == "review"
    assert ("authenticity_inconsistent", "registration_number") in codes(judged)
    values = judged.evidence.printed.values
    assert values["registration_number"].value != OTHER_FIELDS["registration_number"]


def test_a_layer_behind_nothing_proves_nothing(readers) -> None:
    judged = screened(pdf_of([[]], hidden=ROWS), readers)
    assert judged.verdict == "retake"
    assert ("document_not_found", None) in codes(judged)
    assert "registration_number" not in judged.evidence.printed.values


def test_a_memorandum_is_no_certificate_whatever_lies_behind_it(readers) -> None:
    judged = screened(pdf_of([MEMORANDUM, ROWS]), readers)
    assert judged.verdict in {"review", "rejected"}
    assert judged.evidence.kind.kind is not Kind.CERTIFICATE_OF_INCORPORATION
