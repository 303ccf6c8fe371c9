"""Known phrases in what an engine read: wholly, with lost gaps, and with a few letters misread.

How much is forgiven depends on the letters of the phrase, gaps not counted:

| letters | edits (a letter wrong, missing or too many) |
|---|---|
| up to 6 | none |
| 7 to 11 | 1 |
| 12 to 19 | 2 |
| 20 and more | 3 |

Letters and figures that engines take for each other (O and 0, I, L and 1, S and 5, B and 8, Z and 2,
G and 6, RN and M) are one letter here and cost nothing. Phrases in scripts other than Latin are never
forgiven a character: one makes 驾驶证, a licence, 行驶证, the paper of a vehicle. But Greek and Cyrillic
capitals count as the Latin ones of their shape, with which engines spell them. Where two phrases
of different meaning are equally near, neither is found.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final, Generic, TypeVar

import numpy as np
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cdist

_LATIN: Final = re.compile(r"[A-Z]")
_LOOKALIKES: Final = str.maketrans("01L5826", "OIISBZG")
_LATIN_SHAPES: Final = str.maketrans(
    "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХІЈЅ", "ABEZHIKMNOPTYXABEKMHOPCTYXIJS"
)
_MOST_EDITS: Final = 3
_WHOLE_UP_TO: Final = 3
"""Letters of the longest phrase that must be a whole segment: UK, VISA stand in too much else."""
_JOINED_FROM: Final = 11
"""Letters from which a phrase is found within a word, as where a reader lost every gap."""
_SPLITS: Final = 2
"""Gaps too many that a reader may have put into a phrase."""

T = TypeVar("T", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase in a segment.

    Attributes:
        meaning: what the phrase stands for.
        phrase: as known, normalised.
        first, last: the words of the segment that it takes, `last` not among them.
        edits: how many letters differ.
        is_ambiguous: another phrase of the same meaning, by `same`, is as near.

    """

    meaning: T
    phrase: str
    first: int
    last: int
    edits: int
    is_ambiguous: bool = False


def allowed_edits(letters: int) -> int:
    """Letters that may differ in a phrase of so many, as in the table above."""
    if letters < 7:
        return 0
    return 1 if letters < 12 else 2 if letters < 20 else _MOST_EDITS


def fold(text: str) -> str:
    """Without gaps, and with one letter for those that engines take for each other."""
    return "".join(word.translate(_LOOKALIKES).replace("RN", "M") for word in text.split())


class Phrases(Generic[T]):
    """A list of phrases that can be looked for. `same` tells whether two meanings agree."""

    def __init__(
        self,
        meanings: Mapping[str, T],
        same: Mapping[T, Hashable],
        whole_up_to: int = _WHOLE_UP_TO,
    ) -> None:
        self._same = same
        self._whole_up_to = whole_up_to
        self._meanings = dict(meanings)
        self._latin = [p for p in meanings if _LATIN.search(p)]
        others = sorted((p for p in meanings if not _LATIN.search(p)), key=len, reverse=True)
        self._others = [(p, _shape(p)) for p in others if len(p) > 1]
        self._folded = [fold(p) for p in self._latin]
        self._letters = np.array([len(f) for f in self._folded])
        self._allowed = np.array([allowed_edits(n) for n in self._letters])
        self._longest = max((len(p.split()) for p in self._latin), default=1) + _SPLITS

    def find(self, segments: Sequence[str]) -> list[list[Hit[T]]]:
        """Phrases of each normalised segment, in reading order and not overlapping.

        A phrase within a longer one that fits is not found.
        """
        words = [segment.split() for segment in segments]
        found = [self._other_scripts(segment) for segment in segments]
        windows: dict[str, list[tuple[int, int, int]]] = {}
        for n, one in enumerate(words):
            for first in range(len(one)):
                for last in range(first + 1, min(len(one), first + self._longest) + 1):
                    windows.setdefault(fold(" ".join(one[first:last])), []).append((n, first, last))
        if windows and self._latin:
            self._add_latin(windows, words, found)
        return [_apart(hits) for hits in found]

    def _add_latin(
        self,
        windows: Mapping[str, Sequence[tuple[int, int, int]]],
        words: Sequence[Sequence[str]],
        found: list[list[Hit[T]]],
    ) -> None:
        texts = list(windows)
        edits = cdist(
            texts,
            self._folded,
            scorer=Levenshtein.distance,
            score_cutoff=_MOST_EDITS,
            dtype=np.uint8,
        )
        for row, column in zip(*np.nonzero(edits <= self._allowed), strict=True):
            for n, first, last in windows[texts[row]]:
                is_whole = first == 0 and last == len(words[n])
                if self._letters[column] > self._whole_up_to or is_whole:
                    phrase = self._latin[column]
                    found[n].append(
                        Hit(self._meanings[phrase], phrase, first, last, int(edits[row, column]))
                    )
        for n, one in enumerate(words):
            found[n] += self._glued(one)
        for n, hits in enumerate(found):
            found[n] = self._settled(hits)

    def _glued(self, words: Sequence[str]) -> Iterator[Hit[T]]:
        """Phrases that begin or end within a word: the reader lost gaps around them."""
        ends = list(accumulate(len(fold(word)) for word in words))
        text = fold(" ".join(words))
        for phrase, folded in zip(self._latin, self._folded, strict=True):
            if len(folded) >= _JOINED_FROM and folded in text:
                at = text.index(folded)
                first, last = bisect_right(ends, at), bisect_left(ends, at + len(folded)) + 1
                yield Hit(self._meanings[phrase], phrase, first, last, 0)

    def _other_scripts(self, segment: str) -> list[Hit[T]]:
        """Scripts without gaps, or with joined words: containment is enough."""
        compact = _shape(segment)
        for phrase, shape in self._others:
            if shape in compact:
                return [Hit(self._meanings[phrase], phrase, 0, len(segment.split()), 0)]
        return []

    def _settled(self, hits: Iterable[Hit[T]]) -> list[Hit[T]]:
        """Of phrases in the same words the nearest, and none where two meanings are as near."""
        by_place: dict[tuple[int, int], list[Hit[T]]] = {}
        for hit in hits:
            by_place.setdefault((hit.first, hit.last), []).append(hit)
        settled: list[Hit[T]] = []
        for rivals in by_place.values():
            best = min(rivals, key=_rank)
            ties = [hit for hit in rivals if _rank(hit) == _rank(best)]
            if len({self._same[hit.meaning] for hit in ties}) == 1:
                is_ambiguous = len({hit.meaning for hit in ties}) > 1
                settled.append(
                    Hit(best.meaning, best.phrase, best.first, best.last, best.edits, is_ambiguous)
                )
        return settled


def _shape(text: str) -> str:
    """Without gaps, by the shapes of letters."""
    return text.replace(" ", "").translate(_LATIN_SHAPES)


def _rank(hit: Hit[T]) -> tuple[int, int]:
    """The longer first, where an edit costs more letters than it may add."""
    letters = len(hit.phrase.replace(" ", ""))
    return (2 * hit.edits - letters, hit.edits)


def _apart(hits: Sequence[Hit[T]]) -> list[Hit[T]]:
    """The best that share no word."""
    kept: list[Hit[T]] = []
    for hit in sorted(hits, key=lambda h: (*_rank(h), h.last - h.first, h.first)):
        if all(hit.last <= other.first or hit.first >= other.last for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.first)
