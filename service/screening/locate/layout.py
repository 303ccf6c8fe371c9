"""Which kinds of page a picture shows and where, by our own network: a glance, before any reading."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from service.screening.evidence import PageLayout, as_quad
from service.vision.capture import Capture, Grey
from service.vision.geometry import Points, turned_to
from service.vision.onnx import Network, manifest, normalised, version

NAME: Final = "layout"
SURE_LAYOUT: Final = 0.75
"""Mean probability from which a page is taken for what it looks like."""
_SIDE_PX: Final = 320
_MULTIPLE_PX: Final = 32
_STRIDE: Final = 4
_LEAST_SHARE: Final = 0.02
"""Of the picture; smaller patches are noise."""


class LayoutFinder:
    """The network, loaded once a process; one thread at a time may use it. Raises ModelBroken."""

    def __init__(self, threads: int = 1) -> None:
        self._network = Network(NAME, threads)
        self._layouts: tuple[str, ...] = tuple(manifest(NAME)["layouts"])

    @property
    def version(self) -> str:
        """Name and version of the weights."""
        return version(NAME)

    def find(self, capture: Capture) -> tuple[PageLayout, ...]:
        """The pages that the picture shows, the largest first; none where it shows no document."""
        reduction = capture.reduction_for(_SIDE_PX)
        grey = capture.grey(reduction)
        likelihoods, turn = self.likelihoods(grey)
        to_sent = np.float32(_STRIDE * reduction * max(grey.shape) / _SIDE_PX)
        found = [
            page
            for index in range(1, len(self._layouts))
            for page in self._pages(likelihoods, turn, index, to_sent)
        ]
        return tuple(sorted(found, key=lambda page: -page.share))

    def likelihoods(self, grey: Grey) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Of a picture (H, W) uint8, scaled to a long side of 320 pixels, at a quarter of that.

        Returns (L, h, w) float32, the probability of each layout, which sum to 1; and (2, h, w),
        cosine and sine of the reading direction.
        """
        scale = _SIDE_PX / max(grey.shape)
        height, width = (max(_STRIDE, round(side * scale)) for side in grey.shape)
        small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
        rows, columns = (-(-side // _MULTIPLE_PX) * _MULTIPLE_PX for side in (height, width))
        padded = np.zeros((1, 1, rows, columns), np.float32)
        padded[0, 0, :height, :width] = normalised(small.astype(np.uint8, copy=False))
        answer = self._network(padded)[0][:, : -(-height // _STRIDE), : -(-width // _STRIDE)]
        count = len(self._layouts)
        shares = np.exp(answer[:count] - answer[:count].max(axis=0))
        return shares / shares.sum(axis=0), answer[count:]

    def _pages(
        self,
        likelihoods: NDArray[np.float32],
        turn: NDArray[np.float32],
        index: int,
        to_sent: np.float32,
    ) -> list[PageLayout]:
        """Connected parts of one layout, where it is the likeliest."""
        mask = (likelihoods.argmax(axis=0) == index).astype(np.uint8)
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=4)
        pages: list[PageLayout] = []
        for label in range(1, count):
            share = float(stats[label, cv2.CC_STAT_AREA]) / mask.size
            if share < _LEAST_SHARE:
                continue
            inside = labels == label
            cosine, sine = (float(part[inside].mean()) for part in turn)
            angle = float(np.degrees(np.arctan2(sine, cosine)))
            quad = turned_to(_corners(inside) * to_sent, angle)
            confidence = float(likelihoods[index][inside].mean())
            pages.append(PageLayout(self._layouts[index], confidence, as_quad(quad), share))
        return pages


def _corners(inside: NDArray[np.bool_]) -> Points:
    """(4, 2) float32 around a patch, clockwise: its own four corners, else its smallest rectangle."""
    contours, _ = cv2.findContours(
        inside.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    corners = cv2.approxPolyDP(hull, 0.05 * cv2.arcLength(hull, closed=True), closed=True)
    if len(corners) == 4:
        quad = corners.reshape(4, 2).astype(np.float32)
    else:
        quad = cv2.boxPoints(cv2.minAreaRect(hull)).astype(np.float32)
    is_clockwise = cv2.contourArea(quad, oriented=True) >= 0
    return (quad if is_clockwise else quad[::-1].copy()) + np.float32(0.5)
