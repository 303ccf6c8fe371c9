"""The locator: a small encoder and decoder that marks MRZ lines, which way they read and how high."""

import torch
from torch import Tensor, nn

from models.blocks import Separable, twice


class MrzLocator(nn.Module):
    """(N, 1, H, W) float32 grey, normalised, H and W multiples of 16, to (N, 4, H/2, W/2).

    Channels: logit of a line's core, cosine and sine of the reading direction, log height.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
        )
        self.quarter = nn.Sequential(Separable(16, 32, stride=(2, 2)), Separable(32, 32))
        self.eighth = nn.Sequential(Separable(32, 64, stride=(2, 2)), Separable(64, 64, (5, 5)))
        self.sixteenth = nn.Sequential(
            Separable(64, 96, stride=(2, 2)), Separable(96, 96, (5, 5)), Separable(96, 96, (7, 7))
        )
        self.lateral = nn.ModuleList([nn.Conv2d(96, 48, 1), nn.Conv2d(64, 48, 1)])
        self.mend_eighth = Separable(48, 48, (5, 5))
        self.down = nn.ModuleList([nn.Conv2d(48, 24, 1), nn.Conv2d(32, 24, 1)])
        self.mend_quarter = Separable(24, 24, (5, 5))
        self.up = nn.ModuleList([nn.Conv2d(24, 16, 1), nn.Conv2d(16, 16, 1)])
        self.mend_half = Separable(16, 16)
        self.head = nn.Conv2d(16, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        half = self.stem(x)
        quarter = self.quarter(half)
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        y = self.mend_eighth(
            torch.relu(twice(self.lateral[0](sixteenth)) + self.lateral[1](eighth))
        )
        y = self.mend_quarter(torch.relu(twice(self.down[0](y)) + self.down[1](quarter)))
        y = self.mend_half(torch.relu(twice(self.up[0](y)) + self.up[1](half)))
        return self.head(y)
