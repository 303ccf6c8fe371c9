"""Whether a claimed name and a printed one may be one person's, as documents and people write them.

The rule, word by word after transliteration (`spellings`), without marks, titles and case:

1. Words pair one to one, in any order and in either field: people swap given and family names.
   Words run together or apart pair as well: DE LA CRUZ and DELACRUZ, O BRIEN and OBRIEN.
2. Every claimed last name must be printed; particles such as VAN DER may be left out by either.
   So a married name on one side alone is a difference, as is a second surname that only the
   customer gives. One that only the document gives is not: many use one of two.
3. The first claimed given name must be printed in full. Further ones may be missing on either side,
   or be initials on either; where both sides have one that pairs with nothing, they differ.
4. A pair must take in a printed surname, and a printed given name where there is one.
5. A zone whose names fill their field (Doc 9303 part 4, 4.2.3) may show beginnings of words and lack
   the last ones.

The answer is the likeness of the worst pair that had to be found.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from rapidfuzz.distance import OSA

from service.screening.match.spellings import spellings

_PARTICLES: Final = frozenset(
    [
        "VAN",
        "DER",
        "DEN",
        "DE",
        "DEL",
        "DELLA",
        "DI",
        "DA",
        "DO",
        "DOS",
        "DAS",
        "DU",
        "LA",
        "LE",
        "LES",
        "LOS",
        "LAS",
        "VON",
        "ZU",
        "ZUR",
        "ZUM",
        "AF",
        "AV",
        "TEN",
        "TER",
        "BIN",
        "BINTI",
        "BINT",
        "IBN",
        "BEN",
        "AL",
        "EL",
        "UL",
        "ABU",
        "Y",
        "E",
        "SAN",
        "MAC",
        "MC",
        "ST",
    ]
)
_TITLES: Final = frozenset(
    ["MR", "MRS", "MS", "MISS", "DR", "PROF", "SIR", "JR", "SR", "II", "III", "IV", "ESQ"]
)
_SHORTEST_BEGINNING: Final = 3
_BEGINNING: Final = 0.95
_INITIAL: Final = 0.95
_ROMANISED: Final = 0.95
_SHORTEST_ROMANISED: Final = 3
_WORTH_A_PAIR: Final = 0.6
_DIGRAPH: Final = re.compile(r"AE|OE|AA|UXX|NXX|(?<![AEIOU])UE")


class _Part(Enum):
    FIRST = auto()
    FURTHER = auto()
    LAST = auto()
    GIVEN = auto()
    SURNAME = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    """One word with its spellings, and the part of the name that it stands in."""

    written: tuple[str, ...]
    part: _Part
    is_particle: bool


@dataclass(frozen=True, slots=True)
class _Pair:
    """Runs of words that stand for each other: indices into the claimed and the printed words."""

    claimed: tuple[int, ...]
    printed: tuple[int, ...]
    score: float


def likeness(
    first_names: str,
    last_names: str,
    given_names: str,
    surname: str,
    *,
    may_be_cut: bool = False,
) -> float:
    """0 to 1 by the rule above.

    Args:
        first_names, last_names: as the customer gave them; either may be empty.
        given_names, surname: as printed; either may be empty.
        may_be_cut: the zone's names fill their field.

    """
    firsts = _words(first_names, _Part.FURTHER)
    claimed = [replace(w, part=_Part.FIRST) for w in firsts[:1]] + firsts[1:]
    claimed += _words(last_names, _Part.LAST)
    printed = _words(given_names, _Part.GIVEN) + _words(surname, _Part.SURNAME)
    if not claimed or not printed:
        return 0.0
    pairs = _pair(claimed, printed, may_be_cut=may_be_cut)
    return min(
        _claimed_found(claimed, printed, pairs, may_be_cut=may_be_cut),
        _printed_found(claimed, printed, pairs),
    )


def _words(name: str, part: _Part) -> list[_Word]:
    apart = name
    for mark in "-‐‑–.,/":
        apart = apart.replace(mark, " ")
    found = [spellings(word) for word in apart.split()]
    kept = [one for one in found if one[0] and one[0] not in _TITLES]
    # Le, Do and Van are also whole surnames.
    has_more = any(one[0] not in _PARTICLES for one in kept)
    return [_Word(one, part, has_more and one[0] in _PARTICLES) for one in kept]


def _pair(
    claimed: Sequence[_Word], printed: Sequence[_Word], *, may_be_cut: bool
) -> tuple[_Pair, ...]:
    """Pairs, the likeliest and longest first, each word in one of them."""
    found = [
        _Pair(ours, theirs, score)
        for ours in _runs(claimed)
        for theirs in _runs(printed)
        if (score := _alike(claimed, ours, printed, theirs, may_be_cut=may_be_cut)) >= _WORTH_A_PAIR
    ]
    found.sort(key=lambda p: (-p.score, -sum(len(claimed[n].written[0]) for n in p.claimed)))
    taken: list[_Pair] = []
    ours_left, theirs_left = set(range(len(claimed))), set(range(len(printed)))
    for pair in found:
        if ours_left.issuperset(pair.claimed) and theirs_left.issuperset(pair.printed):
            taken.append(pair)
            ours_left.difference_update(pair.claimed)
            theirs_left.difference_update(pair.printed)
    return tuple(taken)


def _runs(words: Sequence[_Word]) -> Iterator[tuple[int, ...]]:
    """Single words, and neighbours of one field, whose first word names the run's part."""
    for start in range(len(words)):
        yield (start,)
        for end in range(start + 2, len(words) + 1):
            if (words[end - 1].part is _Part.LAST) != (words[start].part is _Part.LAST):
                break
            if (words[end - 1].part is _Part.SURNAME) != (words[start].part is _Part.SURNAME):
                break
            yield tuple(range(start, end))


def _alike(
    claimed: Sequence[_Word],
    ours: tuple[int, ...],
    printed: Sequence[_Word],
    theirs: tuple[int, ...],
    *,
    may_be_cut: bool,
) -> float:
    if min(len(ours), len(theirs)) > 1:
        return 0.0
    is_run = len(ours) + len(theirs) > 2
    best = 0.0
    for one in _joined(claimed, ours):
        for other in _joined(printed, theirs):
            score = _alike_words(one, other, may_be_cut=may_be_cut)
            if is_run and score < 1.0:
                continue
            is_initial = 1 in {len(one), len(other)} and one[:1] == other[:1]
            if claimed[ours[0]].part is _Part.FURTHER and not is_run:
                # An initial, or the last word of a full field, cut at any letter.
                is_cut = may_be_cut and one.startswith(other)
                score = max(score, _INITIAL if is_initial or is_cut else 0.0)
            best = max(best, score)
    return best


def _joined(words: Sequence[_Word], run: tuple[int, ...]) -> Iterator[str]:
    if len(run) == 1:
        return iter(words[run[0]].written)
    return ("".join(parts) for parts in itertools.product(*(words[n].written for n in run)))


def _alike_words(claimed: str, printed: str, *, may_be_cut: bool) -> float:
    if claimed == printed:
        return 1.0
    if may_be_cut and len(printed) >= _SHORTEST_BEGINNING and claimed.startswith(printed):
        return _BEGINNING
    if min(len(claimed), len(printed)) >= _SHORTEST_ROMANISED and _folded(claimed) == _folded(
        printed
    ):
        return _ROMANISED
    return float(OSA.normalized_similarity(claimed, printed))


def _folded(word: str) -> str:
    """Spellings of one sound alike, where the letter that they stand for is in neither word.

    YULIYA, IULIIA and YULIA; JUERGEN and NUNXXEZ for people who type JURGEN and NUNEZ. UE after a
    vowel is no Ü: BAUER is not BAUR.
    """
    plain = _DIGRAPH.sub(lambda match: match[0][0], word)
    plain = plain.replace("Y", "I").replace("JA", "IA").replace("JU", "IU")
    while "II" in plain:
        plain = plain.replace("II", "I")
    return plain


def _claimed_found(
    claimed: Sequence[_Word],
    printed: Sequence[_Word],
    pairs: Sequence[_Pair],
    *,
    may_be_cut: bool,
) -> float:
    """The worst score of what the customer gave and the document must show."""
    scores = {n: pair.score for pair in pairs for n in pair.claimed}
    shown = {n for pair in pairs for n in pair.printed}
    has_spare_given = any(
        word.part is _Part.GIVEN and n not in shown and not word.is_particle
        for n, word in enumerate(printed)
    )
    worst = 1.0
    for n, word in enumerate(claimed):
        if n in scores:
            worst = min(worst, scores[n])
        elif word.is_particle or (word.part is _Part.FURTHER and not has_spare_given):
            continue
        elif not (may_be_cut and _may_be_cut_off(word, claimed, scores)):
            return 0.0
    return worst


def _may_be_cut_off(word: _Word, claimed: Sequence[_Word], scores: dict[int, float]) -> bool:
    """A word that a full field has no room for: given names, if every last name is there."""
    lasts = [n for n, other in enumerate(claimed) if other.part is _Part.LAST]
    return word.part is not _Part.LAST and bool(lasts) and all(n in scores for n in lasts)


def _printed_found(
    claimed: Sequence[_Word], printed: Sequence[_Word], pairs: Sequence[_Pair]
) -> float:
    """1 where a printed surname is among the pairs, and a given name if there are any; else 0."""
    parts = {printed[n].part for pair in pairs for n in pair.printed if not printed[n].is_particle}
    needed = {word.part for word in printed if not word.is_particle}
    has_both = {word.part for word in claimed} >= {_Part.FIRST, _Part.LAST}
    if has_both:
        return float(needed <= parts)
    return float(bool(needed & parts))
