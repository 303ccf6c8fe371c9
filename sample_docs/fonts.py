"""Free fonts of Debian's packages, found by file name, and an error that names the package."""

from functools import cache
from pathlib import Path
from typing import Final

from PIL import ImageFont

_ROOT: Final = Path("/usr/share/fonts")
_PACKAGES: Final = {
    "OCRB.otf": "fonts-ocr-b",
    "DejaVuSans.ttf": "fonts-dejavu-core",
    "DejaVuSans-Bold.ttf": "fonts-dejavu-core",
    "DejaVuSerif.ttf": "fonts-dejavu-core",
    "LiberationSans-Regular.ttf": "fonts-liberation",
    "LiberationSans-Bold.ttf": "fonts-liberation",
    "LiberationSansNarrow-Regular.ttf": "fonts-liberation",
    "LiberationSerif-Regular.ttf": "fonts-liberation",
    "LiberationMono-Regular.ttf": "fonts-liberation",
    "FreeSans.ttf": "fonts-freefont-ttf",
    "FreeSerifItalic.ttf": "fonts-freefont-ttf",
    "NotoNaskhArabic-Regular.ttf": "fonts-noto-core",
    "NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
}
OCR_B: Final = "OCRB.otf"
VISUAL: Final = (
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "LiberationSansNarrow-Regular.ttf",
    "FreeSans.ttf",
    "LiberationMono-Regular.ttf",
)
TITLES: Final = ("LiberationSans-Bold.ttf", "DejaVuSans-Bold.ttf", "LiberationSerif-Regular.ttf")
ARABIC: Final = "NotoNaskhArabic-Regular.ttf"
CHINESE: Final = "NotoSansCJK-Regular.ttc"


class FontMissing(Exception):
    """A font is not installed; the message names the Debian package that has it."""


@cache
def _path(name: str) -> Path:
    found = next(iter(sorted(_ROOT.rglob(name))), None)
    if found is None:
        package = _PACKAGES.get(name, "that holds it; `make debian-test` knows all")
        raise FontMissing(f"{name} is missing: install the Debian package {package}.")
    return found


@cache
def font(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """The font at a size in pixels. Raises FontMissing."""
    return ImageFont.truetype(str(_path(name)), size_px)


def font_for(text: str, latin: str) -> str:
    """A font that has the script of `text`."""
    if any("\u0600" <= c <= "\u06ff" for c in text):
        return ARABIC
    if any("\u3000" <= c <= "\u9fff" for c in text):
        return CHINESE
    if any("\u0370" <= c <= "\u04ff" for c in text):
        return "DejaVuSans.ttf"
    return latin
