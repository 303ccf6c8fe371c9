"""Character likelihoods, grammar and check digits to the likeliest valid lines, and how sure.

A reader gives for each line its cells: likelihoods of characters, at positions along the line. The
search finds the most probable lines that the layout allows: classes of characters by field, known
state codes, real dates, names in the one form that Doc 9303 gives them, and all check digits right.
It is exact but for pruning far below the best: a Viterbi over columns, whose state is the running
composite sum and the running sum of the field's own digit, both modulo 10, with several best paths
a state, so that the runner-up is known. Where the runner-up is close, nobody should choose.
"""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median
from typing import Final

from service.mrz.check_digits import ALPHABET, FILLER, check_digit, value_of
from service.mrz.confusions import LIKELIEST, LOOKALIKES, fold
from service.mrz.dates import parse_birth, parse_expiry
from service.mrz.formats import LAYOUTS, FieldSpec, Format, Layout, Span, Value

_LETTERS: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_FIGURES: Final = frozenset("0123456789")
_ANY: Final = frozenset(ALPHABET)
_ALLOWED: Final[Mapping[Value, frozenset[str]]] = {
    Value.CODE: _ANY,
    Value.STATE: _LETTERS | {FILLER},
    Value.NAMES: _LETTERS | {FILLER},
    Value.NUMBER: _ANY,
    Value.DIGIT: _FIGURES,
    Value.DIGIT_OR_FILLER: _FIGURES | {FILLER},
    Value.BIRTH: _FIGURES | {FILLER},
    Value.DATE: _FIGURES,
    Value.SEX: frozenset("MFX<"),
    Value.OPTIONAL: _ANY,
}

_LOOKALIKE_SHARE: Final = 0.02
"""Likelihood that readers keep from a look-alike although they are sure: their softmax is vain."""
_STRANGER_SHARE: Final = 0.0002
_ALTERNATIVES: Final = 5
_PATHS: Final = 4
_BEAM_NATS: Final = 16.0
_NARROW_BEAM_NATS: Final = 10.0
"""Enough where a valid reading is as near as `_NEAR_NATS` to what was read: rivals that are left out
weigh less than 1 in 2,000."""
_NEAR_NATS: Final = 2.0
_MAX_MENDED_LENGTH: Final = 6
_PER_FILLER_NATS: Final = 1.2
"""Cost of a filler put in or taken out of a run: readers lose count of them."""
_SECOND_SEPARATOR_NATS: Final = 6.0
_INVALID_PRINT_NATS: Final = 6.0
"""log of how rarely a real document prints a wrong check digit, about 1 in 400."""
_RARE_FILLER_BIRTH_NATS: Final = 5.0
_MOST_FORCED_NATS: Final = _INVALID_PRINT_NATS
"""What check digits may overrule: beyond it a wrong print is likelier than a wrong reading."""
_UNSOUND_NATS: Final = 8.0
"""How rarely real documents print impossible dates under right check digits."""
_RARE_CODE_NATS: Final = 2.5
_FIRST_LETTERS: Final = {
    Format.TD1: "IAC",
    Format.TD2: "IAC",
    Format.TD3: "P",
    Format.MRVA: "V",
    Format.MRVB: "V",
    Format.FRA_ID: "I",
}
_PASSPORT_LETTERS: Final = frozenset("<PDOEMRSTLUNCB")


@dataclass(frozen=True, slots=True)
class Cell:
    """Likelihoods of one printed character, summing to at most 1, and where it is.

    `centre` is a fraction of the line's width; any increasing scale will do. `hidden` is the
    probability that something covers it, whose share all characters' likelihoods hold alike.
    """

    likelihoods: Mapping[str, float]
    centre: float
    hidden: float = 0.0

    @property
    def best(self) -> str:
        """The likeliest character."""
        return max(self.likelihoods, key=self.likelihoods.__getitem__, default=FILLER)


Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Decoding:
    """The likeliest valid reading.

    Attributes:
        lines: with all check digits right, or, if `is_valid` is False, the likeliest without.
        read: what the reader alone would say, fitted to the layout's lengths.
        is_mended: the reader's count was not the layout's, and cells were put in or left out.
        confidence: probability that every character protected by check digits is right, 0 to 1.
        character_confidence: probability of each character, by line.

    """

    format: Format
    lines: tuple[str, ...]
    read: tuple[str, ...]
    is_valid: bool
    confidence: float
    character_confidence: tuple[tuple[float, ...], ...]
    is_mended: bool = False

    @property
    def unprotected_nats(self) -> float:
        """How unlikely the characters are that no check digit covers: names, states, code, sex."""
        return -sum(math.log(likelihood) for likelihood in self._unprotected())

    @property
    def weakest_unprotected(self) -> float:
        """Probability of the least certain of them, 0 to 1."""
        return min(self._unprotected(), default=1.0)

    @property
    def unprotected(self) -> frozenset[tuple[int, int]]:
        """Line and column of each of them, from 0."""
        covered = {(slot.line, slot.column) for slot in _slots(LAYOUTS[self.format])}
        return frozenset(
            (line, column)
            for line, row in enumerate(self.character_confidence)
            for column in range(len(row))
            if (line, column) not in covered
        )

    def _unprotected(self) -> list[float]:
        return [self.character_confidence[line][column] for line, column in self.unprotected]

    @property
    def lengths(self) -> tuple[int, ...]:
        """Characters a line."""
        return tuple(len(line) for line in self.lines)


def cells_of(text: str) -> list[Cell]:
    """Cells of a plain string by a reader that gives no likelihoods; strangers are left out."""
    folded = [f for f in (fold(c) for c in text if not c.isspace()) if f is not None]
    return [Cell({c: 0.9}, n) for n, c in enumerate(folded)]


def looks_like_line(text: str) -> bool:
    """Whether a line of print could be one of an MRZ: its alphabet, no spaces to speak of, length.

    Loose on purpose: it decides what is looked at again, not what is believed.
    """
    compact = "".join(c for c in text if not c.isspace())
    folded = [fold(c) for c in compact]
    known = [f for f in folded if f is not None]
    if not 24 <= len(compact) <= 52 or len(known) < 0.85 * len(compact):
        return False
    lower = sum(c.islower() for c in compact)
    fillers, figures = known.count(FILLER), sum(f.isdecimal() for f in known)
    return lower < 0.25 * len(compact) and (fillers >= 2 or figures >= 10)


def decode(rows: Sequence[Row], today: date, states: frozenset[str]) -> Decoding | None:
    """The likeliest reading of `rows`, in the layout that explains them best; None where none does.

    Args:
        rows: cells of each line from top to bottom.
        today: bounds birth dates.
        states: codes that may stand as issuing state or nationality, without fillers.

    """
    found = [
        decoding
        for layout in LAYOUTS.values()
        if len(layout.lengths) == len(rows)
        and (decoding := _decode_as(layout, rows, today, states)) is not None
    ]
    found = [
        replace(one, is_mended=one.lengths != tuple(len(row) for row in rows)) for one in found
    ]
    if not found:
        return None

    def merit(decoding: Decoding) -> tuple[bool, int, float]:
        """Valid first (a layout without check digits proves nothing), then nearest in length."""
        mended = sum(abs(len(row) - n) for row, n in zip(rows, decoding.lengths, strict=True))
        return (
            decoding.is_valid and bool(LAYOUTS[decoding.format].checks),
            -mended,
            decoding.confidence,
        )

    return max(found, key=merit)


def _decode_as(
    layout: Layout, rows: Sequence[Row], today: date, states: frozenset[str]
) -> Decoding | None:
    fitted: list[list[Cell]] = []
    for row, length in zip(rows, layout.lengths, strict=True):
        cells = _fit(row, length)
        if cells is None:
            return None
        fitted.append(cells)
    if not _head_fits(layout, fitted):
        return None
    costs = [[_costs(cell) for cell in row] for row in fitted]
    read = tuple("".join(cell.best for cell in row) for row in fitted)
    fixed = _fixed_fields(layout, costs, states)
    free = _free_reading(layout, costs, fixed)
    free_cost = _cost_of(layout, costs, free)
    beam = _NARROW_BEAM_NATS
    paths = _valid_paths(layout, costs, fixed, today, beam)
    if not paths or paths[0][0] - free_cost > _NEAR_NATS:
        beam = _BEAM_NATS
        paths = _valid_paths(layout, costs, fixed, today, beam)
    if not paths or paths[0][0] - free_cost > _MOST_FORCED_NATS:
        # To overrule so much of what was read is to invent: the print may simply be wrong.
        doubts = _confidences(layout, costs, free)
        return Decoding(layout.format, free, read, False, 0.0, doubts)
    best_cost, lines = paths[0]
    rival_cost = paths[1][0] if len(paths) > 1 else free_cost + beam
    margin, forced = rival_cost - best_cost, best_cost - free_cost
    rivals = math.exp(-margin) + math.exp(forced - _INVALID_PRINT_NATS) * (lines != free)
    return Decoding(
        layout.format,
        lines,
        read,
        True,
        1 / (1 + rivals),
        _confidences(layout, costs, lines),
    )


# Fitting a row of cells to the layout's length


def _fit(row: Row, length: int) -> list[Cell] | None:
    """Exactly `length` cells: gaps of the reader opened by position, filler runs mended by count."""
    cells = _with_gaps(list(row)) if len(row) != length else list(row)
    if len(cells) != length and abs(len(row) - length) <= abs(len(cells) - length):
        cells = list(row)
    missing = length - len(cells)
    if abs(missing) > _MAX_MENDED_LENGTH + length // 4:
        return None
    if missing == 0:
        return cells
    runs = _filler_runs(cells)
    if not runs:
        return None
    start, end = max(runs, key=lambda run: run[1] - run[0])
    if missing > 0:
        # Only a long run can have swallowed many.
        if end - start < 2 or missing > max(2, end - start):
            return None
        filler = Cell({FILLER: math.exp(-_PER_FILLER_NATS)}, cells[end - 1].centre)
        return cells[:end] + [filler] * missing + cells[end:]
    if end - start <= -missing:
        return None
    return cells[: end + missing] + cells[end:]


def _with_gaps(cells: list[Cell]) -> list[Cell]:
    """Unknown cells where the distance between two neighbours says that some were skipped."""
    if len(cells) < 8:
        return cells
    steps = [b.centre - a.centre for a, b in itertools.pairwise(cells)]
    pitch = median(steps)
    if pitch <= 0:
        return cells
    opened = [cells[0]]
    for step, cell, before in zip(steps, cells[1:], cells, strict=False):
        skipped = round(step / pitch) - 1
        if 0 < skipped <= _MAX_MENDED_LENGTH * 3:
            # Readers merge equal neighbours: between two fillers the lost ones are fillers.
            between = before.best == cell.best == FILLER
            lost = {FILLER: 0.9} if between else dict.fromkeys(ALPHABET, 1 / len(ALPHABET))
            opened += [Cell(lost, before.centre + pitch * (k + 1)) for k in range(skipped)]
        opened.append(cell)
    return opened


def _filler_runs(cells: Sequence[Cell]) -> list[tuple[int, int]]:
    """Start and end of runs of fillers."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for n, cell in enumerate([*cells, Cell({"A": 1.0}, 0.0)]):
        if n < len(cells) and cell.best == FILLER:
            start = n if start is None else start
        elif start is not None:
            runs.append((start, n))
            start = None
    return runs


def _head_fits(layout: Layout, fitted: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first letters may be those of this layout: a visa's V, the French card's IDFRA."""
    first, second = _costs(fitted[0][0]), _costs(fitted[0][1])

    def cost(costs: Mapping[str, float], letters: str) -> float:
        return min(costs[c] for c in letters)

    match layout.format:
        case Format.MRVA | Format.MRVB:
            return cost(first, "V") < cost(first, "PIAC") + 2
        case Format.TD3 | Format.TD2 | Format.TD1:
            return cost(first, _FIRST_LETTERS[layout.format]) < cost(first, "PIACV") + 2
        case Format.FRA_ID:
            head = zip(fitted[0], "IDFRA", strict=False)
            return sum(_costs(cell)[c] for cell, c in head) < 5
        case Format.DL_D1:
            return first["D"] + second["1"] < 5
        case Format.DL_CHE:
            return _costs(fitted[1][0])["F"] + _costs(fitted[1][1])["A"] < 5


# Costs


def _costs(cell: Cell) -> dict[str, float]:
    """Negative log-likelihood of every character, with what readers keep from look-alikes."""
    spread = dict.fromkeys(ALPHABET, _STRANGER_SHARE)
    best = cell.best
    for alike in LOOKALIKES[best]:
        is_usual = LIKELIEST.get(best) == alike
        spread[alike] = _LOOKALIKE_SHARE if is_usual else _LOOKALIKE_SHARE / 2
    for character, likelihood in cell.likelihoods.items():
        spread[character] = max(spread[character], likelihood)
    total = sum(spread.values())
    return {c: -math.log(p / total) for c, p in spread.items()}


def _confidences(
    layout: Layout,
    costs: Sequence[Sequence[Mapping[str, float]]],
    lines: tuple[str, ...],
) -> tuple[tuple[float, ...], ...]:
    """Probability of each character among those that its field may hold."""
    values = {p: f.value for f in layout.fields for p in _places(f.span)}
    return tuple(
        tuple(
            _among(cell, character, _ALLOWED[values.get((n, column), Value.OPTIONAL)])
            for column, (cell, character) in enumerate(zip(row, line, strict=True))
        )
        for n, (row, line) in enumerate(zip(costs, lines, strict=True))
    )


def _among(cell: Mapping[str, float], character: str, allowed: frozenset[str]) -> float:
    if character not in allowed:
        return math.exp(-cell[character])
    return math.exp(-cell[character]) / sum(math.exp(-cell[c]) for c in allowed)


def _cost_of(
    layout: Layout, costs: Sequence[Sequence[Mapping[str, float]]], lines: tuple[str, ...]
) -> float:
    """Cost of the characters that check digits cover, with the digits themselves."""
    return sum(
        costs[slot.line][slot.column][lines[slot.line][slot.column]] for slot in _slots(layout)
    )


# Fields that no check digit protects


def _fixed_fields(
    layout: Layout,
    costs: Sequence[Sequence[Mapping[str, float]]],
    states: frozenset[str],
) -> dict[tuple[int, int], str]:
    """Characters by (line, column) of the fields that the grammar alone decides."""
    fixed: dict[tuple[int, int], str] = {}
    for field in layout.fields:
        cells = _cells(field.span, costs)
        match field.value:
            case Value.STATE:
                text = _best_state(cells, states)
            case Value.NAMES:
                text = _best_names(cells)
            case Value.CODE:
                text = _best_code(cells, layout.format)
            case Value.SEX:
                text = min("MF<", key=cells[0].__getitem__)
            case _:
                continue
        for offset, character in enumerate(text):
            fixed[field.span.line - 1, field.span.start - 1 + offset] = character
    return fixed


def _cells(
    span: Span, costs: Sequence[Sequence[Mapping[str, float]]]
) -> Sequence[Mapping[str, float]]:
    return costs[span.line - 1][span.start - 1 : span.end]


def _best_state(cells: Sequence[Mapping[str, float]], states: frozenset[str]) -> str:
    """The likeliest known code, or what was read where no code comes near it."""
    plain = "".join(min(_ALLOWED[Value.STATE], key=cell.__getitem__) for cell in cells)
    read = "".join(min(cell, key=cell.__getitem__) for cell in cells)
    codes = [code.ljust(3, FILLER) for code in states]
    if not codes or plain in codes:
        return plain

    def cost(code: str) -> float:
        return sum(cell[c] for cell, c in zip(cells, code, strict=True))

    ranked = sorted(codes, key=cost)
    is_near = cost(ranked[0]) < cost(plain) + 6
    is_alone = len(ranked) < 2 or cost(ranked[1]) > cost(ranked[0]) + 0.5
    if is_near and is_alone:
        return ranked[0]
    # No state comes near: the print is odd, and stays as it was read.
    return plain if cost(plain) < cost(read) + _BEAM_NATS / 2 else read


def _best_code(cells: Sequence[Mapping[str, float]], layout: Format) -> str:
    if layout is Format.DL_D1:
        return "D1"
    if layout is Format.DL_CHE:
        return "FA"
    first = min(_FIRST_LETTERS[layout], key=cells[0].__getitem__)
    # A digit stands second on older US cards only (C1, C2, A3).
    allowed = _LETTERS | {FILLER} | (frozenset("123") if first in "CA" else frozenset())
    usual = _PASSPORT_LETTERS if first == "P" else allowed

    def cost(letter: str) -> float:
        return cells[1][letter] + (0.0 if letter in usual else _RARE_CODE_NATS)

    return first + min(sorted(allowed), key=cost)


def _best_names(cells: Sequence[Mapping[str, float]]) -> str:
    """Viterbi over the form of names: words, one double filler, and fillers to the end.

    States count the fillers just passed (0 to 3; three begin the trailing run) and whether the
    separator was used. Nothing but fillers follows three; a second separator is rare.
    """
    letters = [min(_LETTERS, key=cell.__getitem__) for cell in cells]
    paths: dict[tuple[int, bool], tuple[float, str]] = {(0, False): (0.0, "")}
    for cell, letter in zip(cells, letters, strict=True):
        ahead: dict[tuple[int, bool], tuple[float, str]] = {}

        def offer(
            state: tuple[int, bool],
            cost: float,
            text: str,
            ahead: dict[tuple[int, bool], tuple[float, str]] = ahead,
        ) -> None:
            if state not in ahead or cost < ahead[state][0]:
                ahead[state] = (cost, text)

        for (fillers, used), (cost, text) in paths.items():
            offer((min(fillers + 1, 3), used), cost + cell[FILLER], text + FILLER)
            if fillers < 3:
                again = _SECOND_SEPARATOR_NATS if fillers == 2 and used else 0.0
                offer((0, used or fillers == 2), cost + cell[letter] + again, text + letter)
        paths = ahead
    return min(paths.values())[1]


# The search under check digits


@dataclass(frozen=True, slots=True)
class _Slot:
    """A column in the order of the sums. Weights are those of Doc 9303, 0 where not covered."""

    line: int
    column: int
    value: Value
    composite_weight: int
    own_weight: int
    starts_own: bool
    is_own_check: bool
    is_composite_check: bool


_WEIGHTS: Final = (7, 3, 1)


def _slots(layout: Layout) -> tuple[_Slot, ...]:
    if layout.format not in _SLOTS:
        _SLOTS[layout.format] = _build_slots(layout)
    return _SLOTS[layout.format]


_SLOTS: Final[dict[Format, tuple[_Slot, ...]]] = {}


def _build_slots(layout: Layout) -> tuple[_Slot, ...]:
    composite = next((c for c in layout.checks if c.name == "composite"), None)
    owns = [c for c in layout.checks if c.name != "composite"]
    order: list[tuple[int, int]] = []
    if composite:
        order = [p for span in composite.covers for p in _places(span)]
        order += _places(composite.printed)
    else:
        for own in owns:
            order += [p for span in own.covers for p in _places(span)] + _places(own.printed)
    own_weight: dict[tuple[int, int], int] = {}
    starts: set[tuple[int, int]] = set()
    checks: set[tuple[int, int]] = set()
    for own in owns:
        covered = [p for span in own.covers for p in _places(span)]
        starts.add(covered[0])
        checks.update(_places(own.printed))
        own_weight |= {p: _WEIGHTS[n % 3] for n, p in enumerate(covered)}
    values = {p: f.value for f in layout.fields for p in _places(f.span)}
    last = _places(composite.printed)[0] if composite else None
    return tuple(
        _Slot(
            line,
            column,
            values[line, column],
            0 if composite is None or (line, column) == last else _WEIGHTS[n % 3],
            own_weight.get((line, column), 0),
            (line, column) in starts,
            (line, column) in checks,
            (line, column) == last,
        )
        for n, (line, column) in enumerate(order)
    )


def _places(span: Span) -> list[tuple[int, int]]:
    return [(span.line - 1, column - 1) for column in range(span.start, span.end + 1)]


def _alternatives(
    slot: _Slot, cell: Mapping[str, float], fixed: Mapping[tuple[int, int], str]
) -> list[tuple[str, float]]:
    if (slot.line, slot.column) in fixed:
        character = fixed[slot.line, slot.column]
        return [(character, cell[character])]
    ranked = sorted(
        (
            (c, cell[c] + (_RARE_FILLER_BIRTH_NATS if _is_rare(slot, c) else 0.0))
            for c in _ALLOWED[slot.value]
        ),
        key=lambda pair: (pair[1], pair[0]),
    )
    return ranked[:_ALTERNATIVES]


def _is_rare(slot: _Slot, character: str) -> bool:
    return character == FILLER and slot.value is Value.BIRTH


def _free_reading(
    layout: Layout,
    costs: Sequence[Sequence[Mapping[str, float]]],
    fixed: Mapping[tuple[int, int], str],
) -> tuple[str, ...]:
    """The likeliest lines by the classes of characters alone."""
    values = {p: f.value for f in layout.fields for p in _places(f.span)}
    return tuple(
        "".join(
            fixed[n, column]
            if (n, column) in fixed
            else min(_ALLOWED[values.get((n, column), Value.OPTIONAL)], key=cell.__getitem__)
            for column, cell in enumerate(row)
        )
        for n, row in enumerate(costs)
    )


def _valid_paths(
    layout: Layout,
    costs: Sequence[Sequence[Mapping[str, float]]],
    fixed: Mapping[tuple[int, int], str],
    today: date,
    beam_nats: float,
) -> list[tuple[float, tuple[str, ...]]]:
    """Readings with every check digit right, cheapest first; impossible dates cost dearly."""
    slots = _slots(layout)
    free = _free_reading(layout, costs, fixed)
    if not slots:
        return [(0.0, free)]
    # state: composite sum, own sum, whether the number goes on elsewhere (TD1, TD2)
    beams: dict[tuple[int, int], list[tuple[float, str]]] = {(0, 0): [(0.0, "")]}
    for slot in slots:
        options = _alternatives(slot, costs[slot.line][slot.column], fixed)
        ahead: dict[tuple[int, int], list[tuple[float, str]]] = {}
        for (composite, own), paths in beams.items():
            running = 0 if slot.starts_own else own
            for character, cost in options:
                worth = value_of(character)
                if slot.is_composite_check and (character == FILLER or worth != composite):
                    continue
                if slot.is_own_check and not _own_check_holds(layout, slot, character, running):
                    continue
                after = (
                    (composite + worth * slot.composite_weight) % 10,
                    (running + worth * slot.own_weight) % 10,
                )
                ahead.setdefault(after, []).extend(
                    (c + cost, text + character) for c, text in paths
                )
        if not ahead:
            return []
        cheapest = min(c for paths in ahead.values() for c, _ in paths)
        beams = {
            state: kept
            for state, paths in ahead.items()
            if (kept := [p for p in sorted(paths)[:_PATHS] if p[0] <= cheapest + beam_nats])
        }
    ranked = sorted(path for paths in beams.values() for path in paths)
    found: list[tuple[float, tuple[str, ...]]] = []
    for cost, text in ranked:
        lines = _written(free, slots, text)
        soundness = 0.0 if _is_sound(layout, lines, today) else _UNSOUND_NATS
        found.append((cost + soundness, lines))
    return sorted(found)


def _own_check_holds(layout: Layout, slot: _Slot, character: str, running: int) -> bool:
    if character == FILLER:
        # An empty personal number (TD3), or a long number that goes on elsewhere (TD1, TD2).
        return slot.value is Value.DIGIT_OR_FILLER and (
            layout.format in {Format.TD1, Format.TD2} or (running == 0 and slot.column > 40)
        )
    return value_of(character) == running


def _written(free: tuple[str, ...], slots: Sequence[_Slot], text: str) -> tuple[str, ...]:
    lines = [list(line) for line in free]
    for slot, character in zip(slots, text, strict=True):
        lines[slot.line][slot.column] = character
    return tuple("".join(line) for line in lines)


def _is_sound(layout: Layout, lines: tuple[str, ...], today: date) -> bool:
    """Real dates, expiry after birth, the rules of fillers that sums cannot see."""
    birth, expiry = layout.field("date_of_birth"), layout.field("date_of_expiry")
    born = parse_birth(birth.span.of(lines), today) if birth else None
    ends = parse_expiry(expiry.span.of(lines), today) if expiry else None
    if (birth and born is None) or (expiry and ends is None):
        return False
    if isinstance(born, date) and ends is not None and ends < born:
        return False
    number, check = layout.field("number"), layout.field("number_check")
    if number is None or not number.span.of(lines).strip(FILLER):
        return False
    if check and check.span.of(lines) == FILLER and layout.format in {Format.TD1, Format.TD2}:
        return _long_number_holds(layout, number, lines)
    optional_check = layout.field("optional_data_check")
    if optional_check and optional_check.span.of(lines) == FILLER:
        optional = layout.field("optional_data")
        return optional is not None and not optional.span.of(lines).strip(FILLER)
    return True


def _long_number_holds(layout: Layout, number: FieldSpec, lines: tuple[str, ...]) -> bool:
    optional = layout.field("optional_data")
    rest = optional.span.of(lines).split(FILLER, 1)[0] if optional else ""
    principal = number.span.of(lines)
    return len(rest) >= 2 and rest[-1] in {
        check_digit(principal + rest[:-1]),
        check_digit(principal + FILLER + rest[:-1]),
    }
