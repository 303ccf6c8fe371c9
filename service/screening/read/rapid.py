"""RapidOCR: text detection and recognition; its wheel carries the models (PP-OCRv6, Apache-2.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR

from service.vision.capture import Bgr
from service.vision.geometry import Points
from service.vision.onnx import NetworkFailed

VERSION: Final = f"rapidocr-{version('rapidocr')}/PP-OCRv6-small"

_LINE_HEIGHT_PX: Final = 48
_STRIDE_PX: Final = 8
"""Columns to a step of the answer. The runtime keeps a plan of its memory for each width it met."""
_SHORTEST_SIDE_PX: Final = 32


@dataclass(frozen=True, slots=True)
class RecognisedLine:
    """Text of one line crop and the mean likelihood of its characters."""

    text: str
    likelihood: float


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
        # Its stages one by one: the whole call offers no scale to choose.
        self._detect = engine._load_det_model()  # noqa: SLF001
        recogniser = engine._load_rec_model()  # noqa: SLF001
        self._session = recogniser.session
        self._alphabet: list[str] = recogniser.postprocess_op.character

    def detect(self, bgr: Bgr) -> Points:
        """(N, 4, 2) float32: text boxes in `bgr`'s frame, corners clockwise by the picture.

        Args:
            bgr: (H, W, 3) uint8, at the scale to search; letters of 8 to 40 pixels are found.

        Raises NetworkFailed.

        """
        # The engine would enlarge a strip until its short side is long enough.
        more = [max(0, _SHORTEST_SIDE_PX - side) for side in bgr.shape[:2]]
        if any(more):
            bgr = cv2.copyMakeBorder(bgr, 0, more[0], 0, more[1], cv2.BORDER_REPLICATE).astype(
                np.uint8, copy=False
            )
        try:
            boxes = self._detect(bgr).boxes
        except Exception as fault:  # the runtime's exceptions have no base of their own
            raise NetworkFailed(type(fault).__name__) from fault
        if boxes is None or len(boxes) == 0:
            return np.zeros((0, 4, 2), np.float32)
        return np.asarray(boxes, np.float32)

    def recognise(self, crops: Sequence[Bgr]) -> list[RecognisedLine]:
        """Text of upright single-line crops, each (h, w, 3) uint8, in their order.

        Raises NetworkFailed.
        """
        return [self._recognise(crop) for crop in crops]

    def _recognise(self, crop: Bgr) -> RecognisedLine:
        # One by one: a batch is no quicker on a processor, and pads all to the widest.
        width = max(1, round(crop.shape[1] * _LINE_HEIGHT_PX / crop.shape[0]))
        columns = -(-width // _STRIDE_PX) * _STRIDE_PX
        tensor = np.zeros((1, 3, _LINE_HEIGHT_PX, columns), np.float32)
        line = cv2.resize(crop, (width, _LINE_HEIGHT_PX))
        tensor[0, :, :, :width] = line.transpose(2, 0, 1) / np.float32(127.5) - 1
        try:
            likelihoods = cast("NDArray[np.float32]", self._session(tensor))
        except Exception as fault:
            raise NetworkFailed(type(fault).__name__) from fault
        return self._read_out(likelihoods[0])

    def _read_out(self, likelihoods: NDArray[np.float32]) -> RecognisedLine:
        """Greedy CTC path of (T, C) likelihoods: repeats merged, blanks left out."""
        best = likelihoods.argmax(axis=1)
        starts = [
            t for t in range(len(best)) if best[t] != 0 and (t == 0 or best[t] != best[t - 1])
        ]
        peaks: list[float] = []
        for start in starts:
            end = start + 1
            while end < len(best) and best[end] == best[start]:
                end += 1
            peaks.append(float(likelihoods[start:end, best[start]].max()))
        text = "".join(self._alphabet[best[t]] for t in starts)
        return RecognisedLine(text, float(np.mean(peaks)) if peaks else 0.0)
