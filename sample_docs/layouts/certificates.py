"""Certificates of incorporation as registries word them, and company papers that are none.

Titles, labels and sentences follow the registries' own; companies, numbers and dates are made up.
"""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from sample_docs.canvas import Page
from sample_docs.fonts import TITLES, VISUAL
from sample_docs.layouts.side import FlatDocument, FlatSide

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

_OWN_NAMES: Final = (
    "BRIGHTWATER TRADING",
    "OAKFIELD ANALYTICS",
    "SUNBIRD LOGISTICS",
    "HARBOUR LIGHT FOODS",
    "TWELVE ACRE & DAUGHTERS",
    "KINGFISHER 24 SYSTEMS",
)
_ONES: Final = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
_ORDINALS: Final = [
    "First",
    "Second",
    "Third",
    "Fourth",
    "Fifth",
    "Sixth",
    "Seventh",
    "Eighth",
    "Ninth",
    "Tenth",
    "Eleventh",
    "Twelfth",
    "Thirteenth",
    "Fourteenth",
    "Fifteenth",
    "Sixteenth",
    "Seventeenth",
    "Eighteenth",
    "Nineteenth",
    "Twentieth",
]
_TEENS: Final = [
    "Ten",
    "Eleven",
    "Twelve",
    "Thirteen",
    "Fourteen",
    "Fifteen",
    "Sixteen",
    "Seventeen",
    "Eighteen",
    "Nineteen",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line: centred, or a label with its value beside it."""

    text: str
    size_mm: float = 2.6
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company that does not exist."""

    own_name: str
    day: date
    rng: random.Random

    def digits(self, count: int) -> str:
        """Figures of a number that is nobody's, as far as chance can tell."""
        return str(self.rng.randint(1, 9)) + "".join(
            str(self.rng.randint(0, 9)) for _ in range(count - 1)
        )

    def letters(self, count: int) -> str:
        """Capitals of a number."""
        return "".join(self.rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(count))


_Drawn = tuple[list[Row], str, str]
"""Rows, the company's name, its number as printed."""


def _ordinal(day: int) -> str:
    suffix = "th" if day in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"


def _in_words(day: date) -> str:
    tens, ones = divmod(day.year - 2000, 10)
    year = _TEENS[ones] if tens == 1 else f"Twenty {_ONES[ones]}" if ones else "Twenty"
    return f"{_ORDINALS[day.day - 1]} day of {day:%B} Two thousand {year.casefold()}"


def _great_britain(company: Company) -> _Drawn:
    name, number = f"{company.own_name} LIMITED", f"{int(company.digits(8)):08d}"
    rows = [
        Row("CERTIFICATE OF INCORPORATION", 4.4),
        Row("OF A PRIVATE LIMITED COMPANY", 3.4),
        Row(f"Company Number {number}", 3.4),
        Row("The Registrar of Companies for England and Wales, hereby certifies that"),
        Row(name, 3.6),
        Row("is this day incorporated under the Companies Act 2006 as a private"),
        Row("company, that the company is limited by shares, and the situation of"),
        Row("its registered office is in England and Wales"),
        Row(
            f"Given at Companies House, Cardiff, on {_ordinal(company.day.day)} {company.day:%B %Y}"
        ),
    ]
    return rows, name, number


def _nigeria(company: Company) -> _Drawn:
    name, number = f"{company.own_name} LIMITED", f"RC {company.digits(7)}"
    rows = [
        Row("FEDERAL REPUBLIC OF NIGERIA", 3.0),
        Row("Corporate Affairs Commission", 3.2),
        Row("CERTIFICATE OF INCORPORATION", 4.4),
        Row("OF A PRIVATE COMPANY LIMITED BY SHARES", 3.0),
        Row(number, 3.4),
        Row("The Registrar-General hereby certifies that"),
        Row(name, 3.6),
        Row("is this day incorporated under the Companies and Allied Matters Act 2020"),
        Row("as a private company and is limited by shares"),
        Row("Given under my hand and the seal of the Commission at Abuja"),
        Row(f"this {_ordinal(company.day.day)} day of {company.day:%B, %Y}"),
    ]
    return rows, name, number


def _kenya(company: Company) -> _Drawn:
    name, number = f"{company.own_name} LIMITED", f"PVT-{company.letters(3)}{company.digits(4)}"
    rows = [
        Row("REPUBLIC OF KENYA", 3.2),
        Row("BUSINESS REGISTRATION SERVICE", 3.0),
        Row("The Companies Act, 2015"),
        Row("CERTIFICATE OF INCORPORATION", 4.4),
        Row(f"No. {number}", 3.2),
        Row("I hereby certify that", 2.8),
        Row(name, 3.6),
        Row("is this day incorporated under the Companies Act, 2015"),
        Row("and that the company is LIMITED"),
        Row(
            f"Given under my hand at Nairobi this {_ordinal(company.day.day)} day of {company.day:%B %Y}"
        ),
        Row("Registrar of Companies"),
    ]
    return rows, name, number


def _ghana(company: Company) -> _Drawn:
    name, number = f"{company.own_name} LTD", f"CS{company.digits(9)}"
    rows = [
        Row("REPUBLIC OF GHANA", 3.2),
        Row("OFFICE OF THE REGISTRAR OF COMPANIES", 3.0),
        Row("CERTIFICATE OF INCORPORATION", 4.4),
        Row(f"Company Registration Number: {number}", 3.0),
        Row("I hereby certify that", 2.8),
        Row(name, 3.6),
        Row("is this day incorporated under the Companies Act, 2019 (Act 992)"),
        Row("and that the liability of its members is limited by shares"),
        Row("Given under my hand and official seal at Accra, this"),
        Row(f"{_ordinal(company.day.day)} day of {company.day:%B %Y}"),
    ]
    return rows, name, number


def _south_africa(company: Company) -> _Drawn:
    name = f"{company.own_name} (PTY) LTD"
    number = f"{company.day.year} / {company.digits(6)} / 07"
    rows = [
        Row("Certificate issued by the Companies and Intellectual Property Commission"),
        Row("COR14.3: Registration Certificate", 4.2),
        Row("Registration Number", 2.8, number),
        Row("Enterprise Name", 2.8, name),
        Row("Registration Date", 2.8, f"{company.day:%d/%m/%Y}"),
        Row("Enterprise Type", 2.8, "Private Company"),
        Row("Enterprise Status", 2.8, "In Business"),
        Row("Financial Year End", 2.8, "February"),
    ]
    return rows, name, number


def _delaware(company: Company) -> _Drawn:
    name, number = f"{company.own_name}, INC.", company.digits(7)
    rows = [
        Row("State of Delaware", 2.8),
        Row("Secretary of State", 2.4),
        Row("Division of Corporations", 2.4),
        Row(f"FILED 10:20 AM {company.day:%m/%d/%Y}", 2.4),
        Row(f"File Number {number}", 2.6),
        Row("CERTIFICATE OF INCORPORATION", 4.2),
        Row("OF", 2.8),
        Row(name, 3.6),
        Row(f"FIRST: The name of this corporation is {name}"),
        Row("SECOND: Its registered office in the State of Delaware is to be located"),
        Row("at 100 Example Street, in the City of Wilmington, County of New Castle"),
        Row("THIRD: The purpose of the corporation is to engage in any lawful act"),
    ]
    return rows, name, number


def _france(company: Company) -> _Drawn:
    name = company.own_name.replace("&", "ET")
    digits = company.digits(9)
    number = f"{digits[:3]} {digits[3:6]} {digits[6:]}"
    rows = [
        Row("Greffe du Tribunal de Commerce de Paris", 2.8),
        Row("Extrait Kbis", 4.4),
        Row("EXTRAIT D'IMMATRICULATION PRINCIPALE AU REGISTRE DU", 2.6),
        Row("COMMERCE ET DES SOCIÉTÉS", 2.6),
        Row("à jour au 12 janvier 2026", 2.4),
        Row("IDENTIFICATION DE LA PERSONNE MORALE", 2.8),
        Row("Immatriculation au RCS, numéro", 2.4, f"{number} R.C.S. Paris"),
        Row("Date d'immatriculation", 2.4, f"{company.day:%d/%m/%Y}"),
        Row("Dénomination ou raison sociale", 2.4, name),
        Row("Forme juridique", 2.4, "Société par actions simplifiée"),
        Row("Capital social", 2.4, "10 000,00 Euros"),
        Row("Adresse du siège", 2.4, "1 rue de l'Exemple 75000 Paris"),
        Row("Durée de la personne morale", 2.4, "99 années"),
    ]
    return rows, name, number


def _germany(company: Company) -> _Drawn:
    name, number = f"{company.own_name.title()} GmbH", f"HRB {company.digits(6)} B"
    rows = [
        Row("Handelsregister B des Amtsgerichts Charlottenburg", 3.2),
        Row("Handelsregisterauszug", 4.2),
        Row("Wiedergabe des aktuellen Registerinhalts", 2.6),
        Row("Nummer der Firma", 2.6, number),
        Row("1. Anzahl der bisherigen Eintragungen", 2.4, "1"),
        Row("2. a) Firma", 2.4, name),
        Row("b) Sitz", 2.4, "Berlin"),
        Row("3. Grund- oder Stammkapital", 2.4, "25.000,00 EUR"),
        Row("Tag der ersten Eintragung", 2.4, f"{company.day:%d.%m.%Y}"),
        Row("Rechtsform", 2.4, "Gesellschaft mit beschränkter Haftung"),
    ]
    return rows, name, number


def _abu_dhabi(company: Company) -> _Drawn:
    name, number = f"{company.own_name} LTD", f"{int(company.digits(5)):09d}"
    rows = [
        Row("ABU DHABI GLOBAL MARKET", 3.4),
        Row("REGISTRATION AUTHORITY", 2.8),
        Row("CERTIFICATE OF INCORPORATION", 4.4),
        Row(f"Registration Number: {number}", 3.0),
        Row("The Registrar hereby certifies that"),
        Row(name, 3.6),
        Row("is this day incorporated in the Abu Dhabi Global Market under the"),
        Row("Companies Regulations 2020 as a private company limited by shares"),
        Row(f"Dated {company.day:%d %B %Y}", 2.8),
    ]
    return rows, name, number


def _india(company: Company) -> _Drawn:
    name = f"{company.own_name} PRIVATE LIMITED"
    number = f"U{company.digits(5)}MH{company.day.year}PTC{company.digits(6)}"
    rows = [
        Row("GOVERNMENT OF INDIA", 3.0),
        Row("MINISTRY OF CORPORATE AFFAIRS", 3.0),
        Row("Central Registration Centre", 2.6),
        Row("Certificate of Incorporation", 4.2),
        Row("[Pursuant to sub-section (2) of section 7 of the Companies Act, 2013]", 2.4),
        Row("I hereby certify that"),
        Row(name, 3.4),
        Row(f"is incorporated on this {_in_words(company.day)}"),
        Row("under the Companies Act, 2013 (18 of 2013) and that the company is"),
        Row("limited by shares."),
        Row("The Corporate Identity Number of the company is"),
        Row(f"{number}.", 2.8),
        Row(f"Given under my hand at Manesar this {_in_words(company.day)}."),
    ]
    return rows, name, number


def _singapore(company: Company) -> _Drawn:
    name, number = f"{company.own_name} PTE. LTD.", f"{company.day.year}{company.digits(5)}K"
    rows = [
        Row("ACCOUNTING AND CORPORATE REGULATORY AUTHORITY", 2.8),
        Row("(ACRA)", 2.8),
        Row("CERTIFICATE CONFIRMING INCORPORATION OF COMPANY", 3.4),
        Row(f"UEN: {number}", 3.0),
        Row("This is to confirm that"),
        Row(name, 3.4),
        Row("is incorporated under the Companies Act 1967, on and from"),
        Row(f"{company.day:%d/%m/%Y} and that the company is a private company limited by shares."),
        Row(f"Given under my hand and seal on {company.day:%d/%m/%Y}."),
    ]
    return rows, name, number


_REGISTRIES: Final[dict[str, tuple[str, str, str, Callable[[Company], _Drawn]]]] = {
    "GBR": ("GB", "GB-EAW", "REGISTRAR OF COMPANIES FOR ENGLAND AND WALES", _great_britain),
    "NGA": ("NG", "NG", "CORPORATE AFFAIRS COMMISSION", _nigeria),
    "KEN": ("KE", "KE", "BUSINESS REGISTRATION SERVICE", _kenya),
    "GHA": ("GH", "GH", "OFFICE OF THE REGISTRAR OF COMPANIES", _ghana),
    "ZAF": ("ZA", "ZA", "COMPANIES AND INTELLECTUAL PROPERTY COMMISSION", _south_africa),
    "USA": ("US", "US-DE", "STATE OF DELAWARE", _delaware),
    "FRA": ("FR", "FR", "REGISTRE DU COMMERCE ET DES SOCIETES", _france),
    "D": ("DE", "DE", "AMTSGERICHTS", _germany),
    "ARE": ("AE", "AE-AZ", "ABU DHABI GLOBAL MARKET", _abu_dhabi),
    "IND": ("IN", "IN", "MINISTRY OF CORPORATE AFFAIRS", _india),
    "SGP": ("SG", "SG", "ACCOUNTING AND CORPORATE REGULATORY AUTHORITY", _singapore),
}
"""By issuing state: country, jurisdiction (ISO 3166), the registry, its wording."""
REGISTRY_STATES: Final = tuple(_REGISTRIES)


def _memorandum(company: Company) -> list[Row]:
    return [
        Row("THE COMPANIES ACT 2006", 3.0),
        Row("PRIVATE COMPANY LIMITED BY SHARES", 3.0),
        Row("MEMORANDUM AND ARTICLES OF ASSOCIATION", 3.6),
        Row(f"OF {company.own_name} LIMITED", 3.4),
        Row("1. Each subscriber to this memorandum of association wishes to form a"),
        Row("company under the Companies Act 2006 and agrees to become a member."),
        Row("2. On the issue of the certificate of incorporation the company may"),
        Row("begin to trade."),
        Row("3. The liability of the members is limited."),
    ]


def _tax_certificate(company: Company) -> list[Row]:
    return [
        Row("FEDERAL INLAND REVENUE SERVICE", 3.2),
        Row("TAX CLEARANCE CERTIFICATE", 4.2),
        Row("This is to certify that"),
        Row(f"{company.own_name} LIMITED", 3.4),
        Row("has paid its taxes for the past three years"),
        Row("Registration Number", 2.6, f"RC {company.digits(7)}"),
        Row("Date of incorporation", 2.6, f"{company.day:%d/%m/%Y}"),
    ]


def _status_report(company: Company) -> list[Row]:
    return [
        Row("Corporate Affairs Commission", 3.2),
        Row("STATUS REPORT", 4.2),
        Row("Company Name", 2.6, f"{company.own_name} LIMITED"),
        Row("Registration Number", 2.6, f"RC {company.digits(7)}"),
        Row("Date of Registration", 2.6, f"{company.day:%d/%m/%Y}"),
        Row("Status", 2.6, "ACTIVE"),
    ]


def _annual_return(company: Company) -> list[Row]:
    return [
        Row("Companies House", 3.2),
        Row("AR01 Annual Return", 4.0),
        Row("Company Name", 2.6, f"{company.own_name} LIMITED"),
        Row("Company Number", 2.6, company.digits(8)),
        Row("Date of this return", 2.6, f"{company.day:%d/%m/%Y}"),
    ]


def _trade_licence(company: Company) -> list[Row]:
    return [
        Row("GOVERNMENT OF DUBAI", 3.0),
        Row("Department of Economy and Tourism", 3.0),
        Row("COMMERCIAL LICENSE", 4.2),
        Row("License No.", 2.6, company.digits(6)),
        Row("Company Name", 2.6, f"{company.own_name} L.L.C"),
        Row("Issue Date", 2.6, f"{company.day:%d/%m/%Y}"),
        Row("Expiry Date", 2.6, "11/03/2027"),
    ]


def _change_of_name(company: Company) -> list[Row]:
    return [
        Row("CERTIFICATE OF INCORPORATION", 4.2),
        Row("ON CHANGE OF NAME", 3.6),
        Row(f"Company Number {company.digits(8)}", 3.2),
        Row("The Registrar of Companies for England and Wales hereby certifies that under"),
        Row("the Companies Act 2006"),
        Row(f"{company.own_name} LIMITED", 3.4),
        Row("a company incorporated as private limited by shares has changed its name to"),
        Row("LANTERN & LEAF LIMITED", 3.4),
        Row(f"Given at Companies House on {_ordinal(company.day.day)} {company.day:%B %Y}"),
    ]


_PAPERS: Final[dict[str, tuple[str, str, Callable[[Company], list[Row]]]]] = {
    "memorandum": ("GBR", "GB", _memorandum),
    "tax_certificate": ("NGA", "NG", _tax_certificate),
    "status_report": ("NGA", "NG", _status_report),
    "annual_return": ("GBR", "GB", _annual_return),
    "trade_licence": ("ARE", "AE", _trade_licence),
    "change_of_name": ("GBR", "GB", _change_of_name),
}
COMPANY_PAPERS: Final = tuple(_PAPERS)


def make_company(rng: random.Random) -> Company:
    """A name of the list with a day on which it was never incorporated."""
    day = date(2012, 1, 1) + timedelta(days=rng.randrange(13 * 365))
    return Company(rng.choice(_OWN_NAMES), day.replace(day=min(day.day, 20)), rng)


def certificate_rows(state: str, rng: random.Random) -> tuple[list[Row], dict[str, str]]:
    """Rows of the registry's certificate, and the fields that they state, as a reader names them."""
    _, jurisdiction, registry, wording = _REGISTRIES[state]
    company = make_company(rng)
    rows, name, number = wording(company)
    rows.append(Row("SPECIMEN", 2.2))
    return rows, {
        "registry": registry,
        "jurisdiction": jurisdiction,
        "company_name": name.rstrip("."),
        "registration_number": "".join(number.split()),
        "date_of_incorporation": company.day.isoformat(),
    }


def make_certificate(state: str, rng: random.Random) -> FlatDocument:
    """A sheet as it comes from a scanner."""
    rows, fields = certificate_rows(state, rng)
    country = _REGISTRIES[state][0]
    page = _drawn(rows, rng)
    return FlatDocument("certificate_of_incorporation", state, country, FlatSide(page, fields))


def make_company_paper(what: str, rng: random.Random) -> FlatDocument:
    """A paper of a company that is no certificate of incorporation, by the names in COMPANY_PAPERS."""
    state, country, wording = _PAPERS[what]
    return FlatDocument("other", state, country, FlatSide(_drawn(wording(make_company(rng)), rng)))


def certificate_pdf(state: str, rng: random.Random) -> tuple[bytes, FlatDocument]:
    """The same as a PDF with a text layer."""
    rows, fields = certificate_rows(state, rng)
    flat = make_certificate(state, random.Random(0))
    flat.front.fields = fields
    return pdf_of([rows]), flat


def company_paper_rows(what: str, rng: random.Random) -> list[Row]:
    """Rows of a company paper, for a PDF."""
    return _PAPERS[what][2](make_company(rng))


def pdf_of(
    pages: list[list[Row]], *, hidden: list[Row] | None = None, scan: Page | None = None
) -> bytes:
    """A PDF, page by page, with its text as layer.

    Args:
        pages: printed rows.
        hidden: rows of the first page that are in its layer alone.
        scan: a picture that fills the first page, below the rows.

    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    for number, rows in enumerate(pages):
        if scan and number == 0:
            canvas.drawImage(ImageReader(scan.picture), 0, 0, *A4)
        _type(canvas, rows, A4, mode=0)
        if hidden and number == 0:
            _type(canvas, hidden, A4, mode=3)  # neither filled nor stroked
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _type(canvas: "Canvas", rows: list[Row], size: tuple[float, float], *, mode: int) -> None:
    width, height = size
    for n, row in enumerate(rows):
        y = height - 100 - 44 * n
        face = "Helvetica-Bold" if row.size_mm > 3.2 else "Helvetica"
        points = row.size_mm * 4
        text = canvas.beginText()
        text.setTextRenderMode(mode)
        text.setFont(face, points)
        if row.value is None:
            text.setTextOrigin((width - canvas.stringWidth(row.text, face, points)) / 2, y)
            text.textOut(row.text)
            canvas.drawText(text)
            continue
        text.setTextOrigin(60, y)
        text.textOut(row.text)
        text.setTextOrigin(280, y)
        text.textOut(row.value)
        canvas.drawText(text)


def _drawn(rows: list[Row], rng: random.Random) -> Page:
    page = Page(148, 210, (250, 248, 240))
    page.guilloche(rng, (170, 160, 120), 0.2)
    title, plain = rng.choice(TITLES), rng.choice(VISUAL[:2])
    for n, row in enumerate(rows):
        y = 26 + 13.5 * n
        size = row.size_mm * 0.8
        if row.value is None:
            page.text(74, y, row.text, size, name=title if size > 2.5 else plain, anchor="ms")
        else:
            page.text(14, y, row.text, size, name=plain)
            page.text(78, y, row.value, size, name=plain)
    return page
