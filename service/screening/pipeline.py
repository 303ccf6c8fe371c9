"""The stages as one readable list: from captures to a Screening."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, TypeVar

import cv2
import numpy as np

from service.mrz.formats import Format
from service.policy.policy import Outcome, Policy
from service.screening.checks import CHECKS
from service.screening.checks.customer.attempts import LIMIT_REACHED
from service.screening.claim import Claim, History, Kind, Side
from service.screening.classify.by_barcode import votes_of_barcodes
from service.screening.classify.by_fields import count_identity_labels, votes_of_fields
from service.screening.classify.by_mrz import votes_of_zone
from service.screening.classify.by_title import find_titles, votes_of_titles
from service.screening.classify.corroborate import disagreements_with_print
from service.screening.classify.country import country_in_print, country_of
from service.screening.classify.kind import weigh
from service.screening.classify.printed import gather
from service.screening.evidence import (
    Absent,
    Evidence,
    Failed,
    Field,
    Frame,
    MrzReading,
    Outline,
    ReadingState,
    SideEvidence,
    TextLine,
    TextQuality,
    TitleMatch,
    Unexamined,
    Vote,
)
from service.screening.findings import Check
from service.screening.ledger import run_checks
from service.screening.locate.document import locate_document, scaled
from service.screening.locate.passport_page import shows_page_alone
from service.screening.locate.text import find_text
from service.screening.locate.upright import quarter_turns_deg
from service.screening.locate.zone_page import locate_portrait
from service.screening.match.numbers import is_same_number
from service.screening.measure.fingerprint import fingerprint
from service.screening.measure.surface import measure_surface
from service.screening.measure.text_quality import hidden_between, measure_lines, measure_page
from service.screening.read.barcode import read_barcodes
from service.screening.read.certificate import read_certificate
from service.screening.read.fields import read_fields
from service.screening.read.text_layer import Layer, split_layer
from service.screening.readers import Readers
from service.screening.result import JudgedFinding, Screening
from service.screening.text_view import TextView, as_quad
from service.screening.verdict import verdict_of
from service.vision.capture import Capture
from service.vision.geometry import Points, axes_of, contains, grown, quad_angle_deg, quad_size

_OUTLINE_SIDE_PX: Final = 800
_MAX_LINES: Final = 70
_TITLE_LINES: Final = 16
_MEASURED_LINES: Final = 12
_MIN_TEXT_LIKELIHOOD: Final = 0.5
_MIN_IDENTITY_LABELS: Final = 2
_MIN_UNREAD_LINES: Final = 4
_SURE_CODE: Final = 0.9
"""Weight of a document code that leaves nothing for the printed title to say."""
_SAME_PICTURE_BITS: Final = 5
_WHOLE_PICTURE: Final = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))

_PREVIEW_SIDE_PX: Final = 2000
"""Barcodes of a preview are looked for at no more than this."""

_COMPANY_PAPER: Final = "company_paper"
_TITLE_ALONE: Final = 0.6
"""The share of its line from which a title is no mention within a sentence."""

_T = TypeVar("_T")


@dataclass(slots=True)
class _Stopwatch:
    """Milliseconds by stage, added up over both sides."""

    spent_ms: dict[str, float]

    def run(self, stage: str, work: Callable[[], _T]) -> _T:
        """Does the work and books its time."""
        started = time.perf_counter()
        try:
            return work()
        finally:
            elapsed = (time.perf_counter() - started) * 1000
            self.spent_ms[stage] = self.spent_ms.get(stage, 0.0) + elapsed


def screen(
    captures: Mapping[Side, Capture],
    claim: Claim,
    history: History,
    policy: Policy,
    readers: Readers,
    today: date,
) -> Screening:
    """One judgement of one document, both sides where there are two.

    Errors of decoding (`service.intake.errors`) pass through; whatever else breaks in a stage
    leaves `Failed` as its evidence, and the verdict at best `review`.
    """
    watch = _Stopwatch(dict.fromkeys(("decode", "quality", "locate", "read", "decide"), 0.0))
    started = time.perf_counter()
    sides = {side: _examine(capture, readers, today, watch) for side, capture in captures.items()}
    evidence = watch.run("decide", lambda: _weigh_all(sides, claim, history, today))
    return _judge(evidence, policy, readers, watch, started)


def preview(
    capture: Capture, claim: Claim, policy: Policy, readers: Readers, today: date
) -> Screening:
    """What a camera page needs while the person aims: quality, kind and country, one side."""
    checks = {
        name: check
        for name, check in CHECKS.items()
        if name.startswith(
            ("quality.", "document.national_id", "document.presence", "mrz.readable")
        )
    }
    watch = _Stopwatch(dict.fromkeys(("decode", "quality", "locate", "read", "decide"), 0.0))
    started = time.perf_counter()
    longest = max(capture.width_px, capture.height_px)
    finest = next((r for r in (1, 2, 4) if longest / r <= _PREVIEW_SIDE_PX), 8)
    sides = {Side.FRONT: _examine(capture, readers, today, watch, barcodes_at=finest)}
    evidence = _weigh_all(sides, claim, History(), today)
    return _judge(evidence, policy, readers, watch, started, checks)


def _judge(
    evidence: Evidence,
    policy: Policy,
    readers: Readers,
    watch: _Stopwatch,
    started: float,
    checks: Mapping[str, Check] = CHECKS,
) -> Screening:
    if checks is not CHECKS:
        policy = replace(policy, required_checks={})
    findings, ledger = watch.run("decide", lambda: run_checks(checks, evidence, policy))
    findings = _without_more_attempts(findings)
    timings = {stage: round(spent, 1) for stage, spent in watch.spent_ms.items()}
    timings["total"] = round((time.perf_counter() - started) * 1000, 1)
    return Screening(
        verdict=verdict_of(one.outcome for one in findings),
        findings=findings,
        ledger=ledger,
        evidence=evidence,
        policy_version=policy.version,
        timings_ms=timings,
        models=dict(readers.versions),
    )


def _without_more_attempts(findings: tuple[JudgedFinding, ...]) -> tuple[JudgedFinding, ...]:
    """Once the attempts are used up, what would be one more retake is for a person."""
    if not any(one.finding.reason is LIMIT_REACHED for one in findings):
        return findings
    settled = [
        replace(one, outcome=Outcome.REVIEW) if one.outcome is Outcome.RETAKE else one
        for one in findings
    ]
    settled.sort(
        key=lambda one: (one.outcome is not Outcome.REJECT, one.finding.reason is not LIMIT_REACHED)
    )
    return tuple(settled)


# One side


def _examine(
    capture: Capture, readers: Readers, today: date, watch: _Stopwatch, *, barcodes_at: int = 1
) -> SideEvidence:
    """All evidence of one picture. The first decoding may raise intake's errors.

    `barcodes_at` is the reduction beyond which no barcode is looked for.
    """
    watch.run("decode", lambda: capture.bgr(capture.reduction_for(_OUTLINE_SIDE_PX)))
    frame = watch.run("quality", lambda: _frame(capture))
    side = SideEvidence(frame)
    try:
        zones = watch.run("read", lambda: readers.mrz.read(capture, today))
        side = replace(side, mrz=zones[0] if zones else Absent(), more_zones=zones[1:])
        if len(zones) == 1 and _says_all(zones[0]) and _is_page_alone(capture, zones[0]):
            return _measure_proven(side, zones[0], capture, watch)
        reads_deg = _direction_deg(zones[0]) if zones and zones[0].zone else None
        view = watch.run("locate", lambda: find_text(capture, readers.rapid, reads_deg))
        return _read_side(side, view, readers, watch, barcodes_at)
    except (cv2.error, ValueError, ArithmeticError, IndexError, RuntimeError) as fault:
        # A picture that no stage foresaw must end with a person, not with a 500.
        failed = Failed(type(fault).__name__)
        return replace(
            side,
            outline=failed,
            text_quality=failed,
            mrz=failed,
            more_zones=(),
            text=failed,
            barcodes=failed,
            titles=failed,
            portrait=failed,
            surface=failed,
        )


def _says_all(reading: MrzReading) -> bool:
    """Whether a proven zone of a passport is all that has to be read: kind, state and every field.

    Then the visual zone is left unexamined, which is most of the time of a screening.
    """
    zone = reading.zone
    return (
        reading.state is ReadingState.READ
        and zone is not None
        and zone.valid
        and zone.format == Format.TD3
        and not zone.problems
        and [vote.kind for vote, _ in votes_of_zone(reading) if vote.weight >= _SURE_CODE]
        == [Kind.PASSPORT]
    )


def _is_page_alone(capture: Capture, reading: MrzReading) -> bool:
    return shows_page_alone(capture, np.array(reading.quad, np.float32))


def _direction_deg(reading: MrzReading) -> float:
    return quad_angle_deg(np.array(reading.quad, np.float32))


def _measure_proven(
    side: SideEvidence, reading: MrzReading, capture: Capture, watch: _Stopwatch
) -> SideEvidence:
    """The side of a zone that says all: only light, sharpness and the place of the page are left."""
    axis = _direction_deg(reading)
    lines = np.array([grown(np.array(q, np.float32), 0.2, 0.25) for q in reading.lines], np.float32)
    view = TextView(capture, lines, axis, quarter_turns_deg(axis))
    outline = watch.run("locate", lambda: _outline(view))
    quality = watch.run("quality", lambda: _quality(view, reading, outline))
    side = replace(side, outline=outline, text_quality=quality)
    return watch.run("quality", lambda: _with_surface(side, view))


def _with_surface(side: SideEvidence, view: TextView) -> SideEvidence:
    """The side with what its surface tells, and with its portrait where the zone says where."""
    portrait = side.portrait
    if isinstance(side.mrz, MrzReading) and _says_all(side.mrz):
        portrait = locate_portrait(view.capture, np.array(side.mrz.quad, np.float32))
    surface = measure_surface(view.capture, side.mrz, side.outline, view.axis_deg)
    return replace(side, portrait=portrait, surface=surface)


def _frame(capture: Capture) -> Frame:
    bgr = capture.bgr(capture.reduction_for(_OUTLINE_SIDE_PX // 2))
    signed = bgr.astype(np.int16)
    chroma = float(np.mean(signed.max(axis=2) - signed.min(axis=2)))
    grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return Frame(
        capture.format,
        capture.width_px,
        capture.height_px,
        round(chroma, 2),
        capture.software,
        fingerprint(grey),
        capture.text_layer,
    )


def _read_side(
    side: SideEvidence, view: TextView, readers: Readers, watch: _Stopwatch, barcodes_at: int
) -> SideEvidence:
    mrz = side.mrz
    outline = watch.run("locate", lambda: _outline(view))
    barcodes = watch.run("read", lambda: read_barcodes(view.capture, finest=barcodes_at))
    is_proven = isinstance(mrz, MrzReading) and mrz.state is ReadingState.READ
    text, unread = watch.run("read", lambda: _text(view, readers, few=is_proven))
    quality = watch.run("quality", lambda: _quality(view, mrz, outline))
    side = replace(
        side,
        outline=outline,
        text_quality=quality,
        unread_lines=unread,
        text=text or Absent(),
        barcodes=barcodes or Absent(),
        titles=find_titles(text) or Absent(),
    )
    return watch.run("quality", lambda: _with_surface(side, view))


def _outline(view: TextView) -> Outline | Absent:
    if len(view.lines) == 0:
        return Absent()
    reduction = view.capture.reduction_for(_OUTLINE_SIDE_PX)
    outline = locate_document(
        view.capture.grey(reduction),
        view.lines / np.float32(reduction),
        view.axis_deg,
        view.rotation_deg,
    )
    return scaled(outline, reduction)


def _text(view: TextView, readers: Readers, *, few: bool) -> tuple[tuple[TextLine, ...], int]:
    """Lines of the visual zone, and how many more nobody can read.

    Only what can be a title where the zone has said the rest.
    """
    ordered = sorted(view.lines, key=lambda q: -quad_size(q)[1])
    if few:
        top = sorted(view.lines, key=lambda q: _depth(q, view.axis_deg))[: _TITLE_LINES // 2]
        tall = ordered[: _TITLE_LINES // 2]
        chosen = _unique([*tall, *top])
    else:
        chosen = ordered[:_MAX_LINES]
    read = readers.rapid.recognise([view.crop(quad) for quad in chosen])
    lines = tuple(
        TextLine(line.text.strip(), line.likelihood, as_quad(quad))
        for quad, line in zip(chosen, read, strict=True)
        if line.likelihood >= _MIN_TEXT_LIKELIHOOD and line.text.strip()
    )
    return lines, len(chosen) - len(lines)


def _unique(quads: Iterable[Points]) -> list[Points]:
    return list({quad.tobytes(): quad for quad in quads}.values())


def _depth(quad: Points, axis_deg: float) -> float:
    return float((quad @ axes_of(axis_deg)[1]).mean())


def _quality(
    view: TextView, mrz: MrzReading | Absent | Unexamined | Failed, outline: Outline | Absent
) -> tuple[TextQuality, ...]:
    found: list[TextQuality] = []
    if isinstance(mrz, MrzReading):
        zone = np.array(mrz.quad, np.float32)
        inside = [q for q in view.lines if contains(zone, *q.mean(axis=0))]
        measured = measure_lines(view, inside or [zone], "mrz")
        found += [measured] if measured else []
    if len(view.lines):
        longest = sorted(view.lines, key=lambda q: -quad_size(q)[0])[:_MEASURED_LINES]
        measured = measure_lines(view, longest, "text")
        if measured:
            share, gap = hidden_between(view, measured.luminance)
            if gap is not None and share > measured.clipped_fraction:
                measured = replace(measured, clipped_fraction=share, quad=as_quad(gap))
            found.append(measured)
    size = np.array([view.capture.width_px, view.capture.height_px], np.float32)
    page = (
        np.array(outline.quad, np.float32)
        if isinstance(outline, Outline)
        else np.array(_WHOLE_PICTURE, np.float32) * size
    )
    found.append(measure_page(view, page))
    return tuple(found)


# All sides


def _weigh_all(
    sides: Mapping[Side, SideEvidence], claim: Claim, history: History, today: date
) -> Evidence:
    sides, was_swapped = _put_right(sides)
    zones = [s.mrz for s in sides.values() if isinstance(s.mrz, MrzReading)]
    zones += [zone for s in sides.values() for zone in s.more_zones]
    barcodes = [b for s in sides.values() for b in _found(s.barcodes)]
    layers = {name: split_layer(s.frame.text_layer, _found(s.text)) for name, s in sides.items()}
    titles = _titles(sides, layers)
    votes: list[tuple[Vote, str]] = [v for zone in zones for v in votes_of_zone(zone)]
    votes += votes_of_barcodes(barcodes) + votes_of_titles(titles)
    for side in sides.values():
        votes += votes_of_fields(_found(side.text))
    labels = sum(count_identity_labels(_found(s.text)) for s in sides.values())
    unread = max(s.unread_lines for s in sides.values())
    has_document = (
        bool(zones or barcodes or titles)
        or labels >= _MIN_IDENTITY_LABELS
        or unread >= _MIN_UNREAD_LINES
    )
    kind = weigh(votes, has_document=has_document)
    shown = "\n".join(line.text for layer in layers.values() for line in layer.shown)
    front = next(iter(sides.values()))
    country = country_of(kind.kind, zones, barcodes, titles, _found(front.text), shown)
    month_first = not isinstance(country, Absent) and country.alpha2 == "US"

    def fields(lines: Sequence[TextLine], source: str) -> Mapping[str, Field]:
        return _fields(kind.kind, lines, source, month_first=month_first, today=today)

    in_layers = [fields(layer.shown, "text_layer") for layer in layers.values()]
    in_print = [fields(_found(side.text), "text") for side in sides.values()]
    printed = gather(
        zones,
        barcodes,
        layers=in_layers,
        text=in_print,
        stated=[
            fields(lines, "text_layer")
            for layer in layers.values()
            for lines in (layer.shown + layer.hidden, layer.hidden)
        ],
    )
    if any(match.decisive for layer in layers.values() for match in find_titles(layer.hidden)):
        hidden_title = ("title", "text_layer", "text")
        printed = replace(printed, disagreements=(*printed.disagreements, hidden_title))
    apart = disagreements_with_print(
        tuple(sides.values()),
        [*in_layers, *in_print],
        country,
        country_in_print(kind.kind, titles, _found(front.text), shown),
        today,
    )
    return Evidence(
        claim=claim,
        history=history,
        today=today,
        sides=dict(sides),
        kind=kind,
        country=country,
        printed=replace(printed, disagreements=(*printed.disagreements, *apart)),
        side_disagreements=_side_disagreements(sides),
        was_swapped=was_swapped,
        is_same_side_twice=_is_same_twice(sides),
    )


def _found(
    evidence: tuple[_T, ...] | Absent | Unexamined | Failed,
) -> tuple[_T, ...]:
    return evidence if isinstance(evidence, tuple) else ()


def _titles(sides: Mapping[Side, SideEvidence], layers: Mapping[Side, Layer]) -> list[TitleMatch]:
    """Titles of all sides, in pictures and text layers.

    Papers bound behind a certificate, such as its articles, do not make it another document.
    """
    by_side = [
        [*_found(side.titles), *find_titles(layers[name].shown)] for name, side in sides.items()
    ]
    first = [match for match in by_side[0] if match.decisive and match.score >= _TITLE_ALONE]
    if first and all(match.kind is Kind.CERTIFICATE_OF_INCORPORATION for match in first):
        by_side[1:] = [
            [match for match in titles if match.subkind != _COMPANY_PAPER] for titles in by_side[1:]
        ]
    return [match for titles in by_side for match in titles]


def _fields(
    kind: Kind, lines: Sequence[TextLine], source: str, *, month_first: bool, today: date
) -> Mapping[str, Field]:
    """What one page says in print, read as this kind of document prints it."""
    if kind is not Kind.CERTIFICATE_OF_INCORPORATION:
        found = read_fields(lines, month_first=month_first, today=today)
        return {name: replace(one, source=source) for name, one in found.items()}
    titles = [match for match in find_titles(lines) if match.kind is kind]
    best = max(titles, key=lambda match: match.score, default=None)
    title = {"title": Field(best.title, source, round(best.score, 3))} if best else {}
    return title | read_certificate(lines, source, month_first=month_first, today=today)


def _put_right(
    sides: Mapping[Side, SideEvidence],
) -> tuple[Mapping[Side, SideEvidence], bool]:
    """Front and back, swapped where the front shows what only backs do, and the back a title."""
    if Side.BACK not in sides:
        return sides, False
    front, back = sides[Side.FRONT], sides[Side.BACK]
    if _shows_back(front) and not _shows_back(back) and _has_title(back) and not _has_title(front):
        return {Side.FRONT: back, Side.BACK: front}, True
    return sides, False


def _shows_back(side: SideEvidence) -> bool:
    has_card_zone = (
        isinstance(side.mrz, MrzReading)
        and side.mrz.zone is not None
        and side.mrz.zone.format == "TD1"
    )
    return has_card_zone or any(b.symbology == "PDF417" for b in _found(side.barcodes))


def _has_title(side: SideEvidence) -> bool:
    return any(_decides(match) for match in _found(side.titles))


def _decides(match: TitleMatch) -> bool:
    return match.decisive and match.kind in {
        Kind.PASSPORT,
        Kind.DRIVERS_LICENSE,
        Kind.RESIDENT_PERMIT,
        Kind.NATIONAL_ID,
    }


def _is_same_twice(sides: Mapping[Side, SideEvidence]) -> bool:
    if Side.BACK not in sides:
        return False
    first, second = (int(side.frame.fingerprint, 16) for side in sides.values())
    return (first ^ second).bit_count() <= _SAME_PICTURE_BITS


def _side_disagreements(
    sides: Mapping[Side, SideEvidence],
) -> tuple[tuple[str, str, str], ...]:
    """Document numbers of two machine-read zones, one a side, that differ."""
    numbers = [
        s.mrz.zone.number
        for s in sides.values()
        if isinstance(s.mrz, MrzReading) and s.mrz.zone and s.mrz.state is ReadingState.READ
    ]
    if len(numbers) == 2 and not is_same_number(*numbers):
        return (("number", "front", "back"),)
    return ()
