"""Trains the recogniser on drawn lines: `python -m models.mrz_recogniser.train --minutes 90`.

Needs `pip install torch==2.13.0` (CPU) beside the project. Same seed and steps, same weights, but
for the order in which the workers' batches come.
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

from models.mrz_recogniser.network import LABELS, MrzRecogniser
from models.synthesis.lines import HEIGHT_PX, make_sample
from service.vision.onnx import normalised

BATCH = 48
Batch = tuple[Tensor, Tensor, Tensor, Tensor]


class Lines(IterableDataset[Batch]):
    """Batches for ever, of lines of about one width."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __iter__(self) -> Iterator[Batch]:
        cv2.setNumThreads(1)
        worker = torch.utils.data.get_worker_info()
        rng = random.Random(self.seed * 1000 + (worker.id if worker else 0))
        while True:
            pool = sorted((make_sample(rng) for _ in range(BATCH * 4)), key=lambda s: s[0].shape[1])
            batches = [pool[k : k + BATCH] for k in range(0, len(pool), BATCH)]
            rng.shuffle(batches)
            yield from map(collate, batches)


def collate(samples: list[tuple[np.ndarray, str]]) -> Batch:
    """Padded with the mean: pictures (N, 1, 32, W), texts, their lengths, columns used."""
    width = -(-max(line.shape[1] for line, _ in samples) // 16) * 16
    pictures = np.zeros((len(samples), 1, HEIGHT_PX, width), np.float32)
    for row, (line, _) in enumerate(samples):
        pictures[row, 0, :, : line.shape[1]] = normalised(line)
    texts = [[1 + LABELS.index(c) for c in text] for _, text in samples]
    return (
        torch.from_numpy(pictures),
        torch.tensor([c for text in texts for c in text], dtype=torch.long),
        torch.tensor([len(text) for text in texts]),
        torch.tensor([line.shape[1] // 4 for line, _ in samples]),
    )


def greedy(logits: Tensor) -> list[str]:
    """The best path of each line, repeats merged and blanks left out."""
    texts = []
    for row in logits.argmax(-1).tolist():
        text = ""
        last = 0
        for c in row:
            if c not in (last, 0):
                text += LABELS[c - 1]
            last = c
        texts.append(text)
    return texts


def evaluate(model: nn.Module, held_out: list[tuple[np.ndarray, str]]) -> float:
    """Share of lines read exactly, without any grammar."""
    model.eval()
    right = 0
    with torch.no_grad():
        for k in range(0, len(held_out), BATCH):
            part = held_out[k : k + BATCH]
            pictures, *_ = collate(part)
            right += sum(
                t == text for t, (_, text) in zip(greedy(model(pictures)), part, strict=True)
            )
    model.train()
    return right / len(held_out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("mrz_recogniser.pt"))
    parser.add_argument("--start", type=Path, help="weights to go on from")
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(0)  # its threads do not survive the fork of a worker
    rng = random.Random(987)
    held_out = sorted((make_sample(rng) for _ in range(480)), key=lambda s: s[0].shape[1])
    model = MrzRecogniser().to(memory_format=torch.channels_last)
    if options.start:
        model.load_state_dict(torch.load(options.start))
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998), use_buffers=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), lr=options.rate, weight_decay=0.01)
    ctc = nn.CTCLoss(zero_infinity=True)
    loader = iter(
        DataLoader(
            Lines(options.seed), batch_size=None, num_workers=options.workers, prefetch_factor=4
        )
    )
    started, step, shown = time.monotonic(), 0, 0.0
    while (spent := (time.monotonic() - started) / 60 / options.minutes) < 1:
        warm = min(1.0, (step + 1) / 150)
        for group in optimiser.param_groups:
            group["lr"] = options.rate * warm * 0.5 * (1 + np.cos(np.pi * spent)) + 1e-5
        pictures, texts, lengths, columns = next(loader)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(pictures.to(memory_format=torch.channels_last))
        loss = ctc(logits.float().log_softmax(-1).permute(1, 0, 2), texts, columns, lengths)
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        average.update_parameters(model)
        shown = 0.98 * shown + 0.02 * float(loss.detach())
        step += 1
        if step % 250 == 0:
            torch.save(average.module.state_dict(), options.out)
            exact = evaluate(average.module, held_out) if step % 1000 == 0 else float("nan")
            print(f"{spent:.1%} step {step} loss {shown:.4f} exact {exact:.3f}", flush=True)
    torch.save(average.module.state_dict(), options.out)
    print(f"done: {step} steps, exact {evaluate(average.module, held_out):.4f}")


if __name__ == "__main__":
    main()
