"""Our own recogniser of MRZ lines: likelihoods of every character, not only the likeliest."""

import re
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from service.mrz.lattice import Cell
from service.vision.capture import Grey
from service.vision.onnx import Network, manifest, normalised, version

NAME: Final = "mrz_recogniser"
HEIGHT_PX: Final = 32
SQUEEZE: Final = 0.68
"""Width of a line as fed, by its width in proportion to HEIGHT_PX."""
WIDEST_PX: Final = 2048
"""Columns; wider crops are cut off."""
LENGTHS: Final = (30, 36, 44)
"""Characters of a line: TD1, TD2 and TD3."""
_MOST_MISCOUNTED: Final = 3
_MISCOUNT_NATS: Final = 4.0
"""How much less likely than the best path one of a layout's length may be."""
LEAST_LIKELIHOOD: Final = 1e-4
"""Below it a character is left out."""
_LEAST: Final = 1e-9
_STRIDE: Final = 4

Likelihoods = NDArray[np.float32]
"""(T, 39) float32, each row sums to 1: the blank, the alphabet, and what cannot be told."""


class MrzRecogniser:
    """The network, loaded once a process; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._network = Network(NAME, threads)
        self._alphabet: str = manifest(NAME)["alphabet"]

    @property
    def version(self) -> str:
        """Name and version of the weights."""
        return version(NAME)

    def recognise(self, crops: Sequence[Grey]) -> list[list[Cell]]:
        """Cells of each line; a line that is no MRZ has few or none.

        Args:
            crops: (32, W) uint8 each: a line rectified with a third of its capitals' height above
                and below, and narrowed to SQUEEZE.

        """
        crops = [crop[:, :WIDEST_PX] for crop in crops]
        if not crops:
            return []
        width = -(-max(crop.shape[1] for crop in crops) // 16) * 16
        batch = np.zeros((len(crops), 1, HEIGHT_PX, width), np.float32)
        for row, crop in enumerate(crops):
            batch[row, 0, :, : crop.shape[1]] = normalised(crop)
        logits = self._network(batch)
        likelihoods = np.exp(logits - logits.max(axis=2, keepdims=True))
        likelihoods /= likelihoods.sum(axis=2, keepdims=True)
        return [
            self._cells(row[: max(1, crop.shape[1] // _STRIDE)])
            for row, crop in zip(likelihoods, crops, strict=True)
        ]

    def _cells(self, likelihoods: Likelihoods) -> list[Cell]:
        """The best path; where its count is near a layout's, that of this count if it is as likely."""
        spans = _best_path(likelihoods)
        length = min(LENGTHS, key=lambda n: abs(n - len(spans)))
        if 0 < abs(length - len(spans)) <= _MOST_MISCOUNTED:
            found = path_of_length(likelihoods, length)
            best = -float(np.log(np.maximum(likelihoods.max(axis=1), _LEAST)).sum())
            if found is not None and found[1] - best <= _MISCOUNT_NATS:
                counted = [self._cell(likelihoods, span) for span in found[0]]
                plain = [self._cell(likelihoods, span) for span in spans]
                if _without_counts(counted) == _without_counts(plain):
                    return counted
        return [self._cell(likelihoods, span) for span in spans]

    def _cell(self, likelihoods: Likelihoods, span: tuple[int, int]) -> Cell:
        """What stands there; what is nobody's share, the blank's and the hidden's, is everybody's."""
        start, end = span
        peak = start + int(likelihoods[start:end, 1:].max(axis=1).argmax())
        blank, *known, hidden = likelihoods[peak]
        shares = np.array(known) + (blank + hidden) / len(known)
        kept = {
            self._alphabet[n]: float(shares[n]) for n in np.flatnonzero(shares > LEAST_LIKELIHOOD)
        }
        return Cell(kept, (start + end) / 2 / len(likelihoods), float(hidden))


def _without_counts(cells: Sequence[Cell]) -> str:
    """The likeliest characters, each run of fillers as one: only of those is a count believed."""
    return re.sub("<+", "<", "".join(cell.best for cell in cells))


def _best_path(likelihoods: Likelihoods) -> list[tuple[int, int]]:
    """Steps, start and end, of each character of the greedy CTC path (Graves 2006)."""
    best = likelihoods.argmax(axis=1)
    spans: list[tuple[int, int]] = []
    for t, label in enumerate(best):
        if label == 0:
            continue
        if t and best[t - 1] == label and spans:
            spans[-1] = (spans[-1][0], t + 1)
        else:
            spans.append((t, t + 1))
    return spans


def path_of_length(
    likelihoods: Likelihoods, length: int
) -> tuple[list[tuple[int, int]], float] | None:
    """The likeliest CTC path with exactly `length` characters: their steps, and its cost in nats.

    Viterbi over (characters so far, last label or blank); None where the line is too short.
    """
    costs = -np.log(np.maximum(likelihoods, _LEAST))
    steps, labels = costs.shape
    best = np.full((length + 1, labels), np.inf, np.float64)
    best[0, 0] = 0.0
    came = np.zeros((steps, length + 1, labels), np.int16)
    counts = np.arange(length + 1)
    for t in range(steps):
        # A new character comes from one fewer, after a blank or another label.
        two = np.argsort(best, axis=1)[:, :2]
        first, second = best[counts, two[:, 0]], best[counts, two[:, 1]]
        source = np.repeat(two[:, :1], labels, axis=1)
        from_other = np.repeat(first[:, None], labels, axis=1)
        own = counts, two[:, 0]
        source[own], from_other[own] = two[:, 1], second
        fresh = np.full_like(best, np.inf)
        fresh[1:] = from_other[:-1]
        is_stay = best <= fresh
        here = np.where(is_stay, best, fresh)
        came[t, 1:] = np.where(is_stay[1:], -1, source[:-1])
        came[t, 0] = -1
        # A blank keeps the count, whatever came before it.
        here[:, 0] = first
        came[t, :, 0] = two[:, 0]
        best = here + costs[t]
    if not np.isfinite(best[length]).any():
        return None
    label = int(best[length].argmin())
    cost = float(best[length, label])
    count, end = length, steps
    spans: list[tuple[int, int]] = []
    for t in range(steps - 1, -1, -1):
        before = int(came[t, count, label])
        if label == 0:
            label, end = before, t
        elif before >= 0:
            spans.append((t, end))
            count, label, end = count - 1, before, t
    return spans[::-1], cost
