"""Limits that are checked before anything is decoded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of a file, pixels of a picture, pages of a PDF, pixels of its longer side."""

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 60_000_000
    max_side_px: int = 20_000
    max_pages: int = 10
