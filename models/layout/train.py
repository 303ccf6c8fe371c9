"""Trains the layout network on drawn scenes: `python -m models.layout.train --minutes 45`.

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

from models.layout.network import LayoutNetwork
from models.synthesis.scenes import make_flats, make_scene
from models.synthesis.sides import LAYOUTS
from service.vision.onnx import normalised

BATCH = 12
Batch = tuple[Tensor, Tensor]


class Scenes(IterableDataset[Batch]):
    """Batches for ever; a few of the flat sides are drawn anew for each."""

    def __init__(self, seed: int, flats: int) -> None:
        self.seed, self.flats = seed, flats

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        rng = random.Random(self.seed * 1000 + (worker.id if worker else 0))
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
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=45)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--flats", type=int, default=400)
    parser.add_argument("--out", type=Path, default=Path("layout.pt"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(0)  # its threads do not survive the fork of a worker
    model = LayoutNetwork().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    loader = iter(
        DataLoader(
            Scenes(options.seed, options.flats), batch_size=None, num_workers=1, prefetch_factor=4
        )
    )
    started, step, shown = time.monotonic(), 0, 2.0
    while (spent := (time.monotonic() - started) / 60 / options.minutes) < 1:
        for group in optimiser.param_groups:
            warm = min(1.0, (step + 1) / 150)
            group["lr"] = options.rate * warm * 0.5 * (1 + np.cos(np.pi * spent)) + 1e-5
        pictures, target = next(loader)
        with torch.autocast("cpu", torch.bfloat16):
            answer = model(pictures.to(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), target)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(model)
        shown = 0.98 * shown + 0.02 * float(loss.detach())
        step += 1
        if step % 200 == 0:
            torch.save(average.module.state_dict(), options.out)
            print(f"{spent:.1%} step {step} loss {shown:.4f}", flush=True)
    torch.save(average.module.state_dict(), options.out)


if __name__ == "__main__":
    main()
