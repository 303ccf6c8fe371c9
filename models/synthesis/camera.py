"""What paper and a camera do to print: background, defocus, shake, uneven light."""

import random
import string

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample_docs.fonts import font


def background(
    height: int, width: int, rng: random.Random, noise: np.random.Generator
) -> NDArray[np.float32]:
    """Paper, guilloche, photographs, print that shines through; (H, W) float32, 0 to 255."""
    paper = np.full((height, width), rng.uniform(120, 250), np.float32)
    kind = rng.random()
    xs = np.arange(width, dtype=np.float32)[None, :]
    ys = np.arange(height, dtype=np.float32)[:, None]
    if kind < 0.45:
        for _ in range(rng.randint(1, 3)):
            fx, fy = rng.uniform(-0.5, 0.5), rng.uniform(-0.6, 0.6)
            bend = np.sin(xs / rng.uniform(20, 200) + rng.uniform(0, 6)) * rng.uniform(0, 6)
            wave = np.sin(fx * xs + fy * (ys + bend) + rng.uniform(0, 6))
            paper += rng.uniform(2, 22) * (wave if rng.random() < 0.5 else np.sign(wave - 0.6))
    if kind > 0.3:
        coarse = noise.normal(0, 1, (rng.randint(2, 12), rng.randint(4, 60))).astype(np.float32)
        paper += rng.uniform(2, 26) * cv2.resize(
            coarse, (width, height), interpolation=cv2.INTER_CUBIC
        )
    if rng.random() < 0.12:  # a watermark or specimen word across
        layer = Image.new("L", (width, height), 0)
        word = "".join(rng.choices(string.ascii_uppercase, k=rng.randint(4, 12)))
        face = font(rng.choice(("LiberationSans-Bold.ttf", "DejaVuSans.ttf")), rng.randint(30, 150))
        ImageDraw.Draw(layer).text(
            (rng.uniform(-50, width * 0.8), rng.uniform(-60, height * 0.6)),
            word,
            fill=255,
            font=face,
        )
        turned = layer.rotate(rng.uniform(-40, 40))
        paper -= np.asarray(turned, np.float32) / 255 * rng.uniform(-50, 70)
    return paper


def disc(radius: float) -> NDArray[np.float32]:
    """The kernel of a lens out of focus, `radius` pixels; sums to 1."""
    reach = max(1, int(np.ceil(radius)))
    ys, xs = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    kernel = np.clip(radius + 0.5 - np.hypot(xs, ys), 0, 1)
    return (kernel / kernel.sum()).astype(np.float32)


def shake(length: float, rng: random.Random) -> NDArray[np.float32]:
    """The kernel of a hand that moves `length` pixels in some direction; sums to 1."""
    reach = max(1, int(np.ceil(length / 2)))
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    for t in np.linspace(-length / 2, length / 2, 40):
        x, y = reach + t * np.cos(angle), reach + t * np.sin(angle)
        kernel[round(y), round(x)] += 1
    return kernel / kernel.sum()


def lit(small: NDArray[np.float32], rng: random.Random) -> NDArray[np.float32]:
    """Contrast, darkness, uneven light, a stripe of glare or of shadow."""
    height, width = small.shape
    xs = np.linspace(0, 1, width, dtype=np.float32)[None, :]
    if rng.random() < 0.5:
        gain = rng.uniform(0.35, 1.1)
        small = (small - 128) * gain + rng.uniform(60, 190)
    if rng.random() < 0.08:
        small = small * rng.uniform(0.06, 0.3)
    if rng.random() < 0.35:
        small = small * (1 + rng.uniform(-0.5, 0.5) * (xs - 0.5))
    if rng.random() < 0.15:
        centre, spread = rng.random(), rng.uniform(0.01, 0.12)
        lean = np.linspace(-0.02, 0.02, height, dtype=np.float32)[:, None] * rng.uniform(-2, 2)
        stripe = np.exp(-(((xs - centre + lean) / spread) ** 2))
        small = small + stripe * rng.choice((rng.uniform(20, 130), rng.uniform(-90, -20)))
    return small
