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

from service.screening.read.rapid import RecognisedLine
from service.vision.capture import Bgr

VERSION: Final = f"pytesseract-{version('pytesseract')}"
SCRIPTS: Final = ("Arabic", "Cyrillic", "Devanagari", "Hebrew", "Greek", "Bengali")
"""Names of Tesseract's script models; the commonest among documents first."""
_LINE_PX: Final = 48
_WIDEST_PX: Final = 1600
_APART_PX: Final = 24
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
    sheet, middles = _stacked(crops)
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
    words: list[list[tuple[str, float]]] = [[] for _ in crops]
    read = cast("Mapping[str, Sequence[Any]]", answer)
    columns = ("text", "conf", "top", "height")
    for text, sure, top, height in zip(*(read[name] for name in columns), strict=True):
        if str(text).strip():
            nearest = int(np.argmin(np.abs(middles - (top + height / 2))))
            words[nearest].append((str(text).strip(), float(sure) / 100))
    return [
        RecognisedLine(
            " ".join(text for text, _ in line), float(np.mean([sure for _, sure in line]))
        )
        if line
        else _UNREAD
        for line in words
    ]


def _stacked(crops: Sequence[Bgr]) -> tuple[Bgr, np.ndarray]:
    """The crops on one white sheet, one below the other, and the middle row of each (N,)."""
    lines = [
        cv2.resize(
            crop,
            (max(8, min(_WIDEST_PX, round(crop.shape[1] * _LINE_PX / crop.shape[0]))), _LINE_PX),
        )
        for crop in crops
    ]
    pitch = _LINE_PX + _APART_PX
    width = max(line.shape[1] for line in lines) + 2 * _APART_PX
    sheet = np.full((pitch * len(lines) + _APART_PX, width, 3), 255, np.uint8)
    for n, line in enumerate(lines):
        top = _APART_PX + n * pitch
        sheet[top : top + _LINE_PX, _APART_PX : _APART_PX + line.shape[1]] = line
    middles = _APART_PX + _LINE_PX / 2 + pitch * np.arange(len(lines))
    return cast("Bgr", sheet), middles
