"""Trains the locator on drawn pages: `python -m models.mrz_locator.train --minutes 60`.

Needs `pip install torch==2.13.0` (CPU) beside the project.
"""

import random
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from models.mrz_locator.network import MrzLocator
from models.synthesis.pages import flats_of_layouts, make_window
from models.training import Batches, options_of, train
from service.vision.onnx import normalised

BATCH = 10
Batch = tuple[Tensor, Tensor]


class Windows(Batches):
    """Windows of drawn pages."""

    def __init__(self, seed: int, flats: int) -> None:
        super().__init__(seed)
        self.flats = flats

    def drawn(self, rng: random.Random) -> Iterator[Batch]:
        flats = flats_of_layouts(rng, self.flats)
        while True:
            yield collate([make_window(flats, rng) for _ in range(BATCH)])


def collate(samples: list[tuple[np.ndarray, np.ndarray]]) -> Batch:
    """Pictures (N, 1, 384, 384) and targets (N, 5, 192, 192), float32."""
    pictures = np.stack([normalised(picture)[None] for picture, _ in samples])
    return torch.from_numpy(pictures), torch.from_numpy(np.stack([t for _, t in samples]))


def loss_of(answer: Tensor, target: Tensor) -> Tensor:
    """Focal-like core loss with Dice, and direction and height where a line is."""
    core, weight = target[:, 0], target[:, 1]
    logit = answer[:, 0]
    entropy = nn.functional.binary_cross_entropy_with_logits(logit, core, reduction="none")
    p = torch.sigmoid(logit)
    focal = ((1 - torch.where(core > 0, p, 1 - p)) ** 1.5 * entropy * weight).sum() / (
        core.sum() + 400
    )
    overlap = 2 * (p * core * weight).sum() + 1
    dice = 1 - overlap / ((p * weight).sum() + (core * weight).sum() + 1)
    lines = core / (core.sum() + 1)
    turn = ((answer[:, 1:3] - target[:, 2:4]) ** 2).sum(1)
    height = (answer[:, 3] - target[:, 4]).abs()
    return focal + dice + (lines * turn).sum() + (lines * height).sum()


def main() -> None:
    parser = options_of(__doc__, "mrz_locator", 60)
    parser.add_argument("--flats", type=int, default=160)
    options = parser.parse_args()
    # In bfloat16 heights come out in steps.
    train(MrzLocator(), Windows(options.seed, options.flats), loss_of, options, is_halved=False)


if __name__ == "__main__":
    main()
