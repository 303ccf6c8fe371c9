"""Every code of the catalogue from drawn pictures: one that is due it, and one that comes close."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from sample_docs.cover_up import lay_finger, punch, stick
from sample_docs.degrade import Bgr, darkness, defocus, downscale, glare, photograph
from sample_docs.layouts.book import make_cover
from sample_docs.layouts.card import make_card
from sample_docs.layouts.certificates import certificate_rows, pdf_of
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport, make_visa
from sample_docs.layouts.side import FlatDocument
from sample_docs.mrz_lines import digit
from sample_docs.reproduce import photocopy, photograph_paper, photograph_screen
from service.actions.disclosure import disclosed
from service.actions.issue_key import Role
from service.actions.record import to_record
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.catalogue import REASONS
from service.screening.claim import Claim, CustomerType, History, Kind
from service.screening.pipeline import screen
from service.screening.readers import Readers
from service.vision.onnx import NetworkFailed

TODAY, EXPIRES = date(2026, 11, 24), date(2031, 5, 14)
POLICY = load_policy()
Picture = Callable[[], bytes]


@dataclass(frozen=True)
class Sent:
    """What is sent, about whom, when, and to whom the answer goes."""

    front: Picture
    back: Picture | None = None
    claim: Claim = field(default_factory=lambda: Claim("GB"))
    history: History = field(default_factory=History)
    today: date = TODAY
    role: Role = Role.ANALYST
    is_reader_broken: bool = False


# --- documents, flat -----------------------------------------------------------------------------


@cache
def page(seed: int = 4, state: str = "GBR", **options: object) -> FlatDocument:
    return make_passport(state, random.Random(seed), expires=EXPIRES, **options)


@cache
def licence() -> FlatDocument:
    return make_numbered_licence("GBR", random.Random(3), EXPIRES)


@cache
def permit() -> FlatDocument:
    return make_card("resident_permit", "GBR", random.Random(3), code="IR", expires=EXPIRES)


@cache
def american(seed: int = 3) -> FlatDocument:
    return make_aamva_card("FL", "FLORIDA", random.Random(seed), EXPIRES, is_licence=True)


@cache
def identity_card(title: str | None = None) -> FlatDocument:
    return make_card(
        "national_id", "KEN", random.Random(3), code="ID", expires=EXPIRES, with_zone=False,
        title=title,
    )  # fmt: skip


# --- pictures of them ----------------------------------------------------------------------------


def encoded(bgr: Bgr) -> bytes:
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()


def photo(flat: Bgr, seed: int = 8, **how: float) -> Bgr:
    return photograph(flat, random.Random(seed), long_side=1600, **how)[0]


def passport(*args: object, **options: object) -> Picture:
    return cache(lambda: encoded(photo(page(*args, **options).front.page.bgr)))


def shown(make: Callable[[], FlatDocument], side: str = "front", seed: int = 8) -> Picture:
    return cache(lambda: encoded(photo(getattr(make(), side).page.bgr, seed)))


def marred(mar: Callable[[Bgr], Bgr]) -> Picture:
    """The page of the fine passport, marred before it is photographed."""
    return cache(lambda: encoded(photo(mar(page().front.page.bgr))))


def scanned(cut: Callable[[Bgr], Bgr]) -> Picture:
    """The page of the fine passport, flat, or as much of it as is left."""
    return cache(lambda: encoded(np.ascontiguousarray(cut(page().front.page.bgr))))


def spoilt(spoil: Callable[[Bgr], Bgr] = np.copy, **how: float) -> Picture:
    """The photo of the fine passport, spoilt."""
    return cache(lambda: encoded(spoil(photo(page().front.page.bgr, **how))))


def toned(gain: float, lift: tuple[float, float, float]) -> Callable[[Bgr], Bgr]:
    """Contrast times `gain`, on a ground of `lift`."""
    return lambda bgr: np.clip(bgr * gain + np.array(lift), 0, 255).astype(np.uint8)


def by(degrade: Callable[..., Bgr], strength: float) -> Callable[[Bgr], Bgr]:
    return lambda bgr: degrade(bgr, strength, random.Random(1))


def grey(bgr: Bgr) -> Bgr:
    return cv2.cvtColor(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)


def stacked(*flats: Bgr) -> Bgr:
    return np.vstack([photo(flat, seed) for seed, flat in enumerate(flats, start=8)])


def zone_box(grow: int = 0) -> tuple[slice, slice]:
    """Rows and columns of the fine passport's zone."""
    quad = np.array(page().front.page.mrz_quad).astype(int)
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return slice(top - grow, bottom + grow), slice(left, right)


def finger_at(down_px: int) -> Callable[[Bgr], Bgr]:
    """A finger from below, its tip so far below the top of the zone."""
    rows, columns = zone_box()
    tip = ((columns.start + columns.stop) / 2, rows.start + down_px)
    return lambda bgr: lay_finger(bgr, tip, random.Random(1))


def smeared(bgr: Bgr) -> Bgr:
    smear, rows = bgr.copy(), zone_box(5)
    smear[rows] = cv2.GaussianBlur(bgr[rows], (0, 0), 7)
    return smear


def wiped(bgr: Bgr) -> Bgr:
    """The zone on a page on which nothing else is left."""
    blank = bgr.copy()
    blank[: zone_box(10)[0].start] = (200, 220, 225)
    return blank


def with_code(text: str) -> Picture:
    """The back of the American licence with another code in place of its own."""

    def drawn() -> bytes:
        back = american().back.page.bgr.copy()
        bars = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.PDF417).to_image(scale=4)
        fitted = cv2.resize(np.array(bars), (900, 216), interpolation=cv2.INTER_NEAREST)
        back[72:288, 60:960] = fitted[:, :, None]
        return encoded(photo(back))

    return cache(drawn)


def saved_by(software: str) -> Picture:
    def drawn() -> bytes:
        exif, stream = Image.Exif(), io.BytesIO()
        exif[0x0131] = software
        rgb = cv2.cvtColor(photo(page().front.page.bgr), cv2.COLOR_BGR2RGB)
        Image.fromarray(rgb).save(stream, "JPEG", exif=exif, quality=88)
        return stream.getvalue()

    return cache(drawn)


# --- zones that say otherwise --------------------------------------------------------------------


def with_digits(second: str) -> str:
    """A second line with all its check digits made right."""
    for start, end in ((0, 9), (13, 19), (21, 27)):
        second = second[:end] + digit(second[start:end]) + second[end + 1 :]
    return second[:43] + digit(second[:10] + second[13:20] + second[21:43])


def wrong_digit(lines: list[str]) -> list[str]:
    second = lines[1]
    return [lines[0], second[:9] + str((int(second[9]) + 3) % 10) + second[10:]]


def born_on(day: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [lines[0], with_digits(lines[1][:13] + day + lines[1][19:])]


def issued_by(code: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [lines[0][:2] + code + lines[0][5:], lines[1]]


def letters_for_noughts(lines: list[str]) -> list[str]:
    """As printers with one shape for both print dates."""
    second = lines[1]
    return [lines[0], second[:13] + second[13:27].replace("0", "O") + second[27:]]


# --- the table -----------------------------------------------------------------------------------

FINE = Sent(passport())
LICENCE = Sent(shown(licence), shown(licence, "back"))
AMERICAN = Sent(shown(american), shown(american, "back"), Claim("US"))
CERTIFICATE_ROWS, COMPANY = certificate_rows("GBR", random.Random(5))
CERTIFICATE = Sent(cache(lambda: pdf_of([CERTIFICATE_ROWS])))
HOLDER = page().front.fields
BORN = date.fromisoformat(HOLDER["date_of_birth"])
LIBRARY = "THIS CODE IS OF A LIBRARY IN SAMPLETOWN AND OF NOBODY'S LICENCE. " * 3


def claims(sent: Sent = FINE, **said: object) -> Sent:
    return replace(sent, claim=replace(sent.claim, **said))


def of_company(name: str) -> Sent:
    return claims(CERTIFICATE, customer_type=CustomerType.BUSINESS, business_name=name)


def after(**known: object) -> Sent:
    return replace(FINE, history=History(**known))


CASES: dict[str, tuple[Sent, Sent]] = {
    "document_national_id_not_accepted": (
        Sent(shown(identity_card), claim=Claim("KE")),
        LICENCE,
    ),
    "document_specimen": (Sent(passport(state="UTO")), FINE),
    "document_kind_not_accepted": (
        Sent(shown(lambda: make_visa("GBR", random.Random(1), expires=EXPIRES, wide=True))),
        FINE,
    ),
    "document_kind_mismatch": (
        claims(document_type=Kind.DRIVERS_LICENSE),
        claims(document_type=Kind.PASSPORT),
    ),
    "document_kind_unknown": (
        Sent(shown(lambda: identity_card(" ")), claim=Claim("KE")),
        Sent(shown(identity_card), claim=Claim("KE")),
    ),
    "document_special_status": (
        Sent(passport(4, "D", code="PR", nationality="XXB", title="TRAVEL DOCUMENT")),
        FINE,
    ),
    "customer_country_mismatch": (claims(country="FR"), FINE),
    "customer_country_uncertain": (claims(country="BM"), claims(country="FR")),
    "document_expired": (
        replace(FINE, today=date(2031, 5, 16)),
        replace(FINE, today=date(2031, 5, 15)),  # somewhere it is still the day before
    ),
    "document_expires_soon": (
        replace(FINE, today=date(2031, 4, 14)),
        replace(FINE, today=date(2031, 4, 13)),
    ),
    "customer_underage": (
        Sent(passport(born=date(2008, 11, 25))),
        Sent(passport(born=date(2008, 11, 24))),
    ),
    "document_multiple": (
        Sent(cache(lambda: encoded(stacked(page().front.page.bgr, page(9).front.page.bgr)))),
        Sent(cache(lambda: encoded(stacked(*[s.page.bgr for s in (permit().front, permit().back)])))),
    ),
    "document_wrong_page": (
        Sent(shown(lambda: make_cover("GBR", random.Random(7)))),
        Sent(marred(lambda bgr: bgr[: zone_box()[0].start])),
    ),
    "image_too_dark": (
        Sent(spoilt(by(darkness, 1.0))),
        Sent(spoilt(by(darkness, 0.5))),
    ),
    "image_overexposed": (
        Sent(spoilt(toned(1.0, (230, 230, 230)))),
        Sent(spoilt(toned(2.0, (100, 100, 100)))),
    ),
    "image_low_contrast": (
        Sent(spoilt(toned(0.04, (120, 130, 150)))),
        Sent(spoilt(toned(0.2, (120, 130, 150)))),
    ),
    "image_greyscale": (Sent(spoilt(grey)), Sent(spoilt(toned(0.5, (60, 70, 80))))),
    "image_obstructed": (Sent(marred(finger_at(10))), Sent(marred(finger_at(150)))),
    "image_glare": (
        Sent(spoilt(lambda bgr: glare(bgr, 0.28, random.Random(1), (800.0, 960.0)))),
        Sent(spoilt(lambda bgr: glare(bgr, 0.1, random.Random(1), (320.0, 600.0)))),
    ),
    "image_blurred": (
        Sent(spoilt(by(defocus, 0.6))),
        Sent(spoilt(by(defocus, 0.08))),
    ),
    "image_low_resolution": (
        Sent(spoilt(by(downscale, 0.42))),
        Sent(spoilt(by(downscale, 0.3))),
    ),
    "image_document_too_small": (Sent(spoilt(fill=0.2)), Sent(spoilt(fill=0.32))),
    "image_cut_off": (Sent(marred(wiped)), FINE),
    "image_tilted": (
        Sent(spoilt(tilt=2.2, fill=0.4)),
        Sent(spoilt(tilt=1.4, fill=0.4)),
    ),
    "document_not_found": (
        Sent(shown(lambda: make_no_document("receipt", random.Random(1)))),
        FINE,
    ),
    "document_back_missing": (replace(LICENCE, back=None), LICENCE),
    "document_side_repeated": (
        replace(LICENCE, back=shown(licence, "front", seed=5)),
        LICENCE,
    ),
    "document_sides_differ": (
        replace(FINE, back=passport(9)),
        Sent(shown(permit), shown(permit, "back")),
    ),
    "document_sides_swapped": (
        Sent(shown(permit, "back"), shown(permit)),
        Sent(shown(permit), shown(permit, "back")),
    ),
    "mrz_not_found": (
        Sent(scanned(lambda bgr: bgr[: zone_box()[0].start])),
        LICENCE,
    ),
    "mrz_cut_off": (
        Sent(scanned(lambda bgr: bgr[:, : round(0.8 * bgr.shape[1])])),
        Sent(scanned(lambda bgr: bgr[:, : round(0.985 * bgr.shape[1])])),
    ),
    "mrz_unreadable": (Sent(marred(smeared)), FINE),
    "mrz_check_digit_failed": (
        Sent(passport(rewrite=wrong_digit)),
        Sent(passport(rewrite=born_on("800506"))),
    ),
    "mrz_check_digit_failed_again": (
        Sent(passport(rewrite=wrong_digit), history=History(2, check_digits_failed_before=True)),
        Sent(passport(rewrite=wrong_digit), history=History(2)),
    ),
    "mrz_repaired": (
        Sent(
            cache(
                lambda: encoded(
                    by(downscale, 0.1)(photo(page(rewrite=letters_for_noughts).front.page.bgr))
                )
            )
        ),
        FINE,
    ),
    "mrz_dates_invalid": (
        Sent(passport(rewrite=born_on("801399"))),
        Sent(passport(rewrite=born_on("801231"))),
    ),
    "mrz_country_unknown": (Sent(passport(rewrite=issued_by("SUN"))), FINE),
    "country_special_code_used": (
        Sent(passport(rewrite=issued_by("GBD"))),
        FINE,
    ),
    "barcode_unreadable": (
        replace(AMERICAN, back=shown(licence, "back")),
        AMERICAN,
    ),
    "barcode_not_of_issuer": (replace(AMERICAN, back=with_code(LIBRARY)), AMERICAN),
    "document_portrait_missing": (
        Sent(marred(lambda bgr: stick(bgr, (72, 180, 480, 708), (215, 225, 230)))),
        Sent(marred(lambda bgr: stick(bgr, (72, 600, 480, 708), (215, 225, 230)))),
    ),
    "document_damaged": (
        Sent(marred(lambda bgr: punch(bgr, (1150.0, 640.0)))),
        Sent(marred(lambda bgr: punch(bgr, (1150.0, 640.0), diameter_mm=1.5))),
    ),
    "customer_name_mismatch": (
        claims(first_name="Ada", last_name="Stone"),
        claims(first_name=HOLDER["given_names"].title(), last_name=HOLDER["surname"].title()),
    ),
    "customer_birth_date_mismatch": (
        claims(date_of_birth=date(1950, 12, 31)),
        claims(date_of_birth=BORN),
    ),
    "customer_birth_date_transposed": (
        replace(
            Sent(passport(rewrite=born_on("800506"))),
            claim=Claim("GB", date_of_birth=date(1980, 6, 5)),
        ),
        replace(
            Sent(passport(rewrite=born_on("800506"))),
            claim=Claim("GB", date_of_birth=date(1981, 6, 5)),
        ),
    ),
    "customer_number_mismatch": (
        claims(id_number="000000000"),
        claims(id_number=f"{HOLDER['number'][:4]} {HOLDER['number'][4:]}"),
    ),
    "customer_company_mismatch": (
        of_company("Elmfield Analytics Limited"),
        of_company(COMPANY["company_name"].title()),
    ),
    "customer_retake_limit_reached": (after(attempt=5), after(attempt=4)),
    "file_rejected_before": (after(turned_away_before=True), after(attempt=2)),
    "authenticity_screen": (
        Sent(
            cache(
                lambda: encoded(
                    photograph_screen(page().front.page.bgr, random.Random(450), long_side=1800, shown_px=450)
                )
            )
        ),
        FINE,
    ),
    "authenticity_copy": (
        Sent(
            cache(
                lambda: encoded(
                    photograph_paper(
                        photocopy(page().front.page.bgr, random.Random(5)),
                        random.Random(5),
                        long_side=1800,
                    )
                )
            )
        ),
        Sent(
            cache(
                lambda: encoded(
                    photograph_paper(page().front.page.bgr, random.Random(6), long_side=1800)
                )
            )
        ),
    ),
    "authenticity_edited": (
        Sent(saved_by("Adobe Photoshop 25.0")),
        Sent(saved_by("HDR+ 1.0.5")),
    ),
    "authenticity_inconsistent": (
        replace(AMERICAN, back=shown(lambda: american(8), "back")),
        AMERICAN,
    ),
    "authenticity_reused": (after(reused_by=("scr_1",)), FINE),
    "document_under_review": (
        replace(FINE, history=History(reused_by=("scr_1",)), role=Role.FRONTEND),
        replace(FINE, role=Role.FRONTEND),
    ),
    "document_check_not_run": (replace(LICENCE, is_reader_broken=True), LICENCE),
    "image_marginal": (
        Sent(cache(lambda: encoded(by(downscale, 0.38)(photo(page(5).front.page.bgr))))),
        Sent(cache(lambda: encoded(by(downscale, 0.34)(photo(page(5).front.page.bgr))))),
    ),
}  # fmt: skip


class Broken:
    """A reader of text that fails on every picture."""

    def detect(self, _: Bgr) -> None:
        raise NetworkFailed("broken")


@pytest.fixture(scope="module")
def codes_of(readers: Readers) -> Callable[[Sent], set[str]]:
    """The codes of an answer; what several cases send is screened once."""

    @cache
    def codes(sent: Sent) -> set[str]:
        screening = screen(
            open_document(sent.front(), sent.back() if sent.back else None),
            sent.claim,
            sent.history,
            POLICY,
            replace(readers, rapid=Broken()) if sent.is_reader_broken else readers,
            sent.today,
        )
        record = to_record(
            screening_id="scr_1",
            created_at=datetime(2026, 11, 24, tzinfo=UTC),
            reference=None,
            customer_id=None,
            claim=sent.claim,
            screening=screening,
            attempts_max=POLICY.attempts_max,
        )
        return {one["code"] for one in disclosed(record, sent.role, "en")["findings"]}

    return codes


@pytest.mark.parametrize("code", CASES)
def test_a_picture_is_given_its_code_and_the_near_miss_is_not(code: str, codes_of) -> None:
    due, close = CASES[code]
    assert code in codes_of(due)
    assert code not in codes_of(close)


def test_no_code_of_the_catalogue_is_missing() -> None:
    assert set(CASES) == set(REASONS)
