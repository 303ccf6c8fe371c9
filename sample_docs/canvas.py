"""A page drawn in millimetres: guilloches, portrait silhouettes, text in any script, the MRZ."""

import math
import random
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from sample_docs.fonts import OCR_B, font, font_for

Bgr = NDArray[np.uint8]
PX_PER_MM = 12
Colour = tuple[int, int, int]


@dataclass(slots=True)
class Page:
    """A flat side of a document being drawn. `mrz_quad` (4, 2) in pixels of the page."""

    width_mm: float
    height_mm: float
    paper: Colour
    picture: Image.Image = field(init=False)
    mrz_quad: list[tuple[float, float]] | None = None

    def __post_init__(self) -> None:
        size = (round(self.width_mm * PX_PER_MM), round(self.height_mm * PX_PER_MM))
        self.picture = Image.new("RGB", size, self.paper)

    @property
    def bgr(self) -> Bgr:
        """(H, W, 3) uint8."""
        return np.ascontiguousarray(np.asarray(self.picture)[:, :, ::-1])

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size_mm: float,
        *,
        name: str,
        colour: Colour = (20, 20, 30),
        anchor: str = "ls",
    ) -> float:
        """Text with its baseline at (x, y) mm and capitals about `size_mm` high; its width in mm."""
        draw = ImageDraw.Draw(self.picture)
        size = max(6, round(size_mm / 0.72 * PX_PER_MM))
        runs = [(run, font(face, size)) for run, face in _runs(text, name)]
        width = sum(draw.textlength(run, font=face) for run, face in runs)
        at = x * PX_PER_MM - (width / 2 if anchor[0] == "m" else 0)
        for run, face in runs:
            draw.text((at, y * PX_PER_MM), run, fill=colour, font=face, anchor="l" + anchor[1])
            at += draw.textlength(run, font=face)
        return width / PX_PER_MM

    def guilloche(self, rng: random.Random, colour: Colour, strength: float = 0.35) -> None:
        """Fine waves all over, as security print has."""
        width, height = self.picture.size
        layer = Image.new("L", (width, height), 0)
        draw = ImageDraw.Draw(layer)
        for _ in range(rng.randint(2, 4)):
            amplitude, period = rng.uniform(20, 90), rng.uniform(150, 700)
            phase, step = rng.uniform(0, 6), rng.randint(7, 16)
            skew = rng.uniform(-0.3, 0.3)
            xs = np.arange(0, width + 12, 12)
            for base in range(-150, height + 150, step):
                wave = amplitude * np.sin(xs / period * 2 * math.pi + phase + base / 90) + skew * xs
                points = [(float(x), float(base + y)) for x, y in zip(xs, wave, strict=True)]
                draw.line(points, fill=rng.randint(60, 150), width=1)
        alpha = layer.point([round(v * strength) for v in range(256)])
        self.picture.paste(Image.new("RGB", (width, height), colour), (0, 0), alpha)

    def band(self, y: float, height: float, colour: Colour) -> None:
        """A coloured stripe across the page."""
        ImageDraw.Draw(self.picture).rectangle(
            (0, y * PX_PER_MM, self.picture.width, (y + height) * PX_PER_MM), fill=colour
        )

    def portrait(self, x: float, y: float, width: float, height: float, rng: random.Random) -> None:
        """A drawn head and shoulders: nobody's face."""
        w, h = round(width * PX_PER_MM), round(height * PX_PER_MM)
        tone = rng.choice([(205, 190, 180), (150, 115, 95), (95, 70, 58), (228, 205, 190)])
        ground = rng.choice([(225, 230, 235), (210, 220, 225), (240, 238, 232)])
        face = Image.new("RGB", (w, h), ground)
        draw = ImageDraw.Draw(face)
        hair = rng.choice([(40, 30, 25), (90, 60, 40), (25, 25, 28), (160, 130, 80)])
        cloth = rng.choice([(60, 70, 90), (90, 50, 50), (70, 80, 70), (40, 40, 45)])
        draw.ellipse((w * 0.08, h * 0.72, w * 0.92, h * 1.35), fill=cloth)
        draw.rectangle((w * 0.41, h * 0.6, w * 0.59, h * 0.8), fill=tone)
        draw.ellipse((w * 0.24, h * 0.1, w * 0.76, h * 0.62), fill=hair)
        draw.ellipse((w * 0.29, h * 0.18, w * 0.71, h * 0.7), fill=tone)
        for cx in (0.41, 0.59):
            draw.ellipse(
                (w * (cx - 0.035), h * 0.41, w * (cx + 0.035), h * 0.44), fill=(30, 30, 30)
            )
        draw.line((w * 0.5, h * 0.45, w * 0.49, h * 0.53), fill=hair, width=2)
        draw.arc((w * 0.42, h * 0.52, w * 0.58, h * 0.61), 20, 160, fill=(120, 60, 60), width=3)
        noise = np.array(face, np.int16)
        noise += np.random.default_rng(rng.randrange(1 << 30)).integers(
            -6, 7, noise.shape, np.int16
        )
        face = Image.fromarray(np.clip(noise, 0, 255).astype(np.uint8))
        self.picture.paste(face, (round(x * PX_PER_MM), round(y * PX_PER_MM)))

    def mrz(
        self,
        lines: list[str],
        x: float,
        y: float,
        width: float,
        rng: random.Random,
        pitch: float = 6.35,
    ) -> None:
        """OCR-B lines: the first baseline at y mm, spread over `width` mm (10 characters an inch)."""
        step = width / len(lines[0])
        face = font(OCR_B, round(step / 0.6 * PX_PER_MM))
        ink = rng.choice([(15, 15, 18), (25, 22, 30), (40, 38, 45), (10, 10, 40)])
        draw = ImageDraw.Draw(self.picture)
        for row, line in enumerate(lines):
            for n, character in enumerate(line):
                at = ((x + (n + 0.5) * step) * PX_PER_MM, (y + row * pitch) * PX_PER_MM)
                draw.text(at, character, fill=ink, font=face, anchor="ms")
        top, bottom = y - step * 1.3, y + (len(lines) - 1) * pitch + step * 0.3
        self.mrz_quad = [
            (x * PX_PER_MM, top * PX_PER_MM),
            ((x + width) * PX_PER_MM, top * PX_PER_MM),
            ((x + width) * PX_PER_MM, bottom * PX_PER_MM),
            (x * PX_PER_MM, bottom * PX_PER_MM),
        ]

    def paste(
        self, grey: NDArray[np.uint8], x: float, y: float, width: float, height: float
    ) -> None:
        """A grey picture, such as a barcode, into a rectangle in mm, its modules kept sharp."""
        size = (round(width * PX_PER_MM), round(height * PX_PER_MM))
        fitted = cv2.resize(grey, size, interpolation=cv2.INTER_NEAREST)
        self.picture.paste(
            Image.fromarray(fitted).convert("RGB"), (round(x * PX_PER_MM), round(y * PX_PER_MM))
        )


def _runs(text: str, latin: str) -> list[tuple[str, str]]:
    """Words that one font can write, together, with the name of that font."""
    runs: list[tuple[str, str]] = []
    for word in text.split(" "):
        face = font_for(word, latin)
        if runs and runs[-1][1] == face:
            runs[-1] = (f"{runs[-1][0]} {word}", face)
        else:
            runs.append((f" {word}" if runs else word, face))
    return runs
