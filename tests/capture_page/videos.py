"""Videos for Chromium's fake camera: a specimen that comes into view and stays."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

SPECIMENS = Path(__file__).parents[2] / "sample_docs" / "specimens"
WIDTH, HEIGHT = 1280, 960
FPS = 30  # Chromium's own, for files of MJPEG
Frame = np.ndarray
"""(HEIGHT, WIDTH, 3) uint8, BGR."""


def still(name: str) -> Frame:
    """A specimen that fills the frame."""
    picture = cv2.imread(str(SPECIMENS / name))
    scale = min(WIDTH / picture.shape[1], HEIGHT / picture.shape[0])
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    frame = np.full((HEIGHT, WIDTH, 3), (96, 104, 110), np.uint8)
    top, left = (HEIGHT - small.shape[0]) // 2, (WIDTH - small.shape[1]) // 2
    frame[top : top + small.shape[0], left : left + small.shape[1]] = small
    return frame


def far(frame: Frame, share: float = 0.4) -> Frame:
    """The same from further away, on a plain table."""
    small = cv2.resize(frame, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    wide = np.full((HEIGHT, WIDTH, 3), (96, 104, 110), np.uint8)
    top, left = (HEIGHT - small.shape[0]) // 2, (WIDTH - small.shape[1]) // 2
    wide[top : top + small.shape[0], left : left + small.shape[1]] = small
    return wide


def blurred(frame: Frame) -> Frame:
    return cv2.GaussianBlur(frame, (0, 0), 7)


def dark(frame: Frame) -> Frame:
    return (frame * 0.06).astype(np.uint8)


def coming(frame: Frame, seconds: float = 1.5) -> list[Frame]:
    """The frames while it is moved into place from the right."""
    steps = round(FPS * seconds)
    empty = np.full_like(frame, (96, 104, 110))
    frames: list[Frame] = []
    for step in range(steps):
        shift = round(WIDTH * (1 - step / steps))
        moved = empty.copy()
        moved[:, shift:] = frame[:, : WIDTH - shift]
        frames.append(moved)
    return frames


def write_video(path: Path, parts: Sequence[tuple[Frame, float]], *, moving: bool = True) -> Path:
    """Each frame comes into view and stays for its seconds; Chromium plays it again and again."""
    with path.open("wb") as file:
        for frame, seconds in parts:
            if moving:
                file.writelines(_encoded(one) for one in coming(frame))
            file.write(_encoded(frame) * round(FPS * seconds))
    return path


def _encoded(frame: Frame) -> bytes:
    # The fake camera takes the levels for those of video (16 to 235) and stretches them.
    levels = cv2.convertScaleAbs(frame, alpha=219 / 255, beta=16)
    return cv2.imencode(".jpg", levels, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()
