"""Specimens of fictitious people's documents, each with its truth. Same seed, same pictures.

`python -m sample_docs.generate --out DIR` writes the committed set; `--count N --seed S` any number
of others, for training and benchmarks.
"""

import argparse
import io
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sample_docs.canvas import Page
from sample_docs.degrade import DEFECTS, glare, photograph
from sample_docs.layouts.card import make_card, make_french_1988, make_td2_card
from sample_docs.layouts.certificates import (
    certificate_pdf,
    make_certificate,
    make_company_paper,
)
from sample_docs.layouts.licence import make_aamva_card, make_numbered_licence
from sample_docs.layouts.paper import make_no_document
from sample_docs.layouts.passport import make_passport, make_visa
from sample_docs.layouts.side import FlatDocument, FlatSide
from sample_docs.states import STATES

Bgr = NDArray[np.uint8]
_VALID: Final = date(2031, 5, 14)


@dataclass(frozen=True, slots=True)
class Specimen:
    """What to make, and what the right answer to it is.

    Attributes:
        build: draws the document flat.
        claim_country, declared: what the customer says.
        photo: a phone photo instead of a flat scan; `turn` in degrees clockwise.
        defects: name and strength, laid over the picture in order.
        glare_on: "mrz" puts the reflection on the zone, "free" beside all text.
        cut: fraction of the page's height cut off below.
        both_sides: whether the back is sent too.
        verdict, code: the right answer, and its first reason code.
    """

    name: str
    build: Callable[[random.Random], FlatDocument]
    verdict: str = "accepted"
    code: str | None = None
    claim_country: str | None = None
    declared: str | None = None
    photo: bool = True
    turn: float = 0.0
    tilt: float = 0.12
    fill: float = 0.8
    long_side: int = 1500
    defects: tuple[tuple[str, float], ...] = ()
    glare_on: str | None = None
    cut: float = 0.0
    both_sides: bool = False
    swapped: bool = False
    file_format: str = "jpg"
    exif_orientation: int = 1
    quality: int = 70
    customer_type: str = "individual"
    extra: dict[str, str] = field(default_factory=dict)


def _passport(state: str, **options: object) -> Callable[[random.Random], FlatDocument]:
    return lambda rng: make_passport(state, rng, **{"expires": _VALID, **options})  # type: ignore[arg-type]


def _card(
    kind: str, state: str, code: str, **options: object
) -> Callable[[random.Random], FlatDocument]:
    return lambda rng: make_card(kind, state, rng, code=code, **{"expires": _VALID, **options})  # type: ignore[arg-type]


def _licence(state: str) -> Callable[[random.Random], FlatDocument]:
    return lambda rng: make_numbered_licence(state, rng, _VALID)


def _aamva(
    jurisdiction: str, name: str, *, is_licence: bool
) -> Callable[[random.Random], FlatDocument]:
    return lambda rng: make_aamva_card(jurisdiction, name, rng, _VALID, is_licence=is_licence)


_NATIONAL_ID = {"verdict": "rejected", "code": "document_national_id_not_accepted"}
_NOT_FOUND = {"verdict": "retake", "code": "document_not_found"}


def committed_set() -> list[Specimen]:
    """The set that lies in `specimens/`: every kind, the common defects, the right verdicts."""
    good = [
        Specimen("passport_gb_scan", _passport("GBR"), photo=False),
        Specimen("passport_gb_photo", _passport("GBR"), turn=4),
        Specimen("passport_de_code_pp", _passport("D", code="PP"), turn=-6),
        Specimen("passport_fr_quarter_turn", _passport("FRA"), turn=90),
        Specimen("passport_es_upside_down", _passport("ESP"), turn=180),
        Specimen("passport_it_three_quarters", _passport("ITA"), turn=270),
        Specimen("passport_nl_skewed", _passport("NLD"), turn=23),
        Specimen("passport_pl_tilted", _passport("POL"), tilt=0.3),
        Specimen("passport_se_exif_turned", _passport("SWE"), exif_orientation=6),
        Specimen("passport_ng_dim", _passport("NGA"), defects=(("darkness", 0.35),)),
        Specimen("passport_gh_grain", _passport("GHA"), defects=(("grain", 0.25),)),
        Specimen("passport_ke_soft", _passport("KEN"), defects=(("defocus", 0.08),)),
        Specimen("passport_za_shaken_a_little", _passport("ZAF"), defects=(("motion", 0.07),)),
        Specimen("passport_in_jpeg", _passport("IND"), defects=(("jpeg", 0.75),)),
        Specimen("passport_ae_arabic", _passport("ARE"), turn=-3),
        Specimen("passport_eg_arabic", _passport("EGY"), photo=False),
        Specimen("passport_ru_cyrillic", _passport("RUS"), turn=2),
        Specimen("passport_cn_code_po", _passport("CHN", code="PO"), turn=5),
        Specimen("passport_jp", _passport("JPN"), photo=False, file_format="png", long_side=1000),
        Specimen("passport_us_heic", _passport("USA"), file_format="heic"),
        Specimen("passport_br_webp", _passport("BRA"), file_format="webp"),
        Specimen(
            "passport_ca_tiff", _passport("CAN"), photo=False, file_format="tiff", long_side=900
        ),
        Specimen("passport_gb_glare_beside_text", _passport("GBR"), glare_on="free"),
        Specimen("passport_de_twelve_megapixels", _passport("D"), long_side=4000, quality=34),
        Specimen(
            "passport_ng_far_but_sharp", _passport("NGA"), long_side=2600, fill=0.45, quality=55
        ),
        Specimen(
            "permit_de_both_sides",
            _card("resident_permit", "D", "AR", nationality="IND"),
            both_sides=True,
        ),
        Specimen(
            "permit_gb_both_sides",
            _card("resident_permit", "GBR", "IR", nationality="NGA"),
            both_sides=True,
            turn=8,
        ),
        Specimen(
            "permit_fr_sides_swapped",
            _card("resident_permit", "FRA", "IR", nationality="GHA"),
            both_sides=True,
            swapped=True,
        ),
        Specimen(
            "permit_es_both_sides",
            _card("resident_permit", "ESP", "IR", nationality="BRA"),
            both_sides=True,
            photo=False,
        ),
        Specimen("licence_gb_both_sides", _licence("GBR"), both_sides=True),
        Specimen("licence_de_both_sides", _licence("D"), both_sides=True, photo=False),
        Specimen("licence_fr_both_sides", _licence("FRA"), both_sides=True, turn=-5),
        Specimen("licence_it_quarter_turn", _licence("ITA"), both_sides=True, turn=90),
        Specimen("licence_ng_both_sides", _licence("NGA"), both_sides=True),
        Specimen("licence_ke_both_sides", _licence("KEN"), both_sides=True, photo=False),
        Specimen(
            "licence_us_florida",
            _aamva("FL", "FLORIDA", is_licence=True),
            both_sides=True,
            long_side=1900,
        ),
        Specimen(
            "licence_us_texas_scan",
            _aamva("TX", "TEXAS", is_licence=True),
            both_sides=True,
            photo=False,
        ),
        Specimen(
            "certificate_gb_pdf",
            lambda rng: make_certificate("GBR", rng),
            file_format="pdf",
            customer_type="business",
        ),
        Specimen(
            "certificate_ng_scan",
            lambda rng: make_certificate("NGA", rng),
            photo=False,
            customer_type="business",
        ),
        Specimen(
            "certificate_ke_photo",
            lambda rng: make_certificate("KEN", rng),
            turn=3,
            tilt=0.06,
            fill=0.95,
            long_side=2000,
            customer_type="business",
        ),
        Specimen(
            "certificate_us_pdf",
            lambda rng: make_certificate("USA", rng),
            file_format="pdf",
            customer_type="business",
        ),
        Specimen(
            "certificate_fr_pdf",
            lambda rng: make_certificate("FRA", rng),
            file_format="pdf",
            customer_type="business",
        ),
        Specimen(
            "certificate_in_pdf",
            lambda rng: make_certificate("IND", rng),
            file_format="pdf",
            customer_type="business",
        ),
        Specimen(
            "certificate_za_scan",
            lambda rng: make_certificate("ZAF", rng),
            photo=False,
            quality=50,
            customer_type="business",
        ),
    ]
    turned_away = [
        Specimen(
            "memorandum_gb_scan",
            lambda rng: make_company_paper("memorandum", rng),
            photo=False,
            quality=50,
            customer_type="business",
            verdict="rejected",
            code="document_kind_not_accepted",
        ),
        Specimen(
            "trade_licence_ae_scan",
            lambda rng: make_company_paper("trade_licence", rng),
            photo=False,
            quality=50,
            customer_type="business",
            verdict="review",
            code="document_special_status",
        ),
        Specimen(
            "id_de_back",
            _card("national_id", "D", "ID"),
            **_NATIONAL_ID,
            declared="passport",
            extra={"only": "back"},
        ),
        Specimen(
            "id_de_both_sides", _card("national_id", "D", "ID"), both_sides=True, **_NATIONAL_ID
        ),
        Specimen(
            "id_es_front", _card("national_id", "ESP", "ID"), **_NATIONAL_ID, declared="passport"
        ),
        Specimen("id_fr_1988", make_french_1988, **_NATIONAL_ID),
        Specimen("id_pl_td2", lambda rng: make_td2_card(rng, _VALID), **_NATIONAL_ID),
        Specimen(
            "id_ng_front_no_zone",
            _card("national_id", "NGA", "ID", with_zone=False),
            **_NATIONAL_ID,
            declared="drivers_license",
        ),
        Specimen("id_ke_front", _card("national_id", "KEN", "ID", with_zone=False), **_NATIONAL_ID),
        Specimen(
            "id_gh_both_sides_long_number",
            _card("national_id", "GHA", "ID", long_number=True),
            both_sides=True,
            **_NATIONAL_ID,
        ),
        Specimen(
            "id_cn_front",
            _card("national_id", "CHN", "I", with_zone=False),
            photo=False,
            **_NATIONAL_ID,
        ),
        Specimen("id_ae_front", _card("national_id", "ARE", "ID"), photo=False, **_NATIONAL_ID),
        Specimen(
            "id_ua_called_passport",
            _card("national_id", "UKR", "ID", with_zone=False),
            **_NATIONAL_ID,
            declared="passport",
        ),
        Specimen(
            "id_us_state",
            _aamva("FL", "FLORIDA", is_licence=False),
            both_sides=True,
            declared="drivers_license",
            long_side=1900,
            **_NATIONAL_ID,
        ),
        Specimen(
            "visa_gb_wide",
            lambda rng: make_visa("GBR", rng, expires=_VALID, wide=True),
            "rejected",
            "document_kind_not_accepted",
        ),
        Specimen(
            "visa_de_small",
            lambda rng: make_visa("D", rng, expires=_VALID, wide=False),
            "rejected",
            "document_kind_not_accepted",
            declared="passport",
        ),
        Specimen(
            "passport_fr_for_a_briton",
            _passport("FRA"),
            "rejected",
            "customer_country_mismatch",
            claim_country="GB",
        ),
        Specimen(
            "licence_de_for_a_pole",
            _licence("D"),
            "rejected",
            "customer_country_mismatch",
            claim_country="PL",
            both_sides=True,
            photo=False,
        ),
        Specimen(
            "passport_declared_a_licence",
            _passport("GBR"),
            "rejected",
            "document_kind_mismatch",
            declared="drivers_license",
        ),
        Specimen(
            "passport_of_a_child",
            _passport("GBR", born=date(2014, 7, 2)),
            "rejected",
            "customer_underage",
        ),
        Specimen(
            "passport_card_us_both_sides",
            _card("passport_card", "USA", "IP"),
            "review",
            "document_special_status",
            both_sides=True,
        ),
        Specimen(
            "travel_document_refugee",
            _passport("D", code="PR", nationality="XXB", title="TRAVEL DOCUMENT"),
            "review",
            "document_special_status",
        ),
        Specimen("licence_gb_front_only", _licence("GBR"), "retake", "document_back_missing"),
        Specimen(
            "permit_de_front_only",
            _card("resident_permit", "D", "AR", nationality="IND"),
            "retake",
            "document_back_missing",
        ),
        Specimen(
            "passport_gb_out_of_focus",
            _passport("GBR"),
            "retake",
            "image_blurred",
            defects=(("defocus", 0.6),),
        ),
        Specimen(
            "passport_ng_shaken",
            _passport("NGA"),
            "retake",
            "image_blurred",
            defects=(("motion", 0.9),),
        ),
        Specimen(
            "passport_es_glare_on_lines", _passport("ESP"), "retake", "image_glare", glare_on="mrz"
        ),
        Specimen(
            "passport_it_night",
            _passport("ITA"),
            "retake",
            "image_too_dark",
            defects=(("darkness", 1.0),),
        ),
        Specimen(
            "passport_gh_thumbnail",
            _passport("GHA"),
            "retake",
            "image_low_resolution",
            defects=(("downscale", 0.42),),
        ),
        Specimen(
            "passport_ke_lines_cut_off",
            _passport("KEN"),
            "retake",
            "mrz_not_found",
            photo=False,
            cut=0.21,
        ),
        Specimen(
            "desk_only", lambda rng: make_no_document("landscape", rng), photo=False, **_NOT_FOUND
        ),
        Specimen("receipt", lambda rng: make_no_document("receipt", rng), **_NOT_FOUND),
        Specimen("letter", lambda rng: make_no_document("letter", rng), **_NOT_FOUND),
        Specimen("bank_card", lambda rng: make_no_document("bank_card", rng), **_NOT_FOUND),
        Specimen("selfie", lambda rng: make_no_document("person", rng), photo=False, **_NOT_FOUND),
    ]
    return good + turned_away


def endless_set(count: int, seed: int) -> list[Specimen]:
    """Any number of passports and cards with random captures and mild to strong defects."""
    rng = random.Random(seed)
    specimens: list[Specimen] = []
    for n in range(count):
        state = rng.choice([code for code in STATES if code != "UTO"])
        kind = rng.choice(["passport", "passport", "passport", "permit", "id"])
        build = {
            "passport": _passport(state, code=rng.choice(["P", "P", "PP", "PD", "PO"])),
            "permit": _card("resident_permit", state, "IR", nationality="UTO"),
            "id": _card("national_id", state, "ID"),
        }[kind]
        defects = tuple(
            (name, round(rng.random() ** 2 * 0.5, 3)) for name in rng.sample(sorted(DEFECTS), 2)
        )
        specimens.append(
            Specimen(
                f"{kind}_{n:06d}",
                build,
                "unjudged",
                None,
                turn=rng.choice([0, 0, 90, 180, 270]) + rng.uniform(-12, 12),
                tilt=rng.uniform(0, 0.3),
                fill=rng.uniform(0.5, 0.95),
                long_side=rng.choice([900, 1200, 1600, 2400]),
                defects=defects,
                extra={} if kind == "passport" else {"only": "back"},
            )
        )
    return specimens


@dataclass(frozen=True, slots=True)
class Picture:
    """One file with what it shows."""

    content: bytes
    suffix: str
    truth: dict[str, object]


def make_pictures(specimen: Specimen, seed: int) -> tuple[FlatDocument, dict[str, Picture]]:
    """The document and its pictures by side."""
    rng = random.Random(f"{specimen.name}/{seed}")
    if specimen.file_format == "pdf":
        content, flat = certificate_pdf(specimen.build(rng).issuing_state, rng)
        return flat, {"front": Picture(content, "pdf", {"defects": []})}
    flat = specimen.build(rng)
    sides = {"front": flat.front}
    if specimen.extra.get("only") == "back" and flat.back:
        sides = {"front": flat.back}
    elif specimen.both_sides and flat.back:
        sides["back"] = flat.back
    if specimen.swapped:
        sides = {"front": sides["back"], "back": sides["front"]}
    return flat, {name: _picture(specimen, side, rng) for name, side in sides.items()}


def _picture(specimen: Specimen, side: FlatSide, rng: random.Random) -> Picture:
    bgr = side.page.bgr
    matrix = np.eye(3)
    if specimen.cut:
        bgr = bgr[: round(bgr.shape[0] * (1 - specimen.cut))]
    if specimen.photo:
        bgr, matrix = photograph(
            bgr,
            rng,
            long_side=specimen.long_side,
            turn=specimen.turn,
            tilt=specimen.tilt,
            fill=specimen.fill,
        )
    else:
        scale = min(1.0, specimen.long_side / max(bgr.shape[:2]))
        bgr = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(
            np.uint8
        )
        matrix = np.diag([scale, scale, 1.0])
    width, height = side.page.picture.size
    quads = {"document": _mapped([(0, 0), (width, 0), (width, height), (0, height)], matrix)}
    if side.page.mrz_quad and not specimen.cut:
        quads["mrz"] = _mapped(side.page.mrz_quad, matrix)
    for name, strength in specimen.defects:
        before = bgr.shape[1]
        bgr = DEFECTS[name](bgr, strength, rng)
        factor = bgr.shape[1] / before
        quads = {k: [(x * factor, y * factor) for x, y in quad] for k, quad in quads.items()}
    defects = [{"name": name, "strength": strength} for name, strength in specimen.defects]
    if specimen.glare_on:
        place = _glare_place(specimen.glare_on, quads, side.page)
        bgr = glare(bgr, 0.28 if specimen.glare_on == "mrz" else 0.16, rng, place)
        defects.append({"name": f"glare on {specimen.glare_on}", "strength": 1.0})
    if specimen.cut:
        defects.append({"name": "cut off", "strength": specimen.cut})
    content = _encoded(bgr, specimen)
    return Picture(
        content,
        specimen.file_format,
        {
            "width": bgr.shape[1],
            "height": bgr.shape[0],
            "defects": defects,
            "quads": {k: [[round(x, 1), round(y, 1)] for x, y in q] for k, q in quads.items()},
            "mrz": None
            if side.mrz_lines is None or specimen.cut
            else {"format": side.mrz_format, "lines": side.mrz_lines},
        },
    )


def _glare_place(
    where: str, quads: dict[str, list[tuple[float, float]]], page: Page
) -> tuple[float, float]:
    quad = np.array(quads["mrz" if where == "mrz" else "document"])
    if where == "mrz":
        x, y = quad.mean(axis=0)
        return float(x), float(y)
    # Over the shoulder of the portrait, where nothing is printed.
    x, y = quad[0] + 0.15 * (quad[1] - quad[0]) + 0.6 * (quad[3] - quad[0])
    return float(x), float(y)


def _mapped(
    points: list[tuple[float, float]], matrix: NDArray[np.float64]
) -> list[tuple[float, float]]:
    mapped = cv2.perspectiveTransform(np.array([points], np.float64), matrix)[0]
    return [(float(x), float(y)) for x, y in mapped]


def _encoded(bgr: Bgr, specimen: Specimen) -> bytes:
    picture = Image.fromarray(np.ascontiguousarray(bgr[:, :, ::-1]))
    options: dict[str, object] = {}
    if specimen.exif_orientation == 6:
        # Pixels lie a quarter turn anticlockwise; the tag says to turn them back.
        picture = picture.transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6
        options["exif"] = exif
    stream = io.BytesIO()
    match specimen.file_format:
        case "jpg":
            picture.save(stream, "JPEG", quality=specimen.quality, **options)
        case "png":
            picture.quantize(64).save(stream, "PNG", optimize=True)
        case "webp":
            picture.save(stream, "WEBP", quality=70)
        case "tiff":
            picture.save(stream, "TIFF", compression="jpeg", quality=70)
        case "heic":
            import pillow_heif

            pillow_heif.register_heif_opener()
            picture.save(stream, "HEIF", quality=60)
        case other:
            raise ValueError(f"no encoder for {other}")
    return stream.getvalue()


def write_set(specimens: list[Specimen], directory: Path, seed: int) -> None:
    """Pictures, each with its truth beside it as `<name>.json`."""
    directory.mkdir(parents=True, exist_ok=True)
    for specimen in specimens:
        flat, pictures = make_pictures(specimen, seed)
        files: dict[str, str] = {}
        for side, picture in pictures.items():
            name = f"{specimen.name}.{picture.suffix}"
            if len(pictures) > 1:
                name = f"{specimen.name}.{side}.{picture.suffix}"
            (directory / name).write_bytes(picture.content)
            files[side] = name
        truth = {
            "files": files,
            "kind": flat.kind,
            "issuing_state": flat.issuing_state,
            "country": flat.country,
            "fields": flat.front.fields,
            "sides": {side: picture.truth for side, picture in pictures.items()},
            "customer": {
                "type": specimen.customer_type,
                "country": specimen.claim_country or flat.country or "GB",
                "document_type": specimen.declared,
            },
            "verdict": specimen.verdict,
            "code": specimen.code,
        }
        text = json.dumps(truth, ensure_ascii=False, indent=1)
        (directory / f"{specimen.name}.json").write_text(text + "\n", "utf-8")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "specimens")
    parser.add_argument("--count", type=int, default=0, help="a random set of this size instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chosen = endless_set(options.count, options.seed) if options.count else committed_set()
    write_set(chosen, options.out, options.seed)
    sys.stdout.write(f"{len(chosen)} documents in {options.out.name}\n")


if __name__ == "__main__":
    main()
