"""What the stages measured or read: numbers, text and quads, with no judgement in them.

Three answers that are not evidence are kept apart: `Absent` (looked, nothing there), `Unexamined`
(nobody looked) and `Failed` (the stage broke or ran out of time). Only the first says anything of
the picture. Points are pixels of the full-size upright picture of their side, x before y, quads
clockwise from the top left corner of the text or document as a person would hold it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final, TypeVar

from service.mrz.parse import Zone
from service.screening.claim import Claim, History, Kind, Side
from service.vision.geometry import contains

Point = tuple[float, float]
Quad = tuple[Point, Point, Point, Point]


def as_quad(points: Iterable[Iterable[float]]) -> Quad:
    """Four corners, such as an array (4, 2), as plain numbers."""
    a, b, c, d = ((float(x), float(y)) for x, y in points)
    return a, b, c, d


def centre_of(quad: Quad) -> Point:
    """The mean of a quad's corners."""
    return sum(x for x, _ in quad) / 4, sum(y for _, y in quad) / 4


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked, and nothing is there."""


@dataclass(frozen=True, slots=True)
class Unexamined:
    """Nobody looked; `why` in a word for the ledger."""

    why: str = "not needed"


@dataclass(frozen=True, slots=True)
class Failed:
    """The stage broke or ran out of time; `why` names the cause without personal data."""

    why: str


_T = TypeVar("_T")


def found(evidence: tuple[_T, ...] | Absent | Unexamined | Failed) -> tuple[_T, ...]:
    """What a stage found; nothing where nothing was there or nobody looked."""
    return evidence if isinstance(evidence, tuple) else ()


@dataclass(frozen=True, slots=True)
class Frame:
    """The upright picture itself.

    Attributes:
        format: file format by content, e.g. "jpeg", "pdf".
        width_px, height_px: size of the upright picture as sent.
        chroma: mean absolute distance of colours from grey, 0 to 255.
        software: an image editor named in the metadata, else None.
        fingerprint: 576-bit perceptual hash as 144 hexadecimal digits; empty where hardly anything
            is seen.
        text_layer: text of a PDF page's own text layer, empty for pictures.

    """

    format: str
    width_px: int
    height_px: int
    chroma: float
    software: str | None
    fingerprint: str
    text_layer: str = ""


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page as the layout network sees it: evidence of what lies there, never a proof.

    Attributes:
        layout: "passport_page", "card_front", "card_back", "paper" or "other_page" (a cover or an
            inner page of a book).
        confidence: mean probability over its area, 0 to 1.
        quad: its corners, as it reads.
        share: of the picture's area.

    """

    layout: str
    confidence: float
    quad: Quad
    share: float


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the document lies.

    Attributes:
        quad: its corners.
        coverage_fraction: its share of the picture's area.
        cut_off_fraction: the share of its text lines that end at the picture's edge, where letters
            are likely missing. A scan cropped to the page itself has none.
        tilt_deg: how far the page leans away from the camera's plane, from the perspective.
        rotation_deg: clockwise turn that makes its text upright: 0, 90, 180 or 270.
        is_page: False where it is only the hull of the text, with no visible border.

    """

    quad: Quad
    coverage_fraction: float
    cut_off_fraction: float
    tilt_deg: float
    rotation_deg: int
    is_page: bool


@dataclass(frozen=True, slots=True)
class TextQuality:
    """Numbers where text has to be read, not of the background.

    Attributes:
        field: which text: "mrz", "text" (the visual zone) or a field's name.
        quad: where it was measured.
        text_height_px: height of capital letters in pixels of the picture as sent.
        edge_width_strokes: width of the edges of letters, in widths of their strokes: about 0.4
            sharp, above 1 the edges fill the strokes.
        contrast: ink against paper, 0 to 1, by robust percentiles of luminance.
        luminance: median of the paper, 0 to 1.
        clipped_fraction: share of the text's area in blown-out blobs without texture.

    """

    field: str
    quad: Quad
    text_height_px: float
    edge_width_strokes: float
    contrast: float
    luminance: float
    clipped_fraction: float


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of the visual zone, as an engine read it (`likelihood` 0 to 1)."""

    text: str
    likelihood: float
    quad: Quad


class ReadingState(StrEnum):
    """How far an MRZ reading can be trusted."""

    READ = "read"
    """every check digit of its format agrees, or every character was read with certainty"""
    GUESSED = "guessed"
    """lines of the right form, but a digit fails or a character is doubtful"""
    UNREADABLE = "unreadable"
    """there is a zone, but no reading of it stands"""


@dataclass(frozen=True, slots=True)
class CharacterRepair:
    """A character put right by the grammar. `line` and `column` from 1."""

    line: int
    column: int
    read: str
    mended: str
    because: str


@dataclass(frozen=True, slots=True)
class MrzReading:
    """What is known of the machine readable zone.

    Attributes:
        quad: around all its lines.
        is_cut_off: lines run into the edge of the picture.
        zone: parsed lines; None when unreadable.
        confidence: probability that every character is right, 0 to 1.
        engines: the readers that gave this reading, in order of trust.
        repairs: characters put right by the grammar.
        lines: around the capitals of each line.
        character_confidence: probability of each character of `zone`, by line; empty where the
            reader tells none.

    """

    state: ReadingState
    quad: Quad
    is_cut_off: bool
    zone: Zone | None
    confidence: float
    engines: tuple[str, ...]
    repairs: tuple[CharacterRepair, ...] = ()
    lines: tuple[Quad, ...] = ()
    character_confidence: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class BarcodeReading:
    """A decoded barcode. `payload` holds its raw bytes; `symbology` e.g. "PDF417"."""

    symbology: str
    payload: bytes
    quad: Quad


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A printed document title found in the text.

    Attributes:
        title: as our table has it.
        kind: what the title names.
        subkind: the table's finer word, e.g. "voter_card", where `kind` is OTHER.
        decisive: the title alone names the kind.
        countries: alpha-3 codes of issuers known to print it; empty where many do.
        score: likeness of print and title, 0 to 1.
        language: ISO 639-1 code of the title.
        share_down: how far down the text it stands, 0 to 1.

    """

    title: str
    kind: Kind
    subkind: str
    decisive: bool
    countries: tuple[str, ...]
    score: float
    quad: Quad
    language: str = ""
    share_down: float = 0.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A pattern that repeats over the whole page in two directions at right angles.

    Attributes:
        excess: how far the fainter of the two directions stands above the spectrum around it, as
            the natural logarithm of power; fine photos reach 1.7.
        period_px: of the stronger direction, in the picture as sent.
        lean_deg: angle between the grid and the text, 0 to 45.

    """

    excess: float
    period_px: float
    lean_deg: float


@dataclass(frozen=True, slots=True)
class Surface:
    """What the page's surface tells of how the picture came about and of what lies on the page.

    Attributes:
        grid: of a screen's pixels or of a print's halftone.
        colour_spread: distance in CIE Lab (8-bit steps) of the most colourful hundredth of the
            page from the cast of the light; a grey copy has next to none, whatever the light.
        holes: round, even spots of another shade, of the size of a punch.
        cut_corners: where a straight cut took a corner of the page.
        covered_fraction: longest stretch of a line of the zone without any ink, of its length;
            blown-out stretches are left out, they are reflections.
        covered_lines: of the visual zone's print, those on part of which something lies.
        blinded_lines: those in part of which light hides the print.

    """

    grid: Grid | Unexamined = field(default_factory=Unexamined)
    colour_spread: float | Unexamined = field(default_factory=Unexamined)
    holes: tuple[Quad, ...] | Unexamined = field(default_factory=Unexamined)
    cut_corners: tuple[Quad, ...] | Unexamined = field(default_factory=Unexamined)
    covered_fraction: float | Unexamined = field(default_factory=Unexamined)
    covered_lines: tuple[Quad, ...] | Unexamined = field(default_factory=Unexamined)
    blinded_lines: tuple[Quad, ...] | Unexamined = field(default_factory=Unexamined)


@dataclass(frozen=True, slots=True)
class ZoneInPrint:
    """Which fields of a passport's zone its page prints too.

    Attributes:
        stated: those that were found: of number, surname, given_names, date_of_birth and
            date_of_expiry.
        missed: those that clear print holds in no line.

    """

    stated: frozenset[str]
    missed: frozenset[str] = frozenset()

    @property
    def is_holders(self) -> bool:
        """Whether number and one field more, or both names, are the zone's: anybody can print both.

        A number alone is what a card or paper over the page may have left in sight.
        """
        is_number = "number" in self.stated and len(self.stated) > 1
        return is_number or self.stated >= {"surname", "given_names"}


@dataclass(frozen=True, slots=True)
class SideEvidence:
    """All that one picture told."""

    frame: Frame
    layouts: tuple[PageLayout, ...] | Absent | Unexamined | Failed = field(
        default_factory=Unexamined
    )
    outline: Outline | Absent | Unexamined | Failed = field(default_factory=Unexamined)
    text_quality: tuple[TextQuality, ...] | Absent | Unexamined | Failed = field(
        default_factory=Unexamined
    )
    mrz: MrzReading | Absent | Unexamined | Failed = field(default_factory=Unexamined)
    more_zones: tuple[MrzReading, ...] = ()
    """zones in the same picture beside `mrz`, the surest: of another side or another document"""
    unread_lines: int = 0
    """lines of text that were found and that no engine could read"""
    text: tuple[TextLine, ...] | Absent | Unexamined | Failed = field(default_factory=Unexamined)
    barcodes: tuple[BarcodeReading, ...] | Absent | Unexamined | Failed = field(
        default_factory=Unexamined
    )
    titles: tuple[TitleMatch, ...] | Absent | Unexamined | Failed = field(
        default_factory=Unexamined
    )
    zone_in_print: ZoneInPrint | Unexamined | Failed = field(default_factory=Unexamined)
    portrait: Quad | Absent | Unexamined | Failed = field(default_factory=Unexamined)
    surface: Surface | Unexamined | Failed = field(default_factory=Unexamined)

    @property
    def proven_zone(self) -> Zone | None:
        """What its zone says, where that was read for certain."""
        if not isinstance(self.mrz, MrzReading) or self.mrz.state is not ReadingState.READ:
            return None
        return self.mrz.zone

    def print_beside_zone(self) -> tuple[TextLine, ...]:
        """Lines of the visual zone that were read, without those of the machine readable one."""
        lines = found(self.text)
        if not isinstance(self.mrz, MrzReading):
            return lines
        zone = self.mrz.quad
        return tuple(line for line in lines if not contains(zone, *centre_of(line.quad)))


STAGES: Final = tuple(one.name for one in fields(SideEvidence) if one.default_factory is Unexamined)
"""Names of what can be Unexamined, or Failed where its stage broke."""


def with_failed(side: SideEvidence, fault: Exception) -> SideEvidence:
    """The side as it stands when its examination broke: nothing that it tells can be trusted."""
    failed = Failed(type(fault).__name__)
    stages: dict[str, Any] = dict.fromkeys(STAGES, failed)
    return replace(side, more_zones=(), unread_lines=0, **stages)


@dataclass(frozen=True, slots=True)
class Vote:
    """One source's opinion of the kind; `weight` 0 to 1; `source` e.g. "mrz", "barcode", "title"."""

    kind: Kind
    weight: float
    source: str
    because: str


@dataclass(frozen=True, slots=True)
class KindEvidence:
    """All votes weighed.

    Attributes:
        kind: the kind, NONE where nothing like a document was seen, OTHER for a known kind that
            is never accepted.
        subkind: finer word for OTHER and for special passports, e.g. "refugee_travel_document".
        is_certain: strong evidence, and nothing as strong against it.
        is_contradicted: strong votes for different kinds.
        confidence: 0 to 1.

    """

    kind: Kind
    subkind: str
    is_certain: bool
    is_contradicted: bool
    confidence: float
    votes: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """A value the document states. `source` is "mrz", "barcode", "text" or "text_layer"."""

    value: str
    source: str
    confidence: float


@dataclass(frozen=True, slots=True)
class CountryEvidence:
    """Whose document it is.

    Attributes:
        issuing_state: the code as printed or deduced, e.g. "D", "GBR"; empty where unknown.
        alpha2: the country to compare with the customer's; None where none can be derived.
        is_special: an ICAO code that is not ISO (D, GBN, RKS ...) was mapped.
        status: as in `issuers.states.Status`, or "unknown" for a code in no table.
        also: alpha-2 codes of territories that may print this state's code.
        source: where it was read.
        is_proven: read by machine from a zone or barcode, or stated by a decisive title; print
            alone may be misread.

    """

    issuing_state: str
    alpha2: str | None
    is_special: bool
    status: str
    also: frozenset[str]
    source: str
    is_proven: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """What the document says of its holder or company, best source first; by field name.

    Names are those of the API: number, surname, given_names, date_of_birth, sex,
    date_of_expiry, nationality; of a certificate title, registry, jurisdiction (ISO 3166),
    company_name, registration_number, date_of_incorporation; dates as YYYY-MM-DD.
    """

    values: Mapping[str, Field]
    disagreements: tuple[tuple[str, str, str], ...] = ()
    """field, source, source: both clearly read, and different"""
    by_source: Mapping[str, Mapping[str, Field]] = field(
        default_factory=dict[str, Mapping[str, Field]]
    )
    """what each source says by itself, for whoever compares them by eye"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one document before anything is judged."""

    claim: Claim
    history: History
    today: date
    sides: Mapping[Side, SideEvidence]
    kind: KindEvidence
    country: CountryEvidence | Absent
    printed: Printed
    side_disagreements: tuple[tuple[str, str, str], ...] = ()
    """field, and what front and back say of it: two documents that do not belong together"""
    was_swapped: bool = False
    """front and back came the wrong way round and were put right"""
    is_same_side_twice: bool = False
    """both pictures show the same side"""
    is_back_empty: bool = False
    """what came as the back shows next to nothing of a document"""
    is_back_told: bool = True
    """the back states what the front does, or shows what only backs of this kind show"""
