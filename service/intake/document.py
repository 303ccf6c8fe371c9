"""Hostile bytes to captures: one or two files, or a PDF that holds both sides."""

import hashlib

from service.intake.decode import open_picture, register_codecs
from service.intake.errors import FileEmpty, FileTooLarge, FileTypeUnsupported
from service.intake.limits import Limits
from service.intake.pdf import open_pdf
from service.intake.sniff import FileType, sniff
from service.screening.claim import Side
from service.vision.capture import Capture


def open_document(
    front: bytes, back: bytes | None, limits: Limits | None = None
) -> dict[Side, Capture]:
    """Captures by side. Headers are read and judged here; pixels are decoded when asked for.

    Raises:
        IntakeError: one of `service.intake.errors`, naming side and cause; nothing else.

    """
    register_codecs()
    limits = limits or Limits()
    opened = _open(front, Side.FRONT, limits)
    sides = {Side.FRONT: opened[0]}
    if back is not None:
        sides[Side.BACK] = _open(back, Side.BACK, limits)[0]
    elif len(opened) > 1:
        sides[Side.BACK] = opened[1]
    return sides


def _open(content: bytes, side: Side, limits: Limits) -> list[Capture]:
    if not content:
        raise FileEmpty(side)
    if len(content) > limits.max_bytes:
        raise FileTooLarge(side)
    file_type = sniff(content)
    if file_type is None:
        raise FileTypeUnsupported(side)
    sha256 = hashlib.sha256(content).hexdigest()
    if file_type is FileType.PDF:
        return open_pdf(content, side, limits, sha256)
    return [open_picture(content, file_type, side, limits, sha256)]
