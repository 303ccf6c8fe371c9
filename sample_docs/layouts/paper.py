"""Certificates of incorporation, and things that are no document."""

import io
import random

import numpy as np
from PIL import Image, ImageDraw

from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.side import FlatDocument, FlatSide

_COMPANIES = (
    "BRIGHTWATER TRADING",
    "OAKFIELD ANALYTICS",
    "SUNBIRD LOGISTICS",
    "HARBOUR LIGHT FOODS",
)
_REGISTRIES = {
    "GBR": (
        "GB",
        "THE REGISTRAR OF COMPANIES FOR ENGLAND AND WALES",
        "Companies House",
        "Company Number",
        "LIMITED",
    ),
    "NGA": (
        "NG",
        "FEDERAL REPUBLIC OF NIGERIA",
        "Corporate Affairs Commission",
        "RC Number",
        "LIMITED",
    ),
    "KEN": (
        "KE",
        "REPUBLIC OF KENYA",
        "Business Registration Service",
        "Registration Number",
        "LIMITED",
    ),
    "USA": ("US", "STATE OF DELAWARE", "Secretary of State", "File Number", "INC."),
}


def certificate_lines(
    state: str, rng: random.Random
) -> tuple[list[tuple[str, float]], dict[str, str]]:
    """Lines with their size, and the fields they state."""
    _, authority, office, label, form = _REGISTRIES[state]
    company = f"{rng.choice(_COMPANIES)} {form}"
    number = f"{rng.randint(10**6, 10**8):08d}"
    lines = [
        (authority, 3.6),
        (office, 3.0),
        ("CERTIFICATE OF INCORPORATION", 5.0),
        ("OF A PRIVATE LIMITED COMPANY", 3.0),
        (f"{label}: {number}", 3.4),
        ("It is hereby certified that", 3.0),
        (f"Company name: {company}", 3.6),
        ("is this day incorporated under the Companies Act", 3.0),
        ("and that the company is limited.", 3.0),
        (f"Given on {rng.randint(1, 28)} March {rng.randint(2012, 2025)}", 3.0),
        ("SPECIMEN", 2.4),
    ]
    return lines, {"company_name": company, "registration_number": number}


def make_certificate(state: str, rng: random.Random) -> FlatDocument:
    """A scanned sheet."""
    lines, fields = certificate_lines(state, rng)
    page = Page(148, 210, (250, 248, 240))
    page.guilloche(rng, (170, 160, 120), 0.2)
    face = rng.choice(TITLES)
    for n, (text, size) in enumerate(lines):
        page.text(74, 34 + 15 * n, text, size * 0.8, name=face, anchor="ms")
    return FlatDocument(
        "certificate_of_incorporation", state, _REGISTRIES[state][0], FlatSide(page, fields)
    )


def certificate_pdf(state: str, rng: random.Random) -> tuple[bytes, FlatDocument]:
    """The same as a PDF with a text layer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen.canvas import Canvas

    lines, fields = certificate_lines(state, rng)
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    for n, (text, size) in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if size > 3.5 else "Helvetica", size * 4)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 110 - 48 * n, text)
    canvas.save()
    flat = make_certificate(state, random.Random(0))
    flat.front.fields = fields
    return stream.getvalue(), flat


def make_no_document(what: str, rng: random.Random) -> FlatDocument:
    """A receipt, a letter, a bank card, a landscape, a person: things people send by mistake."""
    if what == "landscape":
        page = _landscape(rng)
    elif what == "person":
        page = Page(90, 120, (200, 210, 220))
        page.portrait(0, 0, 90, 120, rng)
    elif what == "bank_card":
        page = Page(85.6, 54, (40, 60, 90))
        page.guilloche(rng, (140, 160, 200))
        page.text(6, 32, "0000 1111 2222 3333", 3.6, name=VISUAL[4], colour=(235, 235, 235))
        page.text(6, 45, "THE EXAMPLE BANK", 2.2, name=TITLES[0], colour=(235, 235, 235))
    else:
        page = _sheet(what, rng)
    return FlatDocument("none", "", None, FlatSide(page))


def _sheet(what: str, rng: random.Random) -> Page:
    page = Page(80 if what == "receipt" else 148, 150, (250, 250, 246))
    lines = {
        "receipt": [
            "CORNER SHOP",
            "Bread      2.40",
            "Milk       1.15",
            "Apples     3.05",
            "Coffee     6.90",
            "TOTAL     13.50",
            "CARD PAYMENT",
            "THANK YOU",
        ],
        "letter": [
            "Dear neighbour,",
            "the garden party starts at four on",
            "Saturday. Please bring a chair",
            "and something to share.",
            "The music ends at ten.",
            "Best wishes,",
            "The committee",
        ],
    }[what]
    for n, text in enumerate(lines):
        page.text(8, 20 + 12 * n, text, 3.2, name=VISUAL[4 if what == "receipt" else 2])
    return page


def _landscape(rng: random.Random) -> Page:
    page = Page(120, 90, (150, 190, 230))
    width, height = page.picture.size
    draw = ImageDraw.Draw(page.picture)
    for layer in range(4):
        points = [(0, height)]
        y = height * (0.35 + 0.15 * layer)
        for x in range(0, width + 40, 40):
            y += rng.uniform(-22, 22)
            points.append((x, y))
        points.append((width, height))
        shade = 150 - 30 * layer
        draw.polygon(points, fill=(shade // 2, shade, shade // 2 + 10))
    noise = np.random.default_rng(rng.randrange(1 << 30)).integers(
        -14, 15, (height, width, 3), np.int16
    )
    pixels = np.clip(np.asarray(page.picture, np.int16) + noise, 0, 255).astype(np.uint8)
    page.picture = Image.fromarray(pixels)
    return page
