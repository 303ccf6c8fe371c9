"""PassportEye over Tesseract: the second, independent reader of machine readable zones."""

import io
import shutil
import warnings
from importlib.metadata import version
from typing import Final, cast

import cv2

from service.vision.capture import Bgr

VERSION: Final = f"passporteye-{version('passporteye')}"


def is_available() -> bool:
    """Whether the Tesseract program that PassportEye calls is installed."""
    return shutil.which("tesseract") is not None


def read_lines(bgr: Bgr) -> tuple[str, ...]:
    """Lines of the machine readable zone as Tesseract saw them, unrepaired; none where none is.

    Args:
        bgr: (H, W, 3) uint8, upright; best a little more than the zone itself.

    The library raises many kinds of errors on pictures that it does not expect (grey, tiny,
    impossible dates): each means here that it read nothing.

    """
    # Slow to import, and not needed where the first reader succeeds.
    from passporteye import read_mrz

    encoded, png = cv2.imencode(".png", bgr)
    if not encoded:
        return ()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read_mrz(io.BytesIO(png.tobytes()))
        except Exception:
            return ()
    if found is None:
        return ()
    text = cast("str", found.aux.get("raw_text", ""))
    return tuple(line.replace(" ", "") for line in text.splitlines() if line.strip())
