"""The recogniser: depthwise-separable convolutions over a grey line, a CTC head over its columns."""

from typing import Final

from torch import Tensor, nn

from models.blocks import Separable
from models.synthesis.texts import ALPHABET, HIDDEN

LABELS: Final = ALPHABET + HIDDEN
CLASSES: Final = 1 + len(LABELS)
"""The blank first, then LABELS."""


class MrzRecogniser(nn.Module):
    """(N, 1, 32, W) float32 grey, normalised, to (N, T, 39) logits, T = W / 4."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 24, 3, 2, 1, bias=False),
            nn.BatchNorm2d(24),
            nn.ReLU(),
            Separable(24, 56, stride=(1, 2)),
            Separable(56, 56),
            Separable(56, 96, stride=(2, 1)),
            Separable(96, 96),
            Separable(96, 144, stride=(2, 1)),
            Separable(144, 144),
            nn.Conv2d(144, 144, (4, 1), groups=144, bias=False),
            nn.Conv2d(144, 192, 1, bias=False),
            nn.BatchNorm2d(192),
            nn.ReLU(),
            Separable(192, 192, (1, 7)),
            Separable(192, 192, (1, 7)),
            Separable(192, 192, (1, 5)),
        )
        self.head = nn.Conv2d(192, CLASSES, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x)).squeeze(2).permute(0, 2, 1)
