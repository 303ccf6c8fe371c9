"""What all networks are built of: depthwise-separable convolutions (Chollet 2017) with a shortcut."""

import torch
from torch import Tensor, nn


class Separable(nn.Module):
    """Depthwise then pointwise; a shortcut where the shape stays."""

    def __init__(
        self,
        ins: int,
        outs: int,
        kernel: tuple[int, int] = (3, 3),
        stride: tuple[int, int] = (1, 1),
    ) -> None:
        super().__init__()
        pad = (kernel[0] // 2, kernel[1] // 2)
        self.body = nn.Sequential(
            nn.Conv2d(ins, ins, kernel, stride, pad, groups=ins, bias=False),
            nn.BatchNorm2d(ins),
            nn.Conv2d(ins, outs, 1, bias=False),
            nn.BatchNorm2d(outs),
        )
        self.is_residual = ins == outs and stride == (1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return torch.relu(x + y) if self.is_residual else torch.relu(y)


def twice(x: Tensor) -> Tensor:
    """(N, C, H, W) to (N, C, 2 H, 2 W)."""
    return nn.functional.interpolate(x, scale_factor=2, mode="nearest")
