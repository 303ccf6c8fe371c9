"""Trainable weights out of an ONNX file: `python -m models.restore mrz_recogniser WEIGHTS.pt`.

The export folds every batch normalisation into the convolution before it. This takes them apart
again, with means and spreads measured on drawn pictures, so that training can go on from what is
committed: `python -m models.<name>.train --start WEIGHTS.pt`.
"""

import argparse
import itertools
import random
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from models.export import NETWORKS
from models.layout import train as layout
from models.mrz_locator import train as locator
from models.mrz_recogniser import train as recogniser
from models.synthesis.lines import make_sample
from models.synthesis.pages import make_window, wild_flat
from models.synthesis.scenes import make_flats, make_scene


def drawn_pictures(name: str) -> Tensor:
    """A batch as the network is trained on, (N, 1, H, W) float32."""
    rng = random.Random(5)
    if name == "mrz_recogniser":
        samples = sorted((make_sample(rng) for _ in range(192)), key=lambda s: s[0].shape[1])
        return recogniser.collate(samples[64:128])[0]
    if name == "layout":
        sides = make_flats(rng, 48)
        return layout.collate([make_scene(sides, rng) for _ in range(16)])[0]
    flats = [wild_flat(rng) for _ in range(8)]
    return locator.collate([make_window(flats, rng) for _ in range(16)])[0]


def restore(name: str, model: nn.Module, pictures: Tensor) -> None:
    """Fills `model` so that it answers as the ONNX file does. Convolutions are met in one order."""
    graph = onnx.load(Path(__file__).parent / name / f"{name}.onnx").graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    folded = [
        [torch.from_numpy(np.array(values[i])) for i in node.input[1:]]
        for node in graph.node
        if node.op_type == "Conv"
    ]
    met: list[nn.Module] = []
    hooks = [
        m.register_forward_hook(lambda m, *_: met.append(m))
        for m in model.modules()
        if isinstance(m, nn.Conv2d | nn.BatchNorm2d)
    ]
    model.eval()
    with torch.no_grad():
        model(pictures)
    for hook in hooks:
        hook.remove()
    norm_after = {m: n for m, n in itertools.pairwise(met) if isinstance(n, nn.BatchNorm2d)}
    convolutions = [m for m in met if isinstance(m, nn.Conv2d)]
    for convolution, (weight, *bias) in zip(convolutions, folded, strict=True):
        convolution.weight.data.copy_(weight)
        norm = norm_after.get(convolution)
        if norm is None:
            if convolution.bias is not None:
                convolution.bias.data.copy_(bias[0])
        else:
            norm.weight.data.fill_(1)
            norm.bias.data.copy_(bias[0])
            norm.running_mean.zero_()
            norm.running_var.fill_(1 - norm.eps)
    seen: dict[nn.Module, Tensor] = {}
    hooks = [
        n.register_forward_hook(lambda n, ins, _: seen.update({n: ins[0]}))
        for n in norm_after.values()
    ]
    with torch.no_grad():
        model(pictures)
    for hook in hooks:
        hook.remove()
    for norm, x in seen.items():
        mean, spread = x.mean((0, 2, 3)), x.var((0, 2, 3))
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(spread)
        norm.weight.data.copy_(torch.sqrt(spread + norm.eps))
        norm.bias.data += mean


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NETWORKS))
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    model = NETWORKS[options.name]()
    restore(options.name, model, drawn_pictures(options.name))
    torch.save(model.state_dict(), options.out)


if __name__ == "__main__":
    main()
