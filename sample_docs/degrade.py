"""From a flat drawing to a phone photo or a poor scan, each defect by strength 0 to 1."""

import random
from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
Points = NDArray[np.float32]
Ground = Callable[[int, int, random.Random, np.random.Generator], NDArray[np.float32]]
"""What a page lies on: (H, W, 3) float32 by width and height."""


def photograph(
    flat: Bgr,
    rng: random.Random,
    *,
    long_side: int,
    turn: float = 0.0,
    tilt: float = 0.12,
    fill: float = 0.78,
    outline: Sequence[tuple[float, float]] | None = None,
    ground: Ground | None = None,
) -> tuple[Bgr, NDArray[np.float64]]:
    """A phone photo on a desk: perspective, uneven light, a soft shadow, grain.

    `outline` is the page's edge in pixels of `flat`, where it has not its four corners any more;
    `ground` draws what it lies on, instead of wood.
    Returns the picture and the homography (3, 3) from pixels of `flat` to pixels of it.
    """
    height, width = flat.shape[:2]
    noise = np.random.default_rng(rng.randrange(1 << 30))
    frame_w = long_side
    frame_h = round(long_side * 0.75)
    radians = np.radians(turn)
    cos, sin = abs(np.cos(radians)), abs(np.sin(radians))
    scale = fill * min(
        frame_w / (width * cos + height * sin), frame_h / (width * sin + height * cos)
    )
    corners = (
        np.array(
            [[-width, -height], [width, -height], [width, height], [-width, height]], np.float32
        )
        / 2
        * scale
    )
    rotation = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    corners = (corners @ rotation.T).astype(np.float32)
    lean_x, lean_y = rng.uniform(-tilt, tilt), rng.uniform(-tilt, tilt)
    depth = 1 + (corners[:, 0] * lean_x / frame_w + corners[:, 1] * lean_y / frame_h) * 2
    corners = (corners / depth[:, None]).astype(np.float32)
    corners += np.array(
        [frame_w / 2 + rng.uniform(-20, 20), frame_h / 2 + rng.uniform(-20, 20)], np.float32
    )
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, corners)
    edge = corners
    if outline is not None:
        edge = cv2.perspectiveTransform(np.array([outline], np.float32), matrix)[0]
    picture = (ground or _desk)(frame_w, frame_h, rng, noise)
    shadow = np.zeros((frame_h, frame_w), np.float32)
    cv2.fillPoly(shadow, [(edge + np.float32([12, 14])).astype(np.int32)], 1.0)
    shadow = cv2.GaussianBlur(shadow, (0, 0), long_side / 110)
    picture = picture * (1 - 0.45 * shadow[:, :, None])
    warped = cv2.warpPerspective(
        _shrunk(flat, scale),
        matrix @ _unshrink(flat, scale),
        (frame_w, frame_h),
        flags=cv2.INTER_CUBIC,
    )
    mask = np.zeros((frame_h, frame_w), np.uint8)
    cv2.fillPoly(mask, [edge.astype(np.int32)], 255, cv2.LINE_AA)
    alpha = (mask.astype(np.float32) / 255)[:, :, None]
    picture = picture * (1 - alpha) + warped.astype(np.float32) * alpha
    picture *= uneven_light(frame_w, frame_h, rng)[:, :, None]
    picture += noise.normal(0, rng.uniform(1.5, 4), picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), matrix


def _shrunk(flat: Bgr, scale: float) -> Bgr:
    if scale >= 0.9:
        return flat
    small = cv2.resize(flat, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8)


def _unshrink(flat: Bgr, scale: float) -> NDArray[np.float64]:
    if scale >= 0.9:
        return np.eye(3)
    height, width = flat.shape[:2]
    return np.diag(
        [width / max(1, round(width * scale)), height / max(1, round(height * scale)), 1.0]
    )


def _desk(
    width: int, height: int, rng: random.Random, noise: np.random.Generator
) -> NDArray[np.float32]:
    base = np.array(
        rng.choice(
            [
                (60, 90, 130),
                (90, 95, 100),
                (150, 160, 165),
                (50, 60, 50),
                (120, 140, 175),
                (35, 35, 40),
            ]
        ),
        np.float32,
    )
    grain = noise.normal(0, 1, (height // 4 + 1, 8)).astype(np.float32)
    wood = cv2.resize(grain, (width, height), interpolation=cv2.INTER_CUBIC) * rng.uniform(4, 14)
    return base[None, None, :] + wood[:, :, None]


def draw_pattern(
    width: int, height: int, rng: random.Random, noise: np.random.Generator
) -> NDArray[np.float32]:
    """(H, W, 3) float32: a woven cloth, a checked or striped one, or a keyboard."""
    kind = rng.choice(("woven", "checked", "striped", "keys"))
    pitch = rng.uniform(2.5, 14) if kind == "woven" else rng.uniform(6, 60)
    turn = np.radians(rng.uniform(-45, 45))
    xs = np.arange(width, dtype=np.float32)[None, :]
    ys = np.arange(height, dtype=np.float32)[:, None]
    aslant = 1 + rng.uniform(-0.15, 0.15) * xs / width + rng.uniform(-0.15, 0.15) * ys / height
    u = (xs * np.cos(turn) + ys * np.sin(turn)) * aslant * 2 * np.pi / pitch
    v = (ys * np.cos(turn) - xs * np.sin(turn)) * aslant * 2 * np.pi / pitch
    if kind == "keys":
        shade = np.where((np.cos(u / 2) > 0.97) | (np.cos(v / 2) > 0.97), -1.0, 0.2)
    elif kind == "striped":
        shade = np.sign(np.sin(u))
    else:
        shade = (np.sin(u) + np.sin(v)) / 2
        shade = np.sign(shade) if kind == "checked" else shade
    grain = noise.normal(0, 4, (height, width))
    tone = np.array([rng.uniform(60, 190) for _ in range(3)], np.float32)
    shades = (rng.uniform(10, 45) * shade + grain).astype(np.float32)
    return np.clip(tone + shades[:, :, None], 0, 255).astype(np.float32)


def uneven_light(width: int, height: int, rng: random.Random) -> NDArray[np.float32]:
    """(H, W) float32: a gradient of light around 1."""
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    return 1.0 + rng.uniform(-0.16, 0.16) * x + rng.uniform(-0.16, 0.16) * y


def defocus(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """A disc of up to 1.2 % of the long side."""
    radius = max(1, round(strength * 0.012 * max(picture.shape)))
    size = 2 * radius + 1
    disc = np.zeros((size, size), np.float32)
    cv2.circle(disc, (radius, radius), radius, 1.0, -1)
    return cv2.filter2D(picture, -1, disc / disc.sum()).astype(np.uint8)


def motion(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """A straight shake of up to 3 % of the long side."""
    length = max(2, round(strength * 0.03 * max(picture.shape)))
    kernel = np.zeros((length, length), np.float32)
    kernel[length // 2, :] = 1
    turn = cv2.getRotationMatrix2D((length / 2, length / 2), rng.uniform(-35, 35), 1)
    kernel = cv2.warpAffine(kernel, turn, (length, length))
    return cv2.filter2D(picture, -1, kernel / kernel.sum()).astype(np.uint8)


def grain(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """Noise of a dark sensor, up to 45 grey levels."""
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 45 * strength, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def downscale(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """Pixels thrown away, down to a twelfth of each side, and never brought back."""
    factor = 1 / (1 + 11 * strength)
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA).astype(
        np.uint8
    )


def jpeg(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """Saved at quality 90 down to 3."""
    quality = round(90 - 87 * strength)
    _, coded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.imdecode(coded, cv2.IMREAD_COLOR).astype(np.uint8)


def darkness(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """Little light: down to a sixtieth, with the noise that goes with it."""
    light = 1 - 0.985 * strength
    noise = np.random.default_rng(rng.randrange(1 << 30)).normal(0, 2.5, picture.shape)
    return np.clip(picture * light + noise, 0, 255).astype(np.uint8)


def glare(
    picture: Bgr, strength: float, rng: random.Random, at: tuple[float, float] | None = None
) -> Bgr:
    """A lamp's reflection, up to a quarter of the width, at a point in pixels or anywhere."""
    height, width = picture.shape[:2]
    x, y = at or (rng.uniform(0.3, 0.7) * width, rng.uniform(0.3, 0.7) * height)
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    radius = max(4.0, 0.25 * strength * width)
    distance = np.hypot(xs - x, (ys - y) * 1.6) / radius
    spot = np.clip(1.6 - distance, 0, 1)[:, :, None] * 400
    return np.clip(picture + spot, 0, 255).astype(np.uint8)


def moire(picture: Bgr, strength: float, rng: random.Random) -> Bgr:
    """The grid of a screen that was photographed."""
    height, width = picture.shape[:2]
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    a, b = rng.uniform(1.5, 2.2), rng.uniform(1.4, 2.1)
    grid = np.sin(xs * a + 0.1 * ys) + np.sin(ys * b - 0.08 * xs)
    return np.clip(picture + 18 * strength * grid[:, :, None], 0, 255).astype(np.uint8)


DEFECTS: dict[str, Callable[[Bgr, float, random.Random], Bgr]] = {
    "defocus": defocus,
    "motion": motion,
    "grain": grain,
    "downscale": downscale,
    "jpeg": jpeg,
    "darkness": darkness,
    "glare": glare,
    "moire": moire,
}
