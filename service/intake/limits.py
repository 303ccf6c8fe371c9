"""Limits that are checked before anything is decoded."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be.

    Attributes:
        max_bytes: of the file.
        max_pixels, max_side_px: of a picture by its header.
        max_pages: of a PDF.
        max_frames: of an animation or a burst; the first is read.
        max_scans: of a progressive JPEG, its thumbnails counted: each costs a pass over all pixels.
            Cameras write about ten.
        max_metadata_bytes: of EXIF, XMP, profiles and comments, unpacked.

    """

    max_bytes: int = 20 * 1024 * 1024
    max_pixels: int = 60_000_000
    max_side_px: int = 20_000
    max_pages: int = 10
    max_frames: int = 100
    max_scans: int = 100
    max_metadata_bytes: int = 4 * 1024 * 1024
