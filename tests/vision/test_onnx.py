"""Networks are those that their manifests name, or nothing is judged."""

from pathlib import Path

import pytest

from service.vision import onnx
from service.vision.onnx import ModelBroken, Network, manifest

MODELS = Path(__file__).parents[2] / "models"
NAMES = sorted(path.parent.name for path in MODELS.glob("*/manifest.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_each_network_loads_and_is_documented(name: str) -> None:
    Network(name)
    told = manifest(name)
    card = (MODELS / name / "card.md").read_text("utf-8")
    assert told["version"] in card
    for heading in ("## Data", "## Measured", "## Limits", "## Reproduce", "## Licence"):
        assert heading in card
    for script in ("train.py", "network.py", "evaluate.py"):
        assert (MODELS / name / script).is_file()


def test_all_networks_together_stay_small() -> None:
    assert 0 < sum(path.stat().st_size for path in MODELS.glob("*/*.onnx")) <= 10 * 1024 * 1024


def test_other_weights_than_the_manifests_are_refused(tmp_path: Path, monkeypatch) -> None:
    for path in (MODELS / "mrz_locator").glob("m*.*"):
        (tmp_path / "mrz_locator").mkdir(exist_ok=True)
        (tmp_path / "mrz_locator" / path.name).write_bytes(path.read_bytes())
    weights = tmp_path / "mrz_locator" / "mrz_locator.onnx"
    weights.write_bytes(weights.read_bytes() + b"\0")
    monkeypatch.setattr(onnx, "_HOMES", (tmp_path,))
    with pytest.raises(ModelBroken, match="manifest"):
        Network("mrz_locator")


def test_a_missing_network_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(onnx, "_HOMES", (tmp_path,))
    with pytest.raises(ModelBroken, match="install"):
        Network("no_such_network")
