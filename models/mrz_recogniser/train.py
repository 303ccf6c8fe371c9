"""Trains the recogniser on drawn lines: `python -m models.mrz_recogniser.train --minutes 90`.

Needs `pip install torch==2.13.0` (CPU) beside the project.
"""

import random
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from models.mrz_recogniser.network import LABELS, MrzRecogniser
from models.synthesis.lines import HEIGHT_PX, make_sample
from models.training import Batches, options_of, train
from service.vision.onnx import normalised

BATCH = 48
Batch = tuple[Tensor, Tensor, Tensor, Tensor]


class Lines(Batches):
    """Drawn lines, in each batch of about one width."""

    def drawn(self, rng: random.Random) -> Iterator[Batch]:
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


def loss_of(logits: Tensor, texts: Tensor, lengths: Tensor, columns: Tensor) -> Tensor:
    """CTC (Graves 2006) of logits (N, T, 39)."""
    steps = logits.log_softmax(-1).permute(1, 0, 2)
    return nn.functional.ctc_loss(steps, texts, columns, lengths, zero_infinity=True)


def main() -> None:
    options = options_of(__doc__, "mrz_recogniser", 90).parse_args()
    rng = random.Random(987)
    held_out = sorted((make_sample(rng) for _ in range(480)), key=lambda s: s[0].shape[1])
    trained = train(MrzRecogniser(), Lines(options.seed), loss_of, options, decay=0.998)
    print(f"exact {evaluate(trained, held_out):.4f}")


if __name__ == "__main__":
    main()
