"""Trains the layout network on drawn scenes: `python -m models.layout.train --minutes 45`.

Needs `pip install torch==2.13.0` (CPU) beside the project.
"""

import random
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from models.layout.network import LayoutNetwork
from models.synthesis.scenes import make_flats, make_scene
from models.synthesis.sides import LAYOUTS
from models.training import Batches, options_of, train
from service.vision.onnx import normalised

BATCH = 12
Batch = tuple[Tensor, Tensor]


class Scenes(Batches):
    """Scenes of drawn sides; a few of the sides are drawn anew for each batch."""

    def __init__(self, seed: int, flats: int) -> None:
        super().__init__(seed)
        self.flats = flats

    def drawn(self, rng: random.Random) -> Iterator[Batch]:
        flats = make_flats(rng, self.flats)
        while True:
            yield collate([make_scene(flats, rng) for _ in range(BATCH)])
            for fresh in make_flats(rng, 2):
                flats[rng.randrange(len(flats))] = fresh


def collate(samples: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    """Pictures (N, 1, 320, 320) and targets (N, 4, 80, 80), float32."""
    pictures = np.stack([normalised(picture)[None] for picture, _ in samples])
    return torch.from_numpy(pictures), torch.from_numpy(np.stack([t for _, t in samples]))


def loss_of(answer: Tensor, target: Tensor) -> Tensor:
    """Cross entropy of the layouts, and the direction where a page is."""
    layout, weight = target[:, 0].long(), target[:, 1]
    entropy = nn.functional.cross_entropy(answer[:, : len(LAYOUTS)], layout, reduction="none")
    page = (layout > 0).float() * weight
    turn = ((answer[:, -2:] - target[:, 2:4]) ** 2).sum(1)
    return (entropy * weight).mean() + 0.3 * (turn * page).sum() / (page.sum() + 1)


def main() -> None:
    parser = options_of(__doc__, "layout", 45)
    parser.add_argument("--flats", type=int, default=400)
    options = parser.parse_args()
    train(LayoutNetwork(), Scenes(options.seed, options.flats), loss_of, options)


if __name__ == "__main__":
    main()
