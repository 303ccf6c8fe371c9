"""One picture at the reduction asked for, upright by its EXIF orientation, as BGR."""

import io
import re
import struct
import warnings
from collections.abc import Callable, Mapping
from typing import Final, cast

import cv2
import numpy as np
import pillow_heif
from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from service.intake.errors import FileCorrupt, FileTooLarge, FileTypeUnsupported
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
_FLOATING: Final = 3
_QUARTER_TURNS: Final = frozenset({5, 6, 7, 8})
_BAND_ROWS: Final = 256
_SCAN: Final = b"\xff\xda"
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
    cv2.error,
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
        FileTypeUnsupported: a TIFF of fractions in colour.
        FileCorrupt: the header makes no sense. Decoding later may raise it as well.

    """
    with _opened(content, file_type, side) as picture:
        width, height = picture.size
        too_large = width * height > limits.max_pixels or max(width, height) > limits.max_side_px
        if too_large or _metadata_size(picture) > limits.max_metadata_bytes:
            raise FileTooLarge(side)
        if _frames(picture, file_type) > limits.max_frames:
            raise FileTooLarge(side)
        if file_type is FileType.JPEG and content.count(_SCAN) > limits.max_scans:
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
    except UnidentifiedImageError as cause:
        if file_type is FileType.TIFF and _is_floating(content):
            raise FileTypeUnsupported(side, "samples of fractions in colour") from cause
        raise FileCorrupt(side) from cause
    except _DECODER_FAULTS as cause:
        raise FileCorrupt(side) from cause


def _is_floating(content: bytes) -> bool:
    """Whether a TIFF's samples are fractions (SampleFormat 3), which Pillow opens in grey alone."""
    try:
        directory = TiffImagePlugin.ImageFileDirectory_v2(content[:8])
        stream = io.BytesIO(content)
        stream.seek(directory.next)
        directory.load(stream)
        return _FLOATING in directory.get(TiffImagePlugin.SAMPLEFORMAT, ())
    except (*_DECODER_FAULTS, struct.error):
        return False


def _frames(picture: Image.Image, file_type: FileType) -> int:
    """By the header. We read the first alone; a TIFF would be walked through to count its own."""
    if file_type is FileType.TIFF:
        return 1
    frames = getattr(picture, "n_frames", 1)
    return frames if isinstance(frames, int) else 1


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
                orientation = picture.getexif().get(_ORIENTATION)
                if file_type is FileType.WEBP and picture.mode == "RGB":
                    bgr = _plain_webp(content)
                else:
                    picture.load()
                    bgr = _bgr_of(picture)
        except _DECODER_FAULTS as cause:
            raise FileCorrupt(side) from cause
    bgr = _TURNS.get(orientation, _unchanged)(bgr)
    if (bgr.shape[1], bgr.shape[0]) != target:
        bgr = cv2.resize(bgr, target, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(bgr, dtype=np.uint8)


def _plain_webp(content: bytes) -> Bgr:
    """Without Pillow, which keeps four copies of each WebP, as if it moved."""
    bgr = cv2.imdecode(
        np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    )
    if bgr is None:
        raise ValueError("no picture comes out")
    return cast("Bgr", bgr)


def _bgr_of(picture: Image.Image) -> Bgr:
    """All pixels, a band of rows at a time: a large picture is in memory once in each form."""
    width, height = picture.size
    bgr = np.empty((height, width, 3), np.uint8)
    white = _white_of(picture)
    for top in range(0, height, _BAND_ROWS):
        bottom = min(height, top + _BAND_ROWS)
        band = _as_rgb(picture.crop((0, top, width, bottom)), white)
        cv2.cvtColor(np.asarray(band, dtype=np.uint8), cv2.COLOR_RGB2BGR, dst=bgr[top:bottom])
    return bgr


def _white_of(picture: Image.Image) -> float:
    """The value of white in modes of more than eight bits.

    Samples without a declared range have the least one that holds all in use.
    """
    if picture.mode != "F":
        return 65535.0
    _, brightest = picture.getextrema()
    tops = (top for top in (1.0, 255.0) if isinstance(brightest, float) and brightest <= top)
    return next(tops, 65535.0)


def _as_rgb(picture: Image.Image, white: float) -> Image.Image:
    """Eight bits of red, green and blue from any mode; transparency laid over white."""
    if picture.mode in {"I;16", "I;16B", "I;16L", "I;16N", "I", "F"}:
        values = np.asarray(picture, dtype=np.float32)
        scaled = np.clip(np.nan_to_num(values) * (255.0 / white), 0, 255).astype(np.uint8)
        return Image.fromarray(scaled).convert("RGB")
    if picture.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in picture.info:
        rgba = picture.convert("RGBA")
        paper = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        return Image.alpha_composite(paper, rgba).convert("RGB")
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _unchanged(bgr: Bgr) -> Bgr:
    return bgr


def _turned(code: int) -> Callable[[Bgr], Bgr]:
    return lambda bgr: cast("Bgr", cv2.rotate(bgr, code))


def _mirrored(code: int) -> Callable[[Bgr], Bgr]:
    return lambda bgr: cast("Bgr", cv2.flip(bgr, code))


def _transposed(code: int | None) -> Callable[[Bgr], Bgr]:
    def turn(bgr: Bgr) -> Bgr:
        across = cv2.transpose(bgr)
        return cast("Bgr", across if code is None else cv2.flip(across, code))

    return turn


_TURNS: Final[Mapping[object, Callable[[Bgr], Bgr]]] = {
    2: _mirrored(1),
    3: _turned(cv2.ROTATE_180),
    4: _mirrored(0),
    5: _transposed(None),
    6: _turned(cv2.ROTATE_90_CLOCKWISE),
    7: _transposed(-1),
    8: _turned(cv2.ROTATE_90_COUNTERCLOCKWISE),
}
"""What brings each EXIF orientation upright."""
