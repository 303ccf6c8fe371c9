"""One side through its stages, where one of them breaks."""

from datetime import date
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import STAGES, Failed
from service.screening.examine import examine, glance
from service.screening.stopwatch import Stopwatch
from service.vision.capture import Bgr, Capture


class Broken:
    """An engine that fails on every picture."""

    def find(self, _: object) -> None:
        raise RuntimeError("broken")


@pytest.mark.parametrize("look", [examine, glance])
def test_a_stage_that_breaks_leaves_nothing_to_be_trusted(look) -> None:
    content = cv2.imencode(".png", np.full((300, 400, 3), 200, np.uint8))[1].tobytes()
    capture = open_document(content, None)[Side.FRONT]
    readers = SimpleNamespace(layout=Broken())
    side = look(capture, readers, date(2026, 11, 25), Stopwatch({}))
    assert {name for name in STAGES if isinstance(getattr(side, name), Failed)} == set(STAGES)


class Blind:
    """Engines that see nothing in any picture."""

    def find(self, _: object) -> tuple[()]:
        return ()

    def read(self, *_: object) -> list[object]:
        return []

    def detect(self, _: object) -> np.ndarray:
        return np.zeros((0, 4, 2), np.float32)

    def recognise(self, _: object) -> list[object]:
        return []


def test_a_large_picture_is_decoded_once() -> None:
    decoded: list[int] = []

    def decode(reduction: int) -> Bgr:
        decoded.append(reduction)
        return np.full((3000 // reduction, 4000 // reduction, 3), 200, np.uint8)

    capture = Capture("jpeg", 4000, 3000, decode)
    readers = SimpleNamespace(layout=Blind(), mrz=Blind(), rapid=Blind())
    side = examine(capture, readers, date(2026, 11, 25), Stopwatch({}))
    assert not any(isinstance(getattr(side, name), Failed) for name in STAGES)
    assert decoded == [2]
