"""One picture at the reduction asked for, upright by its EXIF orientation, as BGR."""

import io
import re
import warnings
from typing import Final

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageOps

from service.intake.errors import FileCorrupt, FileTooLarge
from service.intake.limits import Limits
from service.intake.sniff import FileType
from service.screening.claim import Side
from service.vision.capture import Bgr, Capture

_EDITORS: Final = re.compile(
    r"photoshop|lightroom|gimp|canva|pixelmator|affinity|paint\.net|snapseed|picsart|facetune|"
    r"photopea|pixlr|corel|inkscape|illustrator|faceapp|remini",
    re.IGNORECASE,
)
_ORIENTATION: Final = 0x0112
_SOFTWARE: Final = 0x0131
_QUARTER_TURNS: Final = frozenset({5, 6, 7, 8})
_MAX_METADATA: Final = 4 * 1024 * 1024
_PILLOW_FORMATS: Final = {
    FileType.JPEG: ("JPEG", "MPO"),
    FileType.PNG: ("PNG",),
    FileType.WEBP: ("WEBP",),
    FileType.TIFF: ("TIFF",),
    FileType.BMP: ("BMP",),
    FileType.AVIF: ("AVIF",),
    FileType.HEIF: ("HEIF",),
}
# What decoders raise on bytes that lie; Pillow's own lists are not complete.
_DECODER_FAULTS: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    EOFError,
    AttributeError,
    MemoryError,
    RuntimeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    LookupError,
)


def register_codecs() -> None:
    """Teaches Pillow HEIF, and leaves the limits to us: `Limits` is checked before decoding."""
    pillow_heif.register_heif_opener(thumbnails=False)
    Image.MAX_IMAGE_PIXELS = None


def open_picture(
    content: bytes, file_type: FileType, side: Side, limits: Limits, sha256: str
) -> Capture:
    """Reads the header only; pixels are decoded when the capture is asked for them.

    Raises:
        FileTooLarge: more pixels than the limits allow, by the header.
        FileCorrupt: the header makes no sense. Decoding later may raise it as well.

    """
    with _opened(content, file_type, side) as picture:
        width, height = picture.size
        too_large = width * height > limits.max_pixels or max(width, height) > limits.max_side_px
        if too_large or _metadata_size(picture) > _MAX_METADATA:
            raise FileTooLarge(side)
        if min(width, height) < 1:
            raise FileCorrupt(side)
        try:
            exif = picture.getexif()
            turned = exif.get(_ORIENTATION) in _QUARTER_TURNS
            software = _editor(picture, str(exif.get(_SOFTWARE, "")))
        except _DECODER_FAULTS:
            turned, software = False, None  # broken metadata are no fault of the picture
    if turned and file_type is not FileType.HEIF:
        width, height = height, width

    def decode(reduction: int) -> Bgr:
        return _decode(content, file_type, side, reduction, (width, height))

    return Capture(file_type.value, width, height, decode, software, "", sha256)


def _opened(content: bytes, file_type: FileType, side: Side) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(content), formats=_PILLOW_FORMATS[file_type])
    except _DECODER_FAULTS as cause:
        raise FileCorrupt(side) from cause


def _metadata_size(picture: Image.Image) -> int:
    return sum(len(value) for value in picture.info.values() if isinstance(value, (bytes, str)))


def _editor(picture: Image.Image, software: str) -> str | None:
    """An image editor named by EXIF or XMP; cameras and phones name their firmware there."""
    xmp = picture.info.get("xmp", b"")
    text = software + " " + (xmp.decode("utf-8", "replace") if isinstance(xmp, bytes) else str(xmp))
    found = _EDITORS.search(text)
    return found[0].casefold() if found else None


def _decode(
    content: bytes, file_type: FileType, side: Side, reduction: int, size: tuple[int, int]
) -> Bgr:
    target = (-(-size[0] // reduction), -(-size[1] // reduction))
    with _opened(content, file_type, side) as picture:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                if file_type is FileType.JPEG and reduction > 1:
                    # libjpeg-turbo decodes at 1/2, 1/4 and 1/8 for a fraction of the time.
                    picture.draft(None, (picture.width // reduction, picture.height // reduction))
                upright = ImageOps.exif_transpose(picture)
                rgb = np.asarray(_as_rgb(upright), dtype=np.uint8)
        except _DECODER_FAULTS as cause:
            raise FileCorrupt(side) from cause
    bgr = cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR)
    if (bgr.shape[1], bgr.shape[0]) != target:
        bgr = cv2.resize(bgr, target, interpolation=cv2.INTER_AREA)
    return bgr.astype(np.uint8, copy=False)


def _as_rgb(picture: Image.Image) -> Image.Image:
    """Eight bits of red, green and blue from any mode; transparency laid over white."""
    if picture.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I", "F"}:
        values = np.nan_to_num(np.asarray(picture, dtype=np.float32))
        top = _white_of(values) if picture.mode == "F" else 65535.0
        scaled = np.clip(values * (255.0 / top), 0, 255).astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(white, rgba).convert("RGB")
    return picture.convert("RGB")


def _white_of(values: NDArray[np.float32]) -> float:
    """White of samples without a declared range: of those in use, the least that holds them all."""
    brightest = float(values.max(initial=0.0))
    return next((top for top in (1.0, 255.0) if brightest <= top), 65535.0)
