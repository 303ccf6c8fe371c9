"""Small clean JPEGs of a screened picture, for analysts: no metadata, bounded size."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from service.screening.evidence import MrzReading, SideEvidence
from service.vision.capture import Bgr, Capture
from service.vision.geometry import grown, warp_quad

_UPRIGHT_SIDE_PX: Final = 2000
_THUMBNAIL_SIDE_PX: Final = 480
_MRZ_HEIGHT_PX: Final = 160
_QUALITY: Final = 85


@dataclass(frozen=True, slots=True)
class Renditions:
    """JPEG bytes. `upright` is turned by EXIF alone, so that regions of findings fit it."""

    upright: bytes
    thumbnail: bytes
    mrz: bytes | None


def render(capture: Capture, side: SideEvidence) -> Renditions:
    """All renditions of one side. Raises `service.intake.errors.FileCorrupt` as decoding does."""
    reduction = capture.reduction_for(_UPRIGHT_SIDE_PX)
    upright = _within(capture.bgr(reduction), _UPRIGHT_SIDE_PX)
    mrz = None
    if isinstance(side.mrz, MrzReading):
        quad = grown(np.array(side.mrz.quad, np.float32), 0.2, 0.25) / np.float32(reduction)
        mrz = _jpeg(warp_quad(capture.bgr(reduction), quad, _MRZ_HEIGHT_PX))
    return Renditions(_jpeg(upright), _jpeg(_within(upright, _THUMBNAIL_SIDE_PX)), mrz)


def upright_jpeg(capture: Capture) -> bytes:
    """A picture beside the document, such as a proof of address. Raises as `render`."""
    return _jpeg(_within(capture.bgr(capture.reduction_for(_UPRIGHT_SIDE_PX)), _UPRIGHT_SIDE_PX))


def _within(bgr: Bgr, side_px: int) -> Bgr:
    scale = side_px / max(bgr.shape[:2])
    if scale >= 1:
        return bgr
    height, width = bgr.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)


def _jpeg(bgr: Bgr) -> bytes:
    encoded, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not encoded:
        raise ValueError("a picture that was decoded can be encoded")
    return jpeg.tobytes()
