"""The first two pages of a PDF as captures, with their own text."""

import threading
from typing import Final, cast

import cv2
import numpy as np
import pypdfium2 as pdfium

from service.confinement import at_most_more
from service.intake.errors import FileCorrupt, FileEncrypted, FileTooManyPages
from service.intake.limits import Limits
from service.screening.claim import Side
from service.vision.capture import Bgr, Capture

_DPI: Final = 200
_POINTS_PER_INCH: Final = 72
_MAX_TEXT: Final = 20_000
_MEMORY_BYTES: Final = 300 * 1024 * 1024
"""Enough for a page scanned in colour at 600 dots an inch."""
_LOCK: Final = threading.Lock()
"""PDFium is not safe from two threads."""


def open_pdf(content: bytes, side: Side, limits: Limits, sha256: str) -> list[Capture]:
    """One or two captures: a certificate is its first page, a card's back may be the second.

    Raises:
        FileEncrypted: it asks for a password.
        FileTooManyPages: more pages than the limits allow.
        FileCorrupt: no pages, or not a PDF that can be read.

    """
    with _LOCK, at_most_more(_MEMORY_BYTES):
        try:
            document = pdfium.PdfDocument(content)
        except pdfium.PdfiumError as cause:
            if "password" in str(cause).casefold():
                raise FileEncrypted(side) from cause
            raise FileCorrupt(side) from cause
        try:
            pages = len(document)
            if pages == 0:
                raise FileCorrupt(side)
            if pages > limits.max_pages:
                raise FileTooManyPages(side)
            return [
                _capture(content, document, number, side, limits, sha256)
                for number in range(min(pages, 2))
            ]
        except (pdfium.PdfiumError, OSError, ValueError) as cause:
            raise FileCorrupt(side) from cause
        finally:
            document.close()


def _capture(
    content: bytes,
    document: pdfium.PdfDocument,
    number: int,
    side: Side,
    limits: Limits,
    sha256: str,
) -> Capture:
    page = document[number]
    width_pt, height_pt = page.get_size()
    if width_pt <= 0 or height_pt <= 0:
        raise FileCorrupt(side)
    scale = _DPI / _POINTS_PER_INCH
    scale = min(
        scale,
        (limits.max_pixels / (width_pt * height_pt)) ** 0.5,
        limits.max_side_px / max(width_pt, height_pt),
    )
    size = (max(1, int(width_pt * scale)), max(1, int(height_pt * scale)))
    text = page.get_textpage().get_text_range()[:_MAX_TEXT]

    def decode(reduction: int) -> Bgr:
        return _render(content, number, scale / reduction, reduction, size, side)

    return Capture("pdf", size[0], size[1], decode, None, text, sha256)


def _render(
    content: bytes, number: int, scale: float, reduction: int, size: tuple[int, int], side: Side
) -> Bgr:
    target = (-(-size[0] // reduction), -(-size[1] // reduction))
    with _LOCK, at_most_more(_MEMORY_BYTES):
        try:
            document = pdfium.PdfDocument(content)
            try:
                rendered = (
                    document[number]
                    .render(scale=cast("int", scale), rev_byteorder=False)
                    .to_numpy()
                )
                bgr = rendered[:, :, :3].copy() if rendered.ndim == 3 else None
            finally:
                document.close()
        except (pdfium.PdfiumError, OSError, ValueError, MemoryError) as cause:
            raise FileCorrupt(side) from cause
    if bgr is None:
        raise FileCorrupt(side)
    if (bgr.shape[1], bgr.shape[0]) != target:
        bgr = cv2.resize(bgr, target, interpolation=cv2.INTER_AREA)
    return bgr.astype(np.uint8, copy=False)
