"""Tesseract for scripts that RapidOCR's model does not know; each needs its Debian package."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Final, cast

import cv2
import numpy as np
import pytesseract
from numpy.typing import NDArray

from service.screening.read.rapid import RecognisedLine
from service.vision.capture import Bgr, Grey

VERSION: Final = f"pytesseract-{version('pytesseract')}"
SCRIPTS: Final = ("Arabic", "Cyrillic", "Devanagari", "Hebrew", "Greek", "Bengali")
"""Names of Tesseract's script models; the commonest among documents first."""
_LINES_PX: Final = (24, 36, 48)
"""Each line is shown at every height: the search for lines drops joined words at some sizes."""
_WIDEST_PX: Final = 1600
_APART_PX: Final = 24
_LEAST_CONTRAST: Final = 20.0
_TIMEOUT_S: Final = 4
_UNREAD: Final = RecognisedLine("", 0.0)


@cache
def installed() -> tuple[str, ...]:
    """Those of `SCRIPTS` whose models are installed; none where Tesseract is not."""
    program = shutil.which("tesseract")
    if program is None:
        return ()
    # pytesseract's own list leaves out names in capitals, which scripts have.
    listed = subprocess.run(  # noqa: S603 - no input of anybody's
        [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=_TIMEOUT_S
    )
    return tuple(script for script in SCRIPTS if script in listed.stdout.split())


def read_script(crops: Sequence[Bgr], script: str) -> list[RecognisedLine]:
    """Text of upright single-line crops, each (h, w, 3) uint8, in their order, by one call.

    A call that fails or takes too long has read nothing: this reader only adds to another's work.
    """
    inked = [_black_on_white(crop) for crop in crops]
    lines = [(n, _scaled(line, size)) for n, line in enumerate(inked) for size in _LINES_PX]
    sheet, middles = _stacked([line for _, line in lines])
    try:
        answer = pytesseract.image_to_data(
            sheet,
            lang=script,
            config="--psm 6 --oem 1",
            output_type=pytesseract.Output.DICT,
            timeout=_TIMEOUT_S,
        )
    except (pytesseract.TesseractError, OSError, RuntimeError):
        return [_UNREAD] * len(crops)
    words: list[list[tuple[str, float]]] = [[] for _ in lines]
    read = cast("Mapping[str, Sequence[Any]]", answer)
    columns = ("text", "conf", "top", "height")
    for text, sure, top, height in zip(*(read[name] for name in columns), strict=True):
        if str(text).strip():
            nearest = int(np.argmin(np.abs(middles - (top + height / 2))))
            words[nearest].append((str(text).strip(), float(sure) / 100))
    best = [_UNREAD] * len(crops)
    for (n, _), line in zip(lines, words, strict=True):
        if line:
            likelihood = float(np.mean([sure for _, sure in line]))
            joined = RecognisedLine(" ".join(text for text, _ in line), likelihood)
            best[n] = max(best[n], joined, key=lambda one: one.likelihood)
    return best


def _scaled(line: Grey, height_px: int) -> Grey:
    width_px = round(line.shape[1] * height_px / line.shape[0])
    size = max(8, min(_WIDEST_PX, width_px)), height_px
    scaled = cv2.resize(line, size, interpolation=cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)


def _stacked(lines: Sequence[Grey]) -> tuple[Grey, NDArray[np.float64]]:
    """The lines on one white sheet, one below the other, and the middle row of each (N,)."""
    heights = np.array([len(line) for line in lines])
    tops = _APART_PX + np.cumsum(heights + _APART_PX) - heights - _APART_PX
    width = max(line.shape[1] for line in lines) + 2 * _APART_PX
    sheet = np.full((int(tops[-1] + heights[-1]) + _APART_PX, width), 255, np.uint8)
    for top, line in zip(tops.tolist(), lines, strict=True):
        sheet[top : top + len(line), _APART_PX : _APART_PX + line.shape[1]] = line
    return sheet, tops + heights / 2


def _black_on_white(crop: Bgr) -> Grey:
    """(h, w): paper white, ink black, whichever was the darker.

    A tint would end in an edge around each crop, which Tesseract takes for a picture, unread.
    """
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY).astype(np.float32)
    darkest, paper, lightest = np.percentile(grey, (2, 50, 98))
    if lightest - paper > paper - darkest:
        grey, darkest = 255 - grey, 255 - lightest
    white = float(np.percentile(grey, 75))
    depth = (white - grey) / max(_LEAST_CONTRAST, white - float(darkest))
    return (255 * np.clip(1 - depth, 0, 1)).astype(np.uint8)
