"""RapidOCR: text detection and recognition; its wheel carries the models (PP-OCRv6, Apache-2.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from service.vision.capture import Bgr
from service.vision.geometry import Points

VERSION: Final = "rapidocr-3.10/PP-OCRv6-small"

_LINE_HEIGHT_PX: Final = 48
_BATCH_WIDTH_PX: Final = 2400
"""Summed width of lines recognised at once: bounds memory, and padding stays small."""
_SHORTEST_SIDE_PX: Final = 32


@dataclass(frozen=True, slots=True)
class Glyph:
    """One recognised character: its likeliest readings with their probabilities, best first."""

    readings: tuple[tuple[str, float], ...]
    centre: float
    """position along the line, as a fraction of its width"""

    @property
    def character(self) -> str:
        """The likeliest reading."""
        return self.readings[0][0]


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """Text of one line crop, its mean likelihood, and its glyphs."""

    text: str
    likelihood: float
    glyphs: tuple[Glyph, ...]


class RapidText:
    """Detector and recogniser, loaded once a process; safe to call from one thread at a time."""

    def __init__(self, threads: int = 1) -> None:
        engine = cast(
            "Any",
            RapidOCR(
                params={
                    "Global.log_level": "critical",
                    "Global.use_cls": False,
                    "EngineConfig.onnxruntime.intra_op_num_threads": threads,
                    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                    # Sizes are chosen by the caller: scale nothing but to the net's stride.
                    "Det.limit_type": "min",
                    "Det.limit_side_len": _SHORTEST_SIDE_PX,
                }
            ),
        )
        # Its stages one by one: the whole call offers neither scale nor likelihoods to choose.
        self._detect = engine._load_det_model()  # noqa: SLF001
        recogniser = engine._load_rec_model()  # noqa: SLF001
        self._session = recogniser.session
        self._alphabet: list[str] = recogniser.postprocess_op.character

    def detect(self, bgr: Bgr) -> Points:
        """(N, 4, 2) float32: text boxes in `bgr`'s frame, corners clockwise by the picture.

        Args:
            bgr: (H, W, 3) uint8, at the scale to search; letters of 8 to 40 pixels are found.

        """
        boxes = self._detect(bgr).boxes
        if boxes is None or len(boxes) == 0:
            return np.zeros((0, 4, 2), np.float32)
        return np.asarray(boxes, np.float32)

    def recognise(self, crops: Sequence[Bgr]) -> list[RecognisedLine]:
        """Text of upright single-line crops, each (h, w, 3) uint8, in their order."""
        widths = [max(8, round(c.shape[1] * _LINE_HEIGHT_PX / c.shape[0])) for c in crops]
        order = sorted(range(len(crops)), key=widths.__getitem__)
        lines: dict[int, RecognisedLine] = {}
        while order:
            batch = [order.pop(0)]
            # Sorted by width: the next is the widest so far, and sets the width of all.
            while order and (len(batch) + 1) * widths[order[0]] <= _BATCH_WIDTH_PX:
                batch.append(order.pop(0))
            width = widths[batch[-1]]
            tensor = np.zeros((len(batch), 3, _LINE_HEIGHT_PX, width), np.float32)
            for row, k in enumerate(batch):
                line = cv2.resize(crops[k], (widths[k], _LINE_HEIGHT_PX))
                tensor[row, :, :, : widths[k]] = line.transpose(2, 0, 1) / np.float32(127.5) - 1
            likelihoods = cast("NDArray[np.float32]", self._session(tensor))
            for row, k in enumerate(batch):
                lines[k] = self._read_out(likelihoods[row], widths[k] / width)
        return [lines[k] for k in range(len(crops))]

    def _read_out(self, likelihoods: NDArray[np.float32], used: float) -> RecognisedLine:
        """Greedy CTC path of (T, C) likelihoods, with the rivals of each character."""
        best = likelihoods.argmax(axis=1)
        starts = [
            t for t in range(len(best)) if best[t] != 0 and (t == 0 or best[t] != best[t - 1])
        ]
        glyphs: list[Glyph] = []
        for start in starts:
            end = start + 1
            while end < len(best) and best[end] == best[start]:
                end += 1
            peak = start + int(likelihoods[start:end, best[start]].argmax())
            row = likelihoods[peak]
            rivals = np.argpartition(row, -8)[-8:]
            readings = sorted(
                ((self._alphabet[r], float(row[r])) for r in rivals if r != 0), key=lambda x: -x[1]
            )
            glyphs.append(Glyph(tuple(readings), (peak + 0.5) / (len(best) * used)))
        text = "".join(g.character for g in glyphs)
        mean = float(np.mean([g.readings[0][1] for g in glyphs])) if glyphs else 0.0
        return RecognisedLine(text, mean, tuple(glyphs))
