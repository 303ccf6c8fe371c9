"""The layout network: which kind of page covers each part of a picture, and which way it reads."""

import torch
from torch import Tensor, nn

from models.blocks import Separable, twice
from models.synthesis.sides import LAYOUTS


class LayoutNetwork(nn.Module):
    """(N, 1, H, W) float32 grey, normalised, H and W multiples of 32, to (N, 8, H/4, W/4).

    Channels: a logit for each of LAYOUTS, then cosine and sine of the reading direction.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(1, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()
        )
        self.quarter = nn.Sequential(Separable(16, 32, stride=(2, 2)), Separable(32, 32))
        self.eighth = nn.Sequential(Separable(32, 64, stride=(2, 2)), Separable(64, 64, (5, 5)))
        self.sixteenth = nn.Sequential(
            Separable(64, 128, stride=(2, 2)), Separable(128, 128, (5, 5))
        )
        self.thirtysecond = nn.Sequential(
            Separable(128, 192, stride=(2, 2)),
            Separable(192, 192, (5, 5)),
            Separable(192, 192, (7, 7)),
        )
        self.scene = nn.Conv2d(192, 192, 1)
        self.lateral = nn.ModuleList(
            [nn.Conv2d(192, 64, 1), nn.Conv2d(128, 64, 1), nn.Conv2d(64, 64, 1)]
        )
        self.mend_sixteenth = Separable(64, 64, (5, 5))
        self.mend_eighth = Separable(64, 64, (5, 5))
        self.down = nn.ModuleList([nn.Conv2d(64, 40, 1), nn.Conv2d(32, 40, 1)])
        self.mend_quarter = Separable(40, 40, (5, 5))
        self.head = nn.Conv2d(40, len(LAYOUTS) + 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        quarter = self.quarter(self.stem(x))
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        deepest = self.thirtysecond(sixteenth)
        # What the whole picture shows weighs in everywhere: half a card looks like half a page.
        deepest = deepest + self.scene(deepest.mean((2, 3), keepdim=True))
        y = torch.relu(twice(self.lateral[0](deepest)) + self.lateral[1](sixteenth))
        y = torch.relu(twice(self.mend_sixteenth(y)) + self.lateral[2](eighth))
        y = torch.relu(twice(self.down[0](self.mend_eighth(y))) + self.down[1](quarter))
        return self.head(self.mend_quarter(y))
