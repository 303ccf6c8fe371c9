"""Our own networks: found beside the package or in the project, checked by hash, run on one thread."""

import hashlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

_HOMES: Final = (
    Path(__file__).parents[1] / "weights",  # of an installed wheel
    Path(__file__).parents[2] / "models",  # of a checkout
)


class ModelBroken(Exception):
    """Weights are missing or are not those that the manifest names."""


@cache
def manifest(name: str) -> dict[str, Any]:
    """What `manifest.toml` says of a model. Raises ModelBroken."""
    return tomllib.loads((_home(name) / "manifest.toml").read_text("utf-8"))


def version(name: str) -> str:
    """Name and version, for the record of a screening. Raises ModelBroken."""
    return f"{name}-{manifest(name)['version']}"


def _home(name: str) -> Path:
    for home in _HOMES:
        if (home / name / "manifest.toml").is_file():
            return home / name
    raise ModelBroken(f"The model {name} is missing: install the package again.")


class NetworkFailed(RuntimeError):
    """A network could not answer; the runtime's own exceptions have no base of their own."""


class Network:
    """One ONNX network with one input and one output. One thread at a time may use it.

    Args:
        name: a folder of `models/`.
        threads: of ONNX Runtime.

    Raises:
        ModelBroken: no such model, or other weights than the manifest names.

    """

    def __init__(self, name: str, threads: int = 1) -> None:
        weights = (_home(name) / f"{name}.onnx").read_bytes()
        if hashlib.sha256(weights).hexdigest() != manifest(name)["sha256"]:
            raise ModelBroken(f"The weights of {name} are not those of its manifest.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Inputs come in many sizes: an arena would keep room for the largest of each. A plan of
        # the memory for each size costs little, and saves its pages from being asked for anew.
        options.enable_cpu_mem_arena = False
        self._session = cast("Any", onnxruntime).InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )

    def __call__(self, grey: NDArray[np.float32]) -> NDArray[np.float32]:
        """The network's answer to (N, 1, H, W) float32. Raises NetworkFailed."""
        try:
            return cast("NDArray[np.float32]", self._session.run(None, {"grey": grey})[0])
        except Exception as fault:
            raise NetworkFailed(type(fault).__name__) from fault


def normalised(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(H, W) uint8 to float32 with mean 0 and spread 1, as our networks were trained."""
    pixels = grey.astype(np.float32)
    return ((pixels - pixels.mean()) / (pixels.std() + 4.0)).astype(np.float32, copy=False)
