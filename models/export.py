"""Trained weights to ONNX, checked: `python -m models.export mrz_recogniser WEIGHTS.pt`.

Writes `models/<name>/<name>.onnx` and its hash and size into `manifest.toml` beside it. The ONNX
must answer as the trained network does, to 1e-3 of a logit, at three sizes of input.
"""

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from models.layout.network import LayoutNetwork
from models.mrz_locator.network import MrzLocator
from models.mrz_recogniser.network import MrzRecogniser
from models.synthesis.sides import LAYOUTS
from models.synthesis.texts import ALPHABET

NETWORKS: dict[str, type[nn.Module]] = {
    "mrz_recogniser": MrzRecogniser,
    "mrz_locator": MrzLocator,
    "layout": LayoutNetwork,
}
SIZES = {
    "mrz_recogniser": [(1, 32, 320), (3, 32, 640), (2, 32, 464)],
    "mrz_locator": [(1, 640, 480), (1, 384, 384), (1, 256, 640)],
    "layout": [(1, 320, 256), (1, 320, 320), (1, 192, 320)],
}
AXES = {
    "mrz_recogniser": ({0: "lines", 3: "columns"}, {0: "lines", 1: "steps"}),
    "mrz_locator": ({2: "rows", 3: "columns"}, {2: "half_rows", 3: "half_columns"}),
    "layout": ({2: "rows", 3: "columns"}, {2: "quarter_rows", 3: "quarter_columns"}),
}
TOLERANCE = 1e-3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(NETWORKS))
    parser.add_argument("weights", type=Path)
    options = parser.parse_args()
    model = NETWORKS[options.name]()
    model.load_state_dict(torch.load(options.weights))
    model.eval()
    final = Path(__file__).parent / options.name / f"{options.name}.onnx"
    target = final.with_suffix(".new.onnx")  # takes the old one's place once it is proven
    ins, outs = AXES[options.name]
    torch.onnx.export(
        model,
        (torch.zeros(1, 1, *SIZES[options.name][0][1:]),),
        str(target),
        input_names=["grey"],
        output_names=["answer"],
        dynamic_axes={"grey": ins, "answer": outs},
        opset_version=17,
        dynamo=False,
    )
    session = onnxruntime.InferenceSession(str(target), providers=["CPUExecutionProvider"])
    worst = 0.0
    for count, height, width in SIZES[options.name]:
        grey = np.random.default_rng(1).normal(size=(count, 1, height, width)).astype(np.float32)
        with torch.no_grad():
            wanted = model(torch.from_numpy(grey)).numpy()
        worst = max(worst, float(np.abs(session.run(None, {"grey": grey})[0] - wanted).max()))
    if worst > TOLERANCE:
        target.unlink()
        raise SystemExit(f"ONNX and network differ by {worst:.2g}")
    target.replace(final)
    target = final
    content = target.read_bytes()
    parameters = sum(p.numel() for p in model.parameters())
    lines = [
        f'name = "{options.name}"',
        f'version = "{datetime.now(UTC):%Y.%m.%d}"',
        f'sha256 = "{hashlib.sha256(content).hexdigest()}"',
        f"bytes = {len(content)}",
        f"parameters = {parameters}",
        f"largest_difference_to_the_network = {worst:.1e}",
    ]
    match options.name:
        case "mrz_recogniser":
            lines.append(f'alphabet = "{ALPHABET}"')
        case "layout":
            lines.append(f"layouts = {json.dumps(LAYOUTS)}")
        case _:
            pass
    (target.parent / "manifest.toml").write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
