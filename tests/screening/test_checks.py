"""Every reason code: evidence that triggers it, and evidence that comes close and does not."""

from dataclasses import replace
from datetime import date

import pytest

from sample_docs import mrz_lines
from service.mrz.check_digits import check_digit
from service.policy.policy import load_policy
from service.screening.catalogue import REASONS, UNDER_REVIEW
from service.screening.checks import CHECKS
from service.screening.claim import Claim, CustomerType, History, Kind, Side
from service.screening.classify.by_title import find_titles
from service.screening.evidence import (
    Absent,
    BarcodeReading,
    CharacterRepair,
    Field,
    Grid,
    Printed,
    ReadingState,
    Surface,
    TextLine,
    TitleMatch,
)
from service.screening.ledger import CHECK_NOT_RUN, run_checks
from tests.screening.evidence_builder import (
    LINES,
    QUAD,
    country,
    evidence,
    kind,
    mrz,
    printed,
    quality,
    side,
    zone,
)

POLICY = load_policy()


def codes(subject) -> set[str]:
    findings, _ = run_checks(CHECKS, subject, POLICY)
    return {one.finding.reason.code for one in findings}


def unread(**changes):
    """A passport whose zone stayed unread, with measurements that may say why."""
    return evidence(
        sides={
            Side.FRONT: side(
                mrz=mrz(state=ReadingState.UNREADABLE, zone=None, confidence=0.0), **changes
            )
        },
        country=Absent(),
        printed=Printed({}),
    )


def licence(**changes):
    both = {Side.FRONT: side(mrz=Absent()), Side.BACK: side(mrz=Absent())}
    return evidence(**{"kind": kind(Kind.DRIVERS_LICENSE), "sides": both, **changes})


def certificate(**claim: str):
    return evidence(
        kind=kind(Kind.CERTIFICATE_OF_INCORPORATION),
        sides={Side.FRONT: side(mrz=Absent())},
        claim=Claim("GB", CustomerType.BUSINESS, **claim),
        printed=printed(company_name="OAKFIELD ANALYTICS LTD", registration_number="00123456"),
    )


def bad_digit():
    lines = [LINES[0], LINES[1][:9] + str((int(LINES[1][9]) + 1) % 10) + LINES[1][10:]]
    return evidence(sides={Side.FRONT: side(mrz=mrz(zone=zone(lines), confidence=0.9))})


def bad_dates():
    lines = [LINES[0], LINES[1][:13] + "801399" + LINES[1][19:]]
    return evidence(sides={Side.FRONT: side(mrz=mrz(zone=zone(lines), confidence=0.9))})


def surface(kind_of=Kind.PASSPORT, **changes):
    return evidence(kind=kind(kind_of), sides={Side.FRONT: side(surface=Surface(**changes))})


def covered(fraction: float):
    return unread(surface=Surface(covered_fraction=fraction))


def with_second_zone(number: str, **changes):
    lines = mrz_lines.td3(
        "P", "GBR", "REED", "TOM", number, "GBR", date(1990, 1, 2), "M", date(2031, 1, 2)
    )
    second = mrz(zone=zone(lines), **changes)
    return evidence(sides={Side.FRONT: side(more_zones=(second,))})


def titled(top: float):
    """A passport's page, and the title of a licence that begins `top` pixels down the picture."""
    place = ((100.0, top), (400.0, top), (400.0, top + 40), (100.0, top + 40))
    title = TitleMatch("DRIVING LICENCE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, place)
    return evidence(sides={Side.FRONT: side(titles=(title,), mrz=mrz(quad=ZONE_QUAD))})


def pages(*texts: str, value: Kind = Kind.PASSPORT):
    lines = tuple(TextLine(text, 0.99, QUAD) for text in texts)
    return evidence(kind=kind(value), sides={Side.FRONT: side(mrz=Absent(), text=lines)})


ZONE_QUAD = ((100.0, 800.0), (900.0, 800.0), (900.0, 860.0), (100.0, 860.0))
PDF417 = (BarcodeReading("PDF417", b"@", QUAD),)
_PAYLOAD = b"@\n\x1e\rANSI 636010090001DL00310020DLDAQA1234567\nDCAD\r"
AAMVA = (BarcodeReading("PDF417", _PAYLOAD, QUAD),)
CASES = {
    "document_national_id_not_accepted": (
        evidence(kind=kind(Kind.NATIONAL_ID)),
        evidence(kind=kind(Kind.NATIONAL_ID, is_contradicted=True)),
    ),
    "document_specimen": (
        evidence(country=country(None, "UTO", status="specimen")),
        evidence(country=country()),
    ),
    "document_kind_not_accepted": (
        evidence(kind=kind(Kind.VISA)),
        evidence(kind=kind(Kind.VISA, is_certain=False)),
    ),
    "document_kind_mismatch": (
        evidence(claim=Claim("GB", document_type=Kind.DRIVERS_LICENSE)),
        evidence(claim=Claim("GB", document_type=Kind.PASSPORT)),
    ),
    "document_kind_unknown": (
        evidence(kind=kind(Kind.NATIONAL_ID, is_contradicted=True)),
        evidence(kind=kind(Kind.NATIONAL_ID)),
    ),
    "document_special_status": (
        evidence(kind=kind(Kind.PASSPORT, subkind="refugee_travel_document")),
        evidence(),
    ),
    "customer_country_mismatch": (
        evidence(claim=Claim("FR")),
        evidence(claim=Claim("FR"), country=country(is_proven=False)),
    ),
    "customer_country_uncertain": (
        evidence(claim=Claim("BM"), country=country(also=frozenset({"BM"}))),
        evidence(),
    ),
    "document_expired": (
        evidence(printed=printed(date_of_expiry="2026-11-22")),
        evidence(printed=printed(date_of_expiry="2026-11-23")),  # still that day somewhere
    ),
    "document_expires_soon": (
        evidence(printed=printed(date_of_expiry="2026-12-24")),
        evidence(printed=printed(date_of_expiry="2026-12-25")),
    ),
    "customer_underage": (
        evidence(printed=printed(date_of_birth="2008-11-25")),
        evidence(printed=printed(date_of_birth="2008-11-24")),
    ),
    "image_too_dark": (
        unread(text_quality=(quality(luminance=0.2),)),
        unread(text_quality=(quality(luminance=0.3),)),
    ),
    "image_overexposed": (
        unread(text_quality=(quality(luminance=0.99, contrast=0.2),)),
        unread(text_quality=(quality(luminance=0.99, contrast=0.6),)),
    ),
    "image_low_contrast": (
        unread(text_quality=(quality(contrast=0.1),)),
        unread(text_quality=(quality(contrast=0.15),)),
    ),
    "image_greyscale": (
        evidence(sides={Side.FRONT: side(frame=replace(side().frame, chroma=0.4))}),
        evidence(sides={Side.FRONT: side(frame=replace(side().frame, chroma=1.5))}),
    ),
    "image_glare": (
        unread(text_quality=(quality(clipped_fraction=0.1),)),
        evidence(sides={Side.FRONT: side(text_quality=(quality(clipped_fraction=0.1),))}),
    ),
    "image_obstructed": (covered(0.07), covered(0.05)),
    "image_marginal": (
        evidence(sides={Side.FRONT: side(text_quality=(quality(text_height_px=7.0),))}),
        evidence(sides={Side.FRONT: side(text_quality=(quality(text_height_px=7.2),))}),
    ),
    "document_multiple": (with_second_zone("223456789"), with_second_zone("123456789")),
    "document_wrong_page": (
        pages("UNITED KINGDOM", "PASSPORT"),
        pages("UNITED KINGDOM", "PASSPORT", "Surname / Nom"),
    ),
    "document_portrait_missing": (
        evidence(sides={Side.FRONT: side(portrait=Absent())}),
        evidence(sides={Side.FRONT: side(portrait=QUAD)}),
    ),
    "document_damaged": (
        surface(holes=(), cut_corners=(QUAD,)),
        surface(holes=(), cut_corners=()),
    ),
    "authenticity_screen": (
        surface(grid=Grid(5.0, 2.4, 1.0)),
        surface(grid=Grid(1.9, 2.4, 1.0)),
    ),
    "authenticity_copy": (surface(colour_spread=2.0), surface(colour_spread=8.0)),
    "image_blurred": (
        unread(text_quality=(quality(edge_width_strokes=1.6),)),
        evidence(sides={Side.FRONT: side(text_quality=(quality(edge_width_strokes=1.6),))}),
    ),
    "image_low_resolution": (
        evidence(sides={Side.FRONT: side(text_quality=(quality(text_height_px=5.0),))}),
        evidence(sides={Side.FRONT: side(text_quality=(quality(text_height_px=7.0),))}),
    ),
    "image_document_too_small": (
        unread(outline=replace(side().outline, coverage_fraction=0.05)),
        unread(outline=replace(side().outline, coverage_fraction=0.1)),
    ),
    "image_cut_off": (
        unread(outline=replace(side().outline, cut_off_fraction=0.3)),
        unread(outline=replace(side().outline, cut_off_fraction=0.05)),
    ),
    "image_tilted": (
        unread(outline=replace(side().outline, tilt_deg=60.0)),
        unread(outline=replace(side().outline, tilt_deg=40.0)),
    ),
    "document_not_found": (
        evidence(kind=kind(Kind.NONE, is_certain=False)),
        evidence(),
    ),
    "document_back_missing": (
        licence(sides={Side.FRONT: side(mrz=Absent())}),
        licence(),
    ),
    "document_side_repeated": (licence(is_same_side_twice=True), licence()),
    "document_sides_differ": (
        licence(side_disagreements=(("number", "front", "back"),)),
        licence(),
    ),
    "document_sides_swapped": (licence(was_swapped=True), licence()),
    "mrz_not_found": (
        evidence(sides={Side.FRONT: side(mrz=Absent())}),
        licence(),
    ),
    "mrz_cut_off": (
        evidence(
            sides={
                Side.FRONT: side(mrz=mrz(state=ReadingState.UNREADABLE, zone=None, is_cut_off=True))
            }
        ),
        evidence(sides={Side.FRONT: side(mrz=mrz(is_cut_off=True))}),
    ),
    "mrz_unreadable": (
        evidence(sides={Side.FRONT: side(mrz=mrz(confidence=0.9))}),
        evidence(sides={Side.FRONT: side(mrz=mrz(confidence=0.96))}),
    ),
    "mrz_repaired": (
        evidence(
            sides={
                Side.FRONT: side(mrz=mrz(repairs=(CharacterRepair(1, 3, "6", "G", "a letter"),)))
            }
        ),
        evidence(),
    ),
    "mrz_check_digit_failed": (bad_digit(), evidence()),
    "mrz_check_digit_failed_again": (
        replace(bad_digit(), history=History(attempt=2, check_digits_failed_before=True)),
        bad_digit(),
    ),
    "barcode_unreadable": (
        licence(country=country("US", "USA")),
        licence(
            country=country("US", "USA"),
            sides={Side.FRONT: side(mrz=Absent()), Side.BACK: side(barcodes=PDF417)},
        ),
    ),
    "barcode_not_of_issuer": (
        licence(
            country=country("US", "USA"),
            sides={Side.FRONT: side(mrz=Absent()), Side.BACK: side(barcodes=PDF417)},
        ),
        licence(
            country=country("US", "USA"),
            sides={Side.FRONT: side(mrz=Absent()), Side.BACK: side(barcodes=AAMVA)},
        ),
    ),
    "mrz_dates_invalid": (bad_dates(), evidence()),
    "mrz_country_unknown": (evidence(country=country(None, "QQQ", status="unknown")), evidence()),
    "country_special_code_used": (
        evidence(country=country("GB", "GBD", is_special=True)),
        evidence(),
    ),
    "customer_name_mismatch": (
        evidence(claim=Claim("GB", first_name="Ada", last_name="Brown")),
        evidence(claim=Claim("GB", first_name="ada", last_name="Stone")),
    ),
    "customer_birth_date_mismatch": (
        evidence(claim=Claim("GB", date_of_birth=date(1980, 5, 7))),
        evidence(claim=Claim("GB", date_of_birth=date(1980, 5, 6))),
    ),
    "customer_birth_date_transposed": (
        evidence(claim=Claim("GB", date_of_birth=date(1980, 6, 5))),
        evidence(claim=Claim("GB", date_of_birth=date(1981, 6, 5))),
    ),
    "customer_number_mismatch": (
        evidence(claim=Claim("GB", id_number="123456780")),
        evidence(claim=Claim("GB", id_number="123-456 789")),
    ),
    "customer_company_mismatch": (
        certificate(business_name="Elmfield Analytics Limited"),
        certificate(business_name="Oakfield Analytics Limited", registration_number="123456"),
    ),
    "authenticity_edited": (
        evidence(sides={Side.FRONT: side(frame=replace(side().frame, software="photoshop"))}),
        evidence(),
    ),
    "authenticity_inconsistent": (
        evidence(printed=replace(printed(), disagreements=(("number", "mrz", "barcode"),))),
        evidence(),
    ),
    "authenticity_reused": (evidence(history=History(reused_by=("scr_1",))), evidence()),
    "customer_retake_limit_reached": (
        evidence(history=History(attempt=5)),
        evidence(history=History(attempt=4)),
    ),
    "file_rejected_before": (evidence(history=History(turned_away_before=True)), evidence()),
}


@pytest.mark.parametrize("code", CASES)
def test_a_code_is_found_where_it_is_due_and_only_there(code: str) -> None:
    due, close = CASES[code]
    assert code in codes(due)
    assert code not in codes(close)


def test_every_code_of_the_catalogue_is_tried_here() -> None:
    assert set(CASES) == set(REASONS) - {CHECK_NOT_RUN.code, UNDER_REVIEW.code}


def test_a_fine_passport_has_no_findings() -> None:
    assert codes(evidence()) == set()


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (Claim("GB", date_of_birth=date(1980, 6, 5)), "review"),
        (Claim("GB", date_of_birth=date(1990, 6, 5)), "review"),
        (Claim("GB", id_number="123456780"), "review"),
        (Claim("GB", first_name="Ada", last_name="Brown"), "review"),
    ],
)
def test_what_differs_from_the_claim_is_for_a_person(claim: Claim, outcome: str) -> None:
    findings, _ = run_checks(CHECKS, evidence(claim=claim), POLICY)
    assert [one.outcome for one in findings] == [outcome]


def test_expired_is_rejected_and_soon_to_expire_is_only_said() -> None:
    for day, outcome in (("2026-11-22", "reject"), ("2026-11-25", "info"), ("2031-01-02", None)):
        subject = evidence(printed=printed(date_of_expiry=day))
        findings, _ = run_checks(CHECKS, subject, POLICY)
        assert [one.outcome for one in findings] == ([outcome] if outcome else [])


@pytest.mark.parametrize(("ink", "is_faint"), [(0.6, False), (0.08, True)])
def test_a_sparse_back_is_faint_only_where_its_ink_is(ink: float, is_faint: bool) -> None:
    measured = (quality("text", contrast=ink), quality("page", contrast=0.08))
    back = side(mrz=Absent(), text_quality=measured)
    fields = {"date_of_expiry": Field("2031-01-02", "text", 0.9)}
    found = codes(licence(printed=Printed(fields), sides={Side.FRONT: side(), Side.BACK: back}))
    assert ("image_low_contrast" in found) is is_faint


def test_a_licence_whose_number_nobody_read_is_not_accepted() -> None:
    unread_number = Printed(
        {
            "date_of_expiry": Field("2031-01-02", "text", 0.9),
            "date_of_birth": Field("1980-01-02", "text", 0.9),
        }
    )
    assert "document_check_not_run" in codes(licence(printed=unread_number))


def test_front_and_back_in_one_picture_need_no_second_one() -> None:
    lines = mrz_lines.td1(
        "IR", "GBR", "STONE", "ADA", "ZU1234567", "NGA", date(1980, 5, 6), "F", date(2031, 1, 2)
    )
    title = TitleMatch("RESIDENCE PERMIT", Kind.RESIDENT_PERMIT, "", True, (), 1.0, QUAD)
    both = side(mrz=mrz(zone=zone(lines)), titles=(title,))
    permit = evidence(kind=kind(Kind.RESIDENT_PERMIT), sides={Side.FRONT: both})
    assert "document_back_missing" not in codes(permit)
    back_alone = evidence(
        kind=kind(Kind.RESIDENT_PERMIT), sides={Side.FRONT: side(mrz=mrz(zone=zone(lines)))}
    )
    assert "document_back_missing" in codes(back_alone)


def test_a_front_that_says_nothing_is_not_accepted_for_its_back() -> None:
    title = TitleMatch("DRIVING LICENCE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, QUAD)
    other = TitleMatch("RESIDENCE PERMIT", Kind.RESIDENT_PERMIT, "", True, (), 1.0, QUAD)
    supporting = replace(title, decisive=False)
    number = TextLine("5. 123 456 789", 0.99, QUAD)
    longer = TextLine("NO 0123456789", 0.99, QUAD)
    back = side(mrz=Absent())
    for front, is_unknown in (
        (side(mrz=Absent()), True),
        (side(mrz=Absent(), titles=(other,)), True),
        (side(mrz=Absent(), titles=(title,)), False),
        (side(mrz=Absent(), titles=(supporting,)), True),
        (side(mrz=Absent(), text=(number,)), False),
        (side(mrz=Absent(), text=(longer,)), True),
    ):
        found = codes(licence(sides={Side.FRONT: front, Side.BACK: back}))
        assert ("document_kind_unknown" in found) is is_unknown


def test_a_number_that_the_front_alone_prints_proves_nothing_of_the_back() -> None:
    def is_unknown(*texts: str, source: str) -> bool:
        front = side(mrz=Absent(), text=tuple(TextLine(text, 0.99, QUAD) for text in texts))
        number = Printed({"number": Field("123456789", source, 0.99)})
        sides = {Side.FRONT: front, Side.BACK: side(mrz=Absent())}
        return "document_kind_unknown" in codes(licence(sides=sides, printed=number))

    assert is_unknown("No. 123456789", source="text")
    assert not is_unknown("No. 123456789", source="barcode")
    numbered = ("1. STONE", "3. 06.05.1980", "4b. 02.01.2031", "5. 123456789")
    assert not is_unknown(*numbered, source="text")


def test_a_back_that_says_nothing_of_the_front_is_for_a_person() -> None:
    title = TitleMatch("DRIVING LICENCE", Kind.DRIVERS_LICENSE, "", True, (), 1.0, QUAD)
    both = {Side.FRONT: side(mrz=Absent(), titles=(title,)), Side.BACK: side(mrz=Absent())}
    assert "document_kind_unknown" in codes(licence(sides=both, is_back_told=False))
    apart = (("holder", "front", "back"),)
    settled = codes(licence(sides=both, is_back_told=False, side_disagreements=apart))
    assert "document_sides_differ" in settled
    assert "document_kind_unknown" not in settled


def test_a_grid_that_leans_against_the_text_is_a_print_and_no_screen() -> None:
    found = codes(surface(grid=Grid(5.0, 3.0, 44.0)))
    assert "authenticity_copy" in found
    assert "authenticity_screen" not in found


def test_a_certificate_may_be_black_on_white() -> None:
    paper = surface(Kind.CERTIFICATE_OF_INCORPORATION, colour_spread=1.0)
    assert "authenticity_copy" not in codes(paper)


def test_a_date_that_cannot_be_is_for_a_person_and_no_better_picture_helps() -> None:
    second = LINES[1][:13] + "801399" + check_digit("801399") + LINES[1][20:43]
    second += check_digit(second[:10] + second[13:20] + second[21:43])
    printed_so = mrz(zone=zone([LINES[0], second]), confidence=0.9)
    assert printed_so.zone.valid
    found = codes(evidence(sides={Side.FRONT: side(mrz=printed_so)}))
    assert "mrz_dates_invalid" in found
    assert "mrz_unreadable" not in found


def test_a_zone_without_check_digits_is_never_called_unreadable() -> None:
    swiss = zone(["AAA001D<<", "FACHE305142128097<<800126<<<<<", "MULLER<<ANNA<<<<<<<<<<<<<<<<<<"])
    guessed = mrz(zone=swiss, state=ReadingState.GUESSED, confidence=0.9)
    found = codes(licence(sides={Side.FRONT: side(mrz=Absent()), Side.BACK: side(mrz=guessed)}))
    assert swiss.format == "DL_CHE"
    assert "mrz_unreadable" not in found


def test_a_doubtful_second_zone_is_no_second_document() -> None:
    doubtful = with_second_zone("223456789", state=ReadingState.GUESSED)
    assert "document_multiple" not in codes(doubtful)


def test_a_licence_below_a_passport_is_a_second_document_and_words_on_its_page_are_not() -> None:
    assert "document_multiple" in codes(titled(1200.0))
    assert "document_multiple" not in codes(titled(400.0))


def test_a_page_of_observations_is_the_wrong_one_and_a_letter_is_none() -> None:
    assert "document_wrong_page" in codes(pages("OFFICIAL OBSERVATIONS", "12", value=Kind.NONE))
    letter = pages("Dear Ms Stone", "your visa application", value=Kind.NONE)
    assert "document_wrong_page" not in codes(letter)
    bank_card = pages("VISA", "1234 5678", value=Kind.NONE)
    assert "document_wrong_page" not in codes(bank_card)


def test_a_close_call_quotes_the_limit_in_force() -> None:
    soft = evidence(sides={Side.FRONT: side(text_quality=(quality(edge_width_strokes=1.5),))})
    findings, _ = run_checks(CHECKS, soft, POLICY)
    (close,) = [one.finding for one in findings if one.finding.reason.code == "image_marginal"]
    assert (close.measured, close.limit) == (1.5, 1.6)


def test_a_failed_picture_is_not_marginal_too() -> None:
    found = evidence(sides={Side.FRONT: side(text_quality=(quality(text_height_px=6.0),))})
    assert "image_low_resolution" in codes(found)
    assert "image_marginal" not in codes(found)


def test_all_of_authenticity_ends_with_a_person_and_never_with_a_refusal() -> None:
    due = [POLICY.outcome(code) for code in REASONS if code.startswith("authenticity_")]
    assert len(due) >= 5
    assert set(due) == {"review"}


@pytest.mark.parametrize(
    ("hidden", "code"), [("covered_lines", "image_obstructed"), ("blinded_lines", "image_glare")]
)
def test_a_number_under_a_thing_and_one_under_light_ask_for_different_cures(hidden, code) -> None:
    front = side(
        mrz=Absent(),
        text=(TextLine("5. 123456789", 0.99, QUAD),),
        surface=Surface(**{hidden: (QUAD,)}),
    )
    number = Printed({"number": Field("123456789", "text", 0.99)})
    judged = licence(sides={Side.FRONT: front, Side.BACK: side(mrz=Absent())}, printed=number)
    found, _ = run_checks(CHECKS, judged, load_policy())
    codes = {one.finding.reason.code for one in found}
    assert code in codes
    assert len(codes & {"image_obstructed", "image_glare"}) == 1


def test_a_title_is_not_the_label_of_a_number_that_nobody_read() -> None:
    text = (TextLine("DRIVER LICENSE", 0.99, QUAD),)
    hidden = Surface(covered_lines=(QUAD,))
    front = side(mrz=Absent(), text=text, titles=find_titles(text), surface=hidden)
    judged = licence(sides={Side.FRONT: front}, printed=Printed({}))
    assert "image_obstructed" not in codes(judged)
    label = replace(front, text=(TextLine("Licence No.", 0.99, QUAD),), titles=Absent())
    assert "image_obstructed" in codes(replace(judged, sides={Side.FRONT: label}))
