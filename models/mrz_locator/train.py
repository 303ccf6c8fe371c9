"""Trains the locator on drawn pages: `python -m models.mrz_locator.train --minutes 60`.

Needs `pip install torch==2.13.0` (CPU) beside the project.
"""

import argparse
import random
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

from models.mrz_locator.network import MrzLocator
from models.synthesis.pages import flats_of_layouts, make_window
from service.vision.onnx import normalised

BATCH = 10
Batch = tuple[Tensor, Tensor]


class Windows(IterableDataset[Batch]):
    """Batches for ever."""

    def __init__(self, seed: int, flats: int) -> None:
        self.seed, self.flats = seed, flats

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        rng = random.Random(self.seed * 1000 + (worker.id if worker else 0))
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--flats", type=int, default=160)
    parser.add_argument("--out", type=Path, default=Path("mrz_locator.pt"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(0)  # its threads do not survive the fork of a worker
    model = MrzLocator().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    loader = iter(
        DataLoader(
            Windows(options.seed, options.flats), batch_size=None, num_workers=1, prefetch_factor=4
        )
    )
    started, step, shown = time.monotonic(), 0, 4.0
    while (spent := (time.monotonic() - started) / 60 / options.minutes) < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (step + 1) / 150)
            group["lr"] = options.rate * warm * 0.5 * (1 + np.cos(np.pi * spent)) + 1e-5
        pictures, target = next(loader)
        loss = loss_of(model(pictures.to(memory_format=torch.channels_last)), target)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(model)
        shown = 0.98 * shown + 0.02 * float(loss.detach())
        step += 1
        if step % 100 == 0:
            torch.save(average.module.state_dict(), options.out)
            print(f"{spent:.1%} step {step} loss {shown:.4f}", flush=True)
    torch.save(average.module.state_dict(), options.out)


if __name__ == "__main__":
    main()
