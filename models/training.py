"""One loop for all networks: AdamW, warm-up and cosine over the time given, averaged weights."""

import argparse
import random
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, IterableDataset

_WARM_UP_STEPS = 150
_LEAST_RATE = 1e-5
_SHOWN_EVERY = 200
_MOST_GRADIENT = 5.0


class Batches(IterableDataset[Any]):
    """Batches for ever: pictures (N, 1, H, W) float32 first, then what the loss needs."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[Any]:
        worker = torch.utils.data.get_worker_info()
        return self.drawn(random.Random(self.seed * 1000 + (worker.id if worker else 0)))

    @abstractmethod
    def drawn(self, rng: random.Random) -> Iterator[Any]:
        """The batches of one process that draws."""


def options_of(description: str | None, name: str, minutes: float) -> argparse.ArgumentParser:
    """What every training can be told; its module may add more."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path(f"{name}.pt"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    return parser


def train(
    model: nn.Module,
    batches: Batches,
    loss_of: Callable[..., Tensor],
    options: argparse.Namespace,
    *,
    decay: float = 0.995,
    is_halved: bool = True,
) -> nn.Module:
    """The averaged model after the time given; its weights are saved to `options.out` now and then.

    Args:
        model: takes pictures in channels-last order.
        batches: what it learns from; same seed and steps, same weights, but for the order in which
            several workers' batches come.
        loss_of: of the answer (float32) and the rest of a batch.
        options: as `options_of` parses them.
        decay: of the moving average of the weights, a step.
        is_halved: whether the model computes in bfloat16, where that loses nothing.

    """
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(0)  # its threads do not survive the fork of a worker
    model = model.to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(decay), use_buffers=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    loader = iter(
        DataLoader(batches, batch_size=None, num_workers=options.workers, prefetch_factor=4)
    )
    started, step, shown = time.monotonic(), 0, float("nan")
    while (spent := (time.monotonic() - started) / 60 / options.minutes) < 1:
        warm = min(1.0, (step + 1) / _WARM_UP_STEPS)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * 0.5 * (1 + np.cos(np.pi * spent)) + _LEAST_RATE
        pictures, *truth = next(loader)
        with torch.autocast("cpu", torch.bfloat16, enabled=is_halved):
            answer = model(pictures.to(memory_format=torch.channels_last))
        loss = loss_of(answer.float(), *truth)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), _MOST_GRADIENT)
        optimiser.step()
        average.update_parameters(model)
        now = float(loss.detach())
        shown = now if step == 0 else 0.98 * shown + 0.02 * now
        step += 1
        if step % _SHOWN_EVERY == 0:
            torch.save(average.module.state_dict(), options.out)
            print(f"{spent:.1%} step {step} loss {shown:.4f}", flush=True)
    torch.save(average.module.state_dict(), options.out)
    print(f"done: {step} steps, loss {shown:.4f}")
    return average.module
